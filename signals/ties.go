package signals

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// Ties decides about a message that reaches the workflow in the same workflow
// task as a deadline's timer, as happens after a worker was down. Workflow
// code chooses, never the worker's configuration.
type Ties uint8

const (
	// Lenient lets count what has arrived before the verdict is given. A
	// message recorded before the deadline always counts; one recorded after
	// it counts too if no worker had looked in between. The default.
	Lenient Ties = iota
	// Exact lets count what history recorded before the timer fired, and
	// nothing else. It needs [NewInterceptor] on the worker.
	Exact
)

// Require fails the workflow task when t is [Exact] and the worker has no
// [NewInterceptor]: guessing would be worse, and a run whose task fails goes
// on by itself as soon as a worker with the interceptor takes it. For workflow
// code; [Signal.Channel] calls it.
func (t Ties) Require(ctx workflow.Context) {
	if t > Exact {
		//archtest:panic as below; a later version of the workflow may know it
		panic(fmt.Errorf("signals: ties are %d; use Lenient or Exact", t))
	}
	if t == Exact && wait.FromContext(ctx) == nil {
		//archtest:panic the workflow task must fail, and heal on redeploy
		panic(errors.New("signals: the workflow asks for Exact ties, but this worker does not keep the order of arrivals; " +
			"add signals.NewInterceptor() to worker.Options.Interceptors and redeploy, the run then goes on by itself"))
	}
}
