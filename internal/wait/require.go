package wait

import (
	"errors"

	"go.temporal.io/sdk/workflow"
)

// RequireOrder fails the workflow task when the worker does not keep the order
// of arrivals: guessing would be worse, and a run whose task fails goes on by
// itself as soon as a worker with the interceptor takes it.
func RequireOrder(ctx workflow.Context) {
	if FromContext(ctx) == nil {
		//archtest:panic the workflow task must fail, and heal on redeploy
		panic(errors.New("signals: the workflow asks for DeadlineHistoryOrder, but this worker does not keep the order of arrivals; " +
			"add signals.NewInterceptor() to worker.Options.Interceptors and redeploy, the run then goes on by itself"))
	}
}

// RequireEnd fails the workflow task when the worker would end the run without what
// [Run.AtEnd] registers, in a run that waits for it.
func RequireEnd(ctx workflow.Context) {
	if FromContext(ctx) == nil {
		//archtest:panic the workflow task must fail, and heal on redeploy
		panic(errors.New("approval: the run waits for its notices before it ends, but this worker has no interceptor that would wait; " +
			"add patterns.NewPlugin() or signals.NewInterceptor() to the worker and redeploy, the run then goes on by itself"))
	}
}
