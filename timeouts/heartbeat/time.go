package heartbeat

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts/internal/budgetctx"
)

// WithMargin returns a context that ends d before the deadline of ctx, which leaves
// time to clean up: the SDK drops the result of an activity that returns after its
// deadline, even a non-retryable error. A negative d counts as zero. Call cancel
// when done. For activities.
func WithMargin(ctx context.Context, d time.Duration) (inner context.Context, cancel context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-max(d, 0)))
}

// Remaining returns the time that all attempts of the activity have left, by
// ScheduleToCloseTimeout or by a timeouts.Budget, whichever ends first. ok is false
// when nothing limits it. The current attempt may have less, see ctx.Deadline.
// Remaining uses the clock of the worker. For activities.
func Remaining(ctx context.Context) (d time.Duration, ok bool) {
	d, ok = untilScheduleToClose(ctx)
	if end, has := budgetctx.End(ctx); has {
		if left := time.Until(end); !ok || left < d {
			return left, true
		}
	}
	return d, ok
}

// untilScheduleToClose returns how long the server continues to retry.
func untilScheduleToClose(ctx context.Context) (d time.Duration, ok bool) {
	info := activity.GetInfo(ctx)
	if info.ScheduleToCloseTimeout <= 0 || info.ScheduledTime.IsZero() {
		return 0, false
	}
	return time.Until(info.ScheduledTime.Add(info.ScheduleToCloseTimeout)), true
}

// IsLastAttempt reports whether the server would not retry if this attempt failed
// now: MaximumAttempts is reached, or the next attempt would begin after
// ScheduleToCloseTimeout. It is an estimate: the server decides later, and may give
// up where IsLastAttempt returns false. It returns false when the server does not
// send the retry policy. For activities.
func IsLastAttempt(ctx context.Context) bool {
	info := activity.GetInfo(ctx)
	if info.RetryPolicy == nil {
		return false
	}
	if n := info.RetryPolicy.MaximumAttempts; n > 0 && info.Attempt >= n {
		return true
	}
	left, ok := untilScheduleToClose(ctx)
	if !ok || retry.Plan(*info.RetryPolicy, retry.Limits{}).Wait(int(info.Attempt)) <= left {
		return false
	}
	// The interceptor of package retry may shorten the wait to fit one more attempt.
	return info.StartToCloseTimeout <= 0 || left-info.StartToCloseTimeout < time.Second
}
