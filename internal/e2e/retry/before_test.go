package retry_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// A breaker lets no one pass while it is open.
type breaker struct {
	askAgain time.Duration
	open     atomic.Bool
	asked    atomic.Int32
}

func (b *breaker) before(context.Context) error {
	b.asked.Add(1)
	if b.open.Load() {
		return retry.After(errors.New("the breaker is open"), b.askAgain)
	}
	return nil
}

// While the breaker is open, attempts are parked: the activity does not run.
func TestBefore(t *testing.T) {
	t.Parallel()
	const askAgain = 10 * time.Second // the test must look in meanwhile
	b := &breaker{askAgain: askAgain}
	b.open.Store(true)
	queue := startWorker(t, retry.InterceptorOptions{Before: b.before})
	well := func(context.Context, *job, int32) error { return nil }

	t.Run("parks", func(t *testing.T) {
		t.Parallel()
		j := start(t, queue, well, Once, Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 0)})
		for n := range int32(2) {
			p := j.waiting(n + 1)
			require.Equal(t, n+2, p.GetAttempt())
			failure := p.GetLastFailure()
			require.Equal(t, "the breaker is open", failure.GetMessage())
			require.Equal(t, retry.ReasonShortCircuited.Error(), failure.GetApplicationFailureInfo().GetType())
			require.Equal(t, enumspb.APPLICATION_ERROR_CATEGORY_BENIGN, failure.GetApplicationFailureInfo().GetCategory())
			wait := p.GetCurrentRetryInterval().AsDuration()
			require.GreaterOrEqual(t, wait, askAgain)
			require.LessOrEqual(t, wait, askAgain+askAgain/5+lag, "a fifth is added at most")
		}
		require.GreaterOrEqual(t, b.asked.Load(), int32(2))
		require.Zero(t, j.attempts(), "the activity did not run")
		b.open.Store(false)
		require.False(t, j.seen().Failed)
		require.Equal(t, 1, j.attempts())
	})
}

// A parked attempt counts for MaximumAttempts, and needs its time.
func TestParkedForGood(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		askAgain time.Duration
		call     Call
		want     Seen
	}{
		"MaximumAttempts": {time.Second, Call{Policy: every(100*time.Millisecond, 2)}, Seen{
			Reason: retry.ReasonMaxAttempts,
			State:  "MaximumAttemptsReached", Type: retry.ReasonShortCircuited.Error(), Last: retry.ReasonShortCircuited.Error(),
		}},
		"ScheduleToClose": {time.Hour, Call{ScheduleToClose: 30 * time.Second}, Seen{
			Reason: retry.ReasonBudgetExceeded,
			State:  "NonRetryableFailure", Type: retry.ReasonBudgetExceeded.Error(), Last: retry.ReasonBudgetExceeded.Error(),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := &breaker{askAgain: c.askAgain}
			b.open.Store(true)
			queue := startWorker(t, retry.InterceptorOptions{Before: b.before})
			c.call.StartToClose, c.want.Failed = time.Minute, true
			j := start(t, queue, busy, Once, c.call)
			seen := j.seen()
			require.Contains(t, seen.Message+seen.Cause, "the breaker is open")
			seen.Message, seen.Cause, seen.Budget = "", "", retry.BudgetExceeded{}
			require.Equal(t, c.want, seen)
			require.Zero(t, j.attempts())
		})
	}
}

// Two phases in one activity: its ID is the same in both, and the policy plans
// the waits of the first one only.
func TestFastThenSlow(t *testing.T) {
	t.Parallel()
	const fast, slow = 3, 10 * time.Second // in the slow phase the test must look in
	policy, schedule := retry.FastThenSlow(fast, slow)
	policy.InitialInterval = 200 * time.Millisecond
	queue := startWorker(t, retry.InterceptorOptions{Jitter: retry.JitterNone, Schedule: schedule})
	ids := map[string]bool{}
	j := start(t, queue, func(ctx context.Context, j *job, n int32) error {
		j.watch(ctx)
		ids[activity.GetInfo(ctx).ActivityID] = true
		if n <= 4 {
			return errBroken
		}
		return nil
	}, Once, Call{StartToClose: time.Minute, Policy: policy})
	require.Equal(t, slow, j.waiting(fast).GetCurrentRetryInterval().AsDuration().Truncate(lag), "the server says so while it waits")
	require.False(t, j.end().Failed)
	require.Len(t, ids, 1)
	for i, want := range []time.Duration{200 * time.Millisecond, 300 * time.Millisecond, slow, slow} {
		require.GreaterOrEqual(t, j.waits[i], want)
		require.Less(t, j.waits[i], want+lag)
	}
}
