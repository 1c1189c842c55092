package retry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

func declined(context.Context, *job, int32) error {
	return temporal.NewNonRetryableApplicationError("no such card", "NoSuchCard", nil, "4111")
}

// A workflow with a RetryPolicy of its own runs again when its activity fails
// finally, since for the server that is no final error. Surface says that it is.
func TestSurface(t *testing.T) {
	t.Parallel()
	queue := startWorker(t, retry.InterceptorOptions{})
	call := Call{StartToClose: time.Minute, Policy: every(time.Second, 3)}
	for how, runs := range map[string]int{"as it is": 2, surfaced: 1} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			policy := every(100*time.Millisecond, 2)
			j := startWith(t, client.StartWorkflowOptions{TaskQueue: queue, RetryPolicy: &policy}, declined, Order, call, how)
			err := j.Get(t.Context(), nil)
			require.Equal(t, runs, j.attempts(), "one for each run")
			if how == surfaced {
				var app *temporal.ApplicationError
				require.ErrorAs(t, err, &app)
				require.Equal(t, "NoSuchCard", app.Type())
				require.True(t, app.NonRetryable())
				var card string
				require.NoError(t, app.Details(&card))
				require.Equal(t, "4111", card)
				var act *temporal.ActivityError
				require.ErrorAs(t, err, &act, "which activity it was is still there")
			}
		})
	}

	t.Run("what can be retried is", func(t *testing.T) {
		t.Parallel()
		policy, once := every(100*time.Millisecond, 2), call
		once.Policy = retry.NoRetry()
		j := startWith(t, client.StartWorkflowOptions{TaskQueue: queue, RetryPolicy: &policy}, busy, Order, once, surfaced)
		require.ErrorContains(t, j.Get(t.Context(), nil), "busy")
		require.Equal(t, 2, j.attempts())
	})
}

// The same with a child workflow. Its parent knows what has happened.
func TestSurfaceOfChild(t *testing.T) {
	t.Parallel()
	queue := startWorker(t, retry.InterceptorOptions{})
	final := func(context.Context, *job, int32) error { return errors.Join(errors.New("x"), &myError{}) }
	for name, c := range map[string]struct {
		body body
		call Call
		how  string
		mine temporal.RetryPolicy // of the parent

		runs     int
		last     string
		finality bool // of a child that was tried again it is not said
	}{
		"as it is": {declined, Call{}, "", every(100*time.Millisecond, 2), 2, "NoSuchCard", false},
		"surfaced": {declined, Call{}, surfaced, every(100*time.Millisecond, 2), 1, "NoSuchCard", true},
		"a listed Go type": {
			final,
			Call{Policy: every(time.Second, 3, "myError")},
			surfaced, every(100*time.Millisecond, 2), 1, "myError",
			true,
		},
		"listed for runs": {busy, Call{Policy: retry.NoRetry()}, surfaced, every(100*time.Millisecond, 2, "Busy"), 1, "Busy", true},
		"... but not so":  {busy, Call{Policy: retry.NoRetry()}, "", every(100*time.Millisecond, 2, "Busy"), 2, "Busy", false},
		"the end of a time": {
			busy,
			Call{ScheduleToClose: 20 * time.Second, Policy: every(time.Minute, 0)},
			"", every(100*time.Millisecond, 2),
			2, "Busy", false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.call.StartToClose = time.Minute
			j := start(t, queue, c.body, Parent, c.call, c.how, c.mine)
			seen := j.end()
			require.Equal(t, c.runs, j.attempts(), "one for each run")
			require.Equal(t, c.last, seen.Last)
			require.Equal(t, c.finality, seen.Reason == retry.ReasonNonRetryable)
		})
	}
}
