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

// Calls side by side: one fails finally, which cancels the others. The final
// error counts, wherever it stands.
func TestFinalBesideCanceled(t *testing.T) {
	t.Parallel()
	final := temporal.NewNonRetryableApplicationError("final", "Final", nil)
	j := start(t, startWorker(t, retry.InterceptorOptions{}), func(context.Context, *job, int32) error {
		return errors.Join(final, context.Canceled)
	}, Once, Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 3)})
	require.Equal(t, retry.ReasonNonRetryable, j.end().Reason)
	require.Equal(t, 1, j.attempts())
}

// Local activities fail without an ActivityError around their own.
func TestLocalEnds(t *testing.T) {
	t.Parallel()
	// One that heeds its time may be quicker to say so than the SDK.
	deaf := func(_ context.Context, j *job, _ int32) error {
		<-j.t.Context().Done()
		return nil
	}
	for name, c := range map[string]struct {
		body body
		call Call
		is   func(Seen) bool
	}{
		"final":           {declined, Call{}, func(s Seen) bool { return s.Reason == retry.ReasonNonRetryable }},
		"listed":          {busy, Call{Policy: every(time.Second, 3, "Busy")}, func(s Seen) bool { return s.Reason == retry.ReasonNonRetryable }},
		"ScheduleToClose": {deaf, Call{ScheduleToClose: time.Second}, func(s Seen) bool { return s.Reason == retry.ReasonDeadline }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.call.Local, c.call.StartToClose = true, time.Minute
			j := start(t, startWorker(t, retry.InterceptorOptions{}), c.body, Once, c.call)
			seen := j.end()
			require.True(t, c.is(seen), "%+v", seen)
		})
	}
}

// The last failure of a child is what the child returned, and not what had
// happened inside it.
func TestLastFailureOfChild(t *testing.T) {
	t.Parallel()
	once := Call{StartToClose: time.Minute, Policy: retry.NoRetry()}
	j := start(t, startWorker(t, retry.InterceptorOptions{}), busy, Parent, once, rejected, every(time.Second, 2))
	seen := j.end()
	require.Equal(t, 1, j.attempts())
	require.Equal(t, "Rejected", seen.Type)
	require.Equal(t, "Rejected", seen.Last)
	require.Equal(t, retry.ReasonNonRetryable, seen.Reason)
}

// The wait that an attempt asked for before the server gave up is the
// activity's, and not the one before the workflow's next run.
func TestSurfaceDropsDelay(t *testing.T) {
	t.Parallel()
	policy := temporal.RetryPolicy{InitialInterval: time.Second, MaximumAttempts: 2}
	call := Call{ScheduleToClose: 20 * time.Second, Policy: every(time.Minute, 0)}
	j := startWith(t, client.StartWorkflowOptions{
		TaskQueue:   startWorker(t, retry.InterceptorOptions{Jitter: retry.JitterEqual}),
		RetryPolicy: &policy,
	}, busy, Order, call, surfaced)
	require.Error(t, j.Get(t.Context(), nil))
	require.Equal(t, 2, j.attempts())
	require.Less(t, j.gap(1), 30*time.Second, "its policy says 1 s, the activity's a minute")
}

// Waits of less than a second may take one on a real server. So no attempt is
// fitted in after one: it would not have its StartToClose.
func TestNoAttemptIsFittedInTooLate(t *testing.T) {
	t.Parallel()
	for name, startToClose := range map[string]time.Duration{
		"half a second is left to wait":   9500 * time.Millisecond,
		"nearly a second is left to wait": 9100 * time.Millisecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			call := Call{StartToClose: startToClose, ScheduleToClose: 30 * time.Second, Policy: every(20*time.Second, 0)}
			j := start(t, startWorker(t, retry.InterceptorOptions{Schedule: planned(20 * time.Second)}), busy, Once, call)
			seen := j.end()
			require.Equal(t, "Busy", seen.Last, "attempts %d, state %s", j.attempts(), seen.State)
			require.Equal(t, "Timeout", seen.State, "the server gave up after the second")
			require.Equal(t, 2, j.attempts(), "%v", j.began)
		})
	}
}

// Jitter on the wait of a short-circuited attempt leaves time for the next attempt,
// so it does not end an activity.
func TestJitterOfShortCircuitLeavesTime(t *testing.T) {
	t.Parallel()
	parked := func(context.Context) error { return retry.After(errBroken, 10*time.Minute) }
	queue := startWorker(t, retry.InterceptorOptions{Before: parked})
	var runs [12]client.WorkflowRun
	for i := range runs { // it is a matter of chance
		var err error
		runs[i], err = server.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: queue}, Once,
			Call{StartToClose: 10 * time.Second, ScheduleToClose: 11 * time.Minute, Policy: every(time.Second, 0)})
		require.NoError(t, err)
	}
	for _, run := range runs {
		require.Eventually(t, func() bool {
			d, err := server.DescribeWorkflowExecution(t.Context(), run.GetID(), "")
			return err == nil && (d.GetWorkflowExecutionInfo().GetCloseTime() != nil ||
				len(d.GetPendingActivities()) > 0 && d.GetPendingActivities()[0].GetLastFailure() != nil)
		}, time.Minute, 50*time.Millisecond, "no attempt was parked")
		require.NoError(t, server.TerminateWorkflow(t.Context(), run.GetID(), "", "the test is over"), "the activity has ended")
	}
}
