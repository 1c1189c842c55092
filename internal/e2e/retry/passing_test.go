package retry_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// A workflow is canceled while its activity heartbeats: the workflow sees that
// the activity was canceled, in whichever form the activity says so, and there is no
// attempt after that. A heartbeat that fails ends its attempt too, with another
// cause: the next attempt then hears of the cancellation.
func TestCancellation(t *testing.T) {
	t.Parallel()
	queue := startWorker(t, retry.InterceptorOptions{})
	for name, says := range map[string]func(error) error{
		"the error of the context":         func(err error) error { return err },
		"the error of the context wrapped": func(err error) error { return fmt.Errorf("while charging: %w", err) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var canceled []int32 // attempts that the server has canceled
			beats := make(chan struct{}, 1)
			j := start(t, queue, func(ctx context.Context, _ *job, attempt int32) error {
				tick := time.NewTicker(50 * time.Millisecond)
				defer tick.Stop()
				for {
					activity.RecordHeartbeat(ctx)
					select {
					case beats <- struct{}{}:
					default:
					}
					select {
					case <-ctx.Done():
						if temporal.IsCanceledError(context.Cause(ctx)) {
							canceled = append(canceled, attempt)
						}
						return says(ctx.Err())
					case <-tick.C:
					}
				}
			}, Once, Call{StartToClose: 2 * time.Minute, Heartbeat: time.Minute, Policy: every(100*time.Millisecond, 0)})
			<-beats
			require.NoError(t, server.CancelWorkflow(t.Context(), j.GetID(), ""))
			seen := j.seen()
			require.True(t, seen.Canceled)
			require.Empty(t, seen.Reason)
			require.Equal(t, []int32{j.last}, canceled, "the last attempt, and no other")
		})
	}
}

// An activity that is completed by its token, later and by another person.
func TestResultPending(t *testing.T) {
	t.Parallel()
	queue := startWorker(t, retry.InterceptorOptions{})
	begin := func(t *testing.T) (*job, chan []byte) {
		tokens := make(chan []byte, 1)
		return start(t, queue, func(ctx context.Context, _ *job, _ int32) error {
			tokens <- activity.GetInfo(ctx).TaskToken
			return activity.ErrResultPending
		}, Once, Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 3, "Busy")}), tokens
	}

	t.Run("succeeds", func(t *testing.T) {
		t.Parallel()
		j, tokens := begin(t)
		require.NoError(t, server.CompleteActivity(t.Context(), <-tokens, nil, nil))
		require.False(t, j.end().Failed)
		require.Equal(t, 1, j.attempts())
	})

	t.Run("fails", func(t *testing.T) {
		t.Parallel()
		j, tokens := begin(t)
		require.NoError(t, server.CompleteActivity(t.Context(), <-tokens, nil, busy(t.Context(), nil, 1)))
		seen := j.end()
		require.Equal(t, "Busy", seen.Last)
		require.Equal(t, retry.ReasonNonRetryable, seen.Reason, "the policy lists it")
	})

	// What completes an activity has no interceptor: no one looks through the
	// chain there.
	t.Run("fails, wrapped", func(t *testing.T) {
		t.Parallel()
		j, tokens := begin(t)
		for range 3 {
			require.NoError(t, server.CompleteActivity(t.Context(), <-tokens, nil, fmt.Errorf("later: %w", busy(t.Context(), nil, 1))))
		}
		seen := j.end()
		require.Equal(t, "wrapError", seen.Last)
		require.Equal(t, retry.ReasonMaxAttempts, seen.Reason)
	})
}
