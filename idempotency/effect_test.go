package idempotency_test

import (
	"context"
	"errors"
	"fmt"
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

// charged runs an activity that returns err, guarded in front of package retry,
// once, and tells what became of it.
func charged(t *testing.T, c idempotency.ActivityOptions, err error) (*temporal.ApplicationError, driver.Record) {
	t.Helper()
	r := newFixture(t)
	env := testenv.New(r.guard.Interceptor(map[string]idempotency.ActivityOptions{"Charge": c}),
		retry.NewInterceptor(retry.InterceptorOptions{Classify: classify.Default}))
	env.RegisterActivityWithOptions(func(context.Context) error { return err }, activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		options := workflow.ActivityOptions{ScheduleToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}}
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, options), "Charge").Get(ctx, nil)
	})
	var app *temporal.ApplicationError
	var failed *temporal.ActivityError
	require.ErrorAs(t, env.GetWorkflowError(), &failed)
	require.ErrorAs(t, failed.Unwrap(), &app)
	all, listErr := r.memory.List(t.Context(), driver.Query{Limit: 9})
	require.NoError(t, listErr)
	require.Len(t, all, 1)
	return app, all[0].Record
}

// What an error has said of the effect counts, whatever package retry makes of it
// on its way.
func TestEffectIsKnownBehindRetryInterceptor(t *testing.T) {
	t.Parallel()
	busy := &classify.ResponseError{StatusCode: 503}
	final := temporal.NewNonRetryableApplicationError("declined", "Declined", nil)
	for name, c := range map[string]struct {
		err   error
		state driver.State
		typ   string
	}{
		"an error without effect":         {err: idempotency.NoEffect(busy), state: driver.StateReleased, typ: "HTTP503"},
		"a wrapped error without effect":  {err: fmt.Errorf("charging: %w", idempotency.NoEffect(busy)), state: driver.StateReleased},
		"an unknown error without effect": {err: idempotency.NoEffect(errors.New("refused")), state: driver.StateReleased},
		"a final error without effect":    {err: idempotency.NoEffect(final), state: driver.StateReleased, typ: "Declined"},
		"a join with one error without effect": {
			err: errors.Join(idempotency.NoEffect(busy), errors.New("reset")), state: driver.StateIndeterminate,
		},
		"a join of two errors without effect": {
			err:   errors.Join(idempotency.NoEffect(busy), idempotency.NoEffect(errors.New("refused"))),
			state: driver.StateReleased,
		},
		"a wrapped final error":        {err: fmt.Errorf("charging: %w", final), state: driver.StateFailed, typ: "Declined"},
		"an error marked NonRetryable": {err: retry.NonRetryable(errors.New("declined")), state: driver.StateFailed},
		"a wait that does not fit in the budget": {
			err: retry.After(errors.New("busy"), time.Hour), state: driver.StateIndeterminate, typ: "retry.BudgetExceeded",
		},
		"an error whose status code means final": {
			err: &classify.ResponseError{StatusCode: 400}, state: driver.StateIndeterminate,
		},
		"a final error marked as without effect": {
			err: retry.After(final, time.Millisecond), state: driver.StateIndeterminate, typ: "Declined",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, record := charged(t, idempotency.ActivityOptions{ReviewAbandoned: true}, c.err)
			require.Equal(t, c.state, record.State)
			if c.typ != "" {
				require.Equal(t, c.typ, app.Type(), "what Temporal is told")
			}
			require.NotEqual(t, "mark", app.Type())
		})
	}
}

// Without package retry the mark is taken off, so that the type is the error's own.
func TestNoEffectMarkIsRemoved(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	declined := temporal.NewNonRetryableApplicationError("declined", "Declined", nil)
	_, err := r.do(idempotency.ActivityOptions{}, idempotency.NoEffect(idempotency.NoEffect(declined)))
	require.Same(t, declined, err)
	_, err = r.do(idempotency.ActivityOptions{}, idempotency.NoEffect(retry.After(declined, time.Second)))
	require.Equal(t, retry.After(declined, time.Second), err, "other marks stay, for package retry")
	require.NoError(t, idempotency.NoEffect(nil))
}

// An error of this package that no retry can help ends the activity, however it
// is wrapped.
func TestWrappedReasonIsFound(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	inner := func(ctx context.Context) error {
		_, err := idempotency.Do(ctx, r.guard, "inner", "", func(context.Context) (int, error) { return 1, nil }, idempotency.ActivityOptions{})
		return fmt.Errorf("while charging: %w", err)
	}
	_, err := idempotency.Do(t.Context(), r.guard, "outer", "k", func(ctx context.Context) (int, error) { return 1, inner(ctx) },
		idempotency.ActivityOptions{})
	app, ok := err.(*temporal.ApplicationError) //nolint:errorlint // it must be the outermost
	require.True(t, ok, "%v", err)
	require.True(t, app.NonRetryable())
	require.Equal(t, "idempotency.NoKey", app.Type())
	require.Contains(t, app.Message(), "while charging: ")
}

// A workflow that cancels is not told of a failure instead.
func TestCancellationIsReturnedUnchanged(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	joined := errors.Join(temporal.NewNonRetryableApplicationError("declined", "Declined", nil), context.Canceled)
	_, err := idempotency.Do(ctx, r.guard, "count", "k", func(context.Context) (int, error) {
		cancel()
		return 0, joined
	}, idempotency.ActivityOptions{ReviewAbandoned: true})
	require.Equal(t, joined, err)
	_, err = r.do(idempotency.ActivityOptions{ReviewAbandoned: true}, nil)
	require.Equal(t, idempotency.ReasonNeedsReview, reasonOf(err), "what it has done is not known")
}

// A service answers HTTP 400: final for Temporal, while the effect of an earlier
// attempt is unknown.
func TestClassifierDoesNotDecideRecord(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		state driver.State
	}{
		"an error that the classifier finds final": {err: &classify.ResponseError{StatusCode: 400}, state: driver.StateIndeterminate},
		"an error marked NonRetryable":             {err: retry.NonRetryable(errors.New("declined")), state: driver.StateFailed},
		"a non-retryable application error": {
			err: temporal.NewNonRetryableApplicationError("declined", "Declined", nil), state: driver.StateFailed,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
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
