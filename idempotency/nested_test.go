package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// What guarded work further in says of its own effect is not said of the work
// around it, which may have had another: a hold holds.
func TestNestedEffectDoesNotCountOutside(t *testing.T) {
	t.Parallel()
	reset := errors.New("read: connection reset")
	refused := idempotency.NoEffect(errors.New("the first provider refuses the connection"))
	final := temporal.NewNonRetryableApplicationError("declined", "Declined", nil)
	for name, c := range map[string]struct {
		inner error
		outer func(inner error) error
		state driver.State
	}{
		"no effect inside, another error": {
			inner: refused, outer: func(error) error { return reset }, state: driver.StateIndeterminate,
		},
		"final inside, another error": {
			inner: final, outer: func(error) error { return reset }, state: driver.StateIndeterminate,
		},
		"no effect inside, the error is returned": {
			inner: refused, outer: func(err error) error { return err }, state: driver.StateIndeterminate,
		},
		"no effect inside, wrapped inside": {
			inner: fmt.Errorf("first: %w", refused), outer: func(err error) error { return err },
			state: driver.StateIndeterminate,
		},
		"no effect inside, wrapped outside": {
			inner: fmt.Errorf("first: %w", refused),
			outer: func(err error) error { return fmt.Errorf("charging: %w", err) }, state: driver.StateIndeterminate,
		},
		"no effect inside, joined": {
			inner: errors.Join(refused, refused), outer: func(err error) error { return errors.Join(err, err) },
			state: driver.StateIndeterminate,
		},
		"no effect marked by the outer work": {
			inner: fmt.Errorf("first: %w", refused), outer: idempotency.NoEffect, state: driver.StateReleased,
		},
		"no effect of another error": {
			inner: reset, outer: func(error) error { return refused }, state: driver.StateReleased,
		},
		"final inside, marked by the outer work": {
			inner: final, outer: func(err error) error { return err }, state: driver.StateFailed,
		},
		"no inner work, another error": {outer: func(error) error { return reset }, state: driver.StateIndeterminate},
	} {
		for _, also := range [][]interceptor.WorkerInterceptor{nil, {retry.NewInterceptor(retry.InterceptorOptions{})}} {
			t.Run(fmt.Sprintf("%s, with %d more interceptors", name, len(also)), func(t *testing.T) {
				t.Parallel()
				r := newFixture(t)
				charges := 0
				calls := map[string]idempotency.ActivityOptions{"Charge": {ReviewAbandoned: true}}
				env := testenv.New(append([]interceptor.WorkerInterceptor{r.guard.Interceptor(calls)}, also...)...)
				env.RegisterActivityWithOptions(func(ctx context.Context) error {
					_, err := idempotency.Do(ctx, r.guard, "first provider", "o-1", func(context.Context) (int, error) { return 0, c.inner },
						idempotency.ActivityOptions{})
					charges++ // by the second provider
					return c.outer(err)
				}, activity.RegisterOptions{Name: "Charge"})
				env.ExecuteWorkflow(once("Charge"))
				require.Error(t, env.GetWorkflowError())
				require.Equal(t, 1, charges)
				require.Equal(t, c.state, r.stateOf("Charge"), "%v", env.GetWorkflowError())
				var app *temporal.ApplicationError
				require.ErrorAs(t, env.GetWorkflowError(), &app)
				require.NotEqual(t, "mark", app.Type())
			})
		}
	}
}

// once runs one attempt of an activity.
func once(name string, args ...any) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		options := workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}}
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), name, args...).Get(ctx, nil)
	}
}

// stateOf is the state of the record of an activity.
func (r *fixture) stateOf(name string) driver.State {
	r.t.Helper()
	all, err := r.memory.List(r.t.Context(), driver.Query{Limit: 9})
	require.NoError(r.t, err)
	for _, e := range all {
		if e.Info.ActivityType == name {
			return e.State
		}
	}
	return 0
}

// A cancellation leaves the effect open, whatever was said of an error before.
func TestCancellationLeavesEffectOpen(t *testing.T) {
	t.Parallel()
	for name, ending := range map[string]func(context.Context) error{
		"the error of the context":       func(ctx context.Context) error { return ctx.Err() },
		"a wrapped error of the context": func(ctx context.Context) error { return fmt.Errorf("charging: %w", ctx.Err()) },
		"the error of the context joined with a final error": func(ctx context.Context) error {
			return errors.Join(retry.NonRetryable(errors.New("declined")), ctx.Err())
		},
		"the error of the context joined with one of this package": func(ctx context.Context) error {
			return errors.Join(idempotency.RotateKey(context.Background(), "none"), ctx.Err())
		},
		"the error of the context joined with one without effect": func(ctx context.Context) error {
			return errors.Join(idempotency.NoEffect(errors.New("refused")), ctx.Err())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			ctx, cancel := context.WithCancel(t.Context())
			_, err := idempotency.Do(ctx, r.guard, "count", "k", func(ctx context.Context) (int, error) {
				_, err := idempotency.Do(ctx, r.guard, "inner", "k", func(context.Context) (int, error) {
					return 0, idempotency.NoEffect(errors.New("refused"))
				}, idempotency.ActivityOptions{})
				require.ErrorContains(t, err, "refused")
				cancel()
				return 0, ending(ctx)
			}, idempotency.ActivityOptions{ReviewAbandoned: true})
			require.ErrorIs(t, err, context.Canceled)
			require.Equal(t, driver.StateIndeterminate, r.stateOf("count"))
		})
	}
}

// What the retry policy of one workflow lists is its own matter: it ends its
// activity, and is no answer to a key that others share.
func TestRetryPolicyDoesNotDecideRecord(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]idempotency.ActivityOptions{"of the business": {Key: byName}, "of the execution": {}} {
		for _, wrapped := range []bool{true, false} {
			r, calls := newFixture(t), 0
			charge := func(context.Context, order) (string, error) {
				if calls++; calls == 1 {
					return "", temporal.NewApplicationError("read: connection reset", "Reset")
				}
				return "receipt", nil
			}
			run := func(listed ...string) error {
				env := testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": shared}),
					retry.NewInterceptor(retry.InterceptorOptions{}))
				if wrapped {
					env = testenv.New()
					env.RegisterActivityWithOptions(idempotency.Wrap(r.guard, charge, shared), activity.RegisterOptions{Name: "Charge"})
				} else {
					env.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
				}
				env.ExecuteWorkflow(func(ctx workflow.Context) error {
					policy := &temporal.RetryPolicy{MaximumAttempts: 3, NonRetryableErrorTypes: listed}
					ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: policy})
					return workflow.ExecuteActivity(ctx, "Charge", o1).Get(ctx, nil)
				})
				return env.GetWorkflowError()
			}
			require.ErrorContains(t, run("Reset"), "connection reset")
			require.Equal(t, 1, calls, "it is listed")
			require.Equal(t, driver.StateInProgress, r.stateOf("Charge"), "%s: it is abandoned", name)
			require.NoError(t, run(), "another workflow does not list it")
			require.Equal(t, 2, calls)
		}
	}
}
