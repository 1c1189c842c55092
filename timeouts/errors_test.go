package timeouts_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A step that fails while it is canceled often returns both errors. The timeout hides
// only the cancellation.
func TestDoKeepsErrorBesideCancellation(t *testing.T) {
	t.Parallel()
	failed := temporal.NewApplicationErrorWithOptions("refund failed", "RefundFailed", temporal.ApplicationErrorOptions{
		NonRetryable: true, NextRetryDelay: time.Hour, Details: []any{"order-7", 3},
	})
	for name, c := range map[string]struct {
		err      func(canceled error) error
		is       error  // found in the workflow
		sentType string // found by a client
		text     string // found by a client
	}{
		"the cancellation":          {err: func(canceled error) error { return canceled }},
		"a wrapped cancellation":    {err: func(canceled error) error { return fmt.Errorf("charging: %w", canceled) }},
		"two cancellations":         {err: func(canceled error) error { return errors.Join(canceled, canceled) }},
		"no cancellation":           {err: func(error) error { return errBroken }, is: errBroken, text: "broken"},
		"an error joined before it": {err: func(canceled error) error { return errors.Join(errBroken, canceled) }, is: errBroken, text: "broken"},
		"an error joined after it":  {err: func(canceled error) error { return errors.Join(canceled, errBroken) }, is: errBroken, text: "broken"},
		"an application error beside": {
			err: func(canceled error) error { return errors.Join(canceled, failed) },
			is:  failed, sentType: "RefundFailed", text: "refund failed",
		},
		"two errors beside it": {
			err: func(canceled error) error { return errors.Join(errBroken, canceled, failed) },
			is:  errBroken, text: "broken\nrefund failed",
		},
		"a format with both": {
			err: func(canceled error) error { return fmt.Errorf("%w after %w", errBroken, canceled) },
			is:  errBroken, text: "broken",
		},
		"a join below a format": {
			err: func(canceled error) error { return fmt.Errorf("undoing: %w", errors.Join(failed, canceled)) },
			is:  failed, sentType: "RefundFailed", text: "undoing: refund failed",
		},
		"an application error caused by it": {
			err: func(canceled error) error {
				return temporal.NewApplicationErrorWithOptions("refund failed", "RefundFailed", temporal.ApplicationErrorOptions{
					NonRetryable: true, NextRetryDelay: time.Hour, Cause: canceled, Details: []any{"order-7", 3},
				})
			},
			sentType: "RefundFailed", text: "refund failed",
		},
	} {
		for end, grace := range map[string]time.Duration{"Do": 0, "DoUntil with grace": time.Minute} {
			t.Run(name+" in "+end, func(t *testing.T) {
				t.Parallel()
				env := testenv.New()
				env.ExecuteWorkflow(func(ctx workflow.Context) error {
					_, err := timeouts.DoUntil(ctx, signals.NewDeadline(ctx, time.Hour), grace, func(ctx workflow.Context) (int, error) {
						return 0, c.err(workflow.Sleep(ctx, 2*time.Hour))
					})
					require.ErrorIs(t, err, timeouts.ReasonTimedOut)
					if c.is != nil {
						require.ErrorIs(t, err, c.is)
					}
					return err
				})
				err := env.GetWorkflowError()
				require.False(t, temporal.IsCanceledError(err), "%v", err)
				require.True(t, isTimedOut(err))
				require.ErrorContains(t, err, c.text)
				if c.sentType != "" {
					requireRefundFailed(t, err)
				}
			})
		}
	}
}

// requireRefundFailed finds the application error below the timeout, with all that it
// says.
func requireRefundFailed(t *testing.T, err error) {
	t.Helper()
	var app *temporal.ApplicationError
	for errors.As(err, &app) && app.Type() != "RefundFailed" {
		err = errors.Unwrap(app)
	}
	require.NotNil(t, app)
	require.Equal(t, "RefundFailed", app.Type())
	require.True(t, app.NonRetryable())
	require.Equal(t, time.Hour, app.NextRetryDelay())
	var (
		order string
		n     int
	)
	require.NoError(t, app.Details(&order, &n))
	require.Equal(t, "order-7", order)
	require.Equal(t, 3, n)
}

func TestReasonOf(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"nil":                 nil,
		"a cancellation":      temporal.NewCanceledError(),
		"a heartbeat timeout": temporal.NewHeartbeatTimeoutError(),
		"an error of a user":  errBroken,
		"an error of signals": signals.ReasonNotMoved,
	} {
		reason, ok := timeouts.ReasonOf(err)
		require.False(t, ok, name)
		require.Empty(t, reason, name)
		_, ok = timeouts.AsTimedOut(err)
		require.False(t, ok, name)
	}
}

func TestReasonTimedOutInParentAndClient(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grace time.Duration
		want  string
	}{
		"timed out": {want: "timeouts: step not finished by 2020-01-01T01:00:00Z; raise the limit or do less"},
		"abandoned": {
			grace: 1,
			want: "timeouts: step not finished by 2020-01-01T01:00:00Z, and still running after its cancellation; let it " +
				"block with the context that it receives",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.SetStartTime(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
			child := func(ctx workflow.Context) (string, error) {
				return timeouts.DoUntil(ctx, signals.NewDeadline(ctx, time.Hour), c.grace, stubborn(2*time.Hour))
			}
			env.RegisterWorkflowWithOptions(child, workflow.RegisterOptions{Name: "child"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				err := workflow.ExecuteChildWorkflow(ctx, "child").Get(ctx, nil)
				require.True(t, isTimedOut(err), "in the parent")
				return err
			})
			require.ErrorContains(t, env.GetWorkflowError(), c.want)
			require.True(t, isTimedOut(env.GetWorkflowError()), "in the client")
		})
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for kind, want := range map[enumspb.TimeoutType]timeouts.Kind{
		enumspb.TIMEOUT_TYPE_START_TO_CLOSE:    timeouts.KindStartToClose,
		enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START: timeouts.KindScheduleToStart,
		enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE: timeouts.KindScheduleToClose,
		enumspb.TIMEOUT_TYPE_HEARTBEAT:         timeouts.KindHeartbeat,
		enumspb.TIMEOUT_TYPE_UNSPECIFIED:       timeouts.Kind(""),
	} {
		err := temporal.NewTimeoutError(kind, nil)
		require.Equal(t, want, timeouts.KindOf(err))
		require.Equal(t, want, timeouts.KindOf(temporal.NewApplicationErrorWithCause("while", "X", err)))
	}
	require.Equal(t, timeouts.Kind(""), timeouts.KindOf(temporal.NewApplicationError("x", "X")))
	require.Equal(t, timeouts.Kind(""), timeouts.KindOf(nil))
}
