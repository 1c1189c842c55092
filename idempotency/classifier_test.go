package idempotency_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// A service answers HTTP 400: final for Temporal, while the effect of an earlier
// attempt is unknown.
func TestClassifierDoesNotDecideRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		state driver.State
	}{
		"a classifier's":  {err: &classify.ResponseError{StatusCode: 400}, state: driver.StateIndeterminate},
		"the error's own": {err: retry.NonRetryable(errors.New("declined")), state: driver.StateFailed},
		"Temporal's own":  {err: temporal.NewNonRetryableApplicationError("declined", "Declined", nil), state: driver.StateFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			guarded := map[string]idempotency.ActivityOptions{"Charge": {ReviewAbandoned: true}}
			env := testenv.New(r.guard.Interceptor(guarded), retry.NewInterceptor(retry.InterceptorOptions{Classify: classify.Default}))
			env.RegisterActivityWithOptions(func(context.Context) error { r.calls++; return c.err }, activity.RegisterOptions{Name: "Charge"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				options := workflow.ActivityOptions{StartToCloseTimeout: time.Minute}
				return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Charge").Get(ctx, nil)
			})
			require.Error(t, env.GetWorkflowError())
			require.Equal(t, 1, r.calls, "Temporal does not retry it")
			all, err := r.memory.List(t.Context(), driver.Query{Limit: 9})
			require.NoError(t, err)
			require.Len(t, all, 1)
			require.Equal(t, c.state, all[0].State)
		})
	}
}
