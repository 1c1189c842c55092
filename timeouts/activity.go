package timeouts

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// WithMargin returns a context that ends d before the activity's own does. An
// activity that has not returned when its time is over is not heard any more:
// the SDK drops its result, a final error too. A negative d counts as zero. Call
// cancel when done. For activities.
func WithMargin(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-max(d, 0)))
}

// Remaining is how much time all attempts of the activity have left, by its
// ScheduleToCloseTimeout or by a [Budget] that has come with [NewInterceptor],
// whichever ends first; ok is false when nothing limits it. The current attempt
// may have less, see ctx.Deadline. It goes by the worker's clock. For activities.
func Remaining(ctx context.Context) (d time.Duration, ok bool) {
	d, ok = untilGivenUp(ctx)
	if b, has := ctx.Value(budgetKey{}).(Budget); has {
		if left := wait.Sum(time.Until(b.Deadline), -max(b.Reserved, 0)); !ok || left < d {
			return left, true
		}
	}
	return d, ok
}

// untilGivenUp is how long a server goes on trying.
func untilGivenUp(ctx context.Context) (d time.Duration, ok bool) {
	info := activity.GetInfo(ctx)
	if info.ScheduleToCloseTimeout <= 0 || info.ScheduledTime.IsZero() {
		return 0, false
	}
	return time.Until(info.ScheduledTime.Add(info.ScheduleToCloseTimeout)), true
}

// IsLastAttempt reports whether no attempt follows if this one fails now: all
// MaximumAttempts are used, or the next would begin after
// ScheduleToCloseTimeout. It is a good guess: a server that is asked later may
// give up where this says no. A server that does not tell the retry policy is
// taken to have none. For activities.
func IsLastAttempt(ctx context.Context) bool {
	info := activity.GetInfo(ctx)
	if info.RetryPolicy == nil {
		return false
	}
	if n := info.RetryPolicy.MaximumAttempts; n > 0 && info.Attempt >= n {
		return true
	}
	left, ok := untilGivenUp(ctx)
	if !ok || retry.Plan(*info.RetryPolicy, retry.Limits{}).Wait(int(info.Attempt)) <= left {
		return false
	}
	// The interceptor of package retry may fit one more in.
	return info.StartToCloseTimeout <= 0 || left-info.StartToCloseTimeout < time.Second
}
