package retry

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A wait describes the time before the next attempt.
type wait struct {
	duration  time.Duration // 0 leaves it to the server
	exceeds   bool          // the failure asked for more than remaining
	asked     time.Duration // what the failure asked for; only with exceeds
	remaining time.Duration // of ScheduleToCloseTimeout; only with exceeds
}

func (w wait) message() string {
	return fmt.Sprintf("retry: the failure asked for a wait of %v, but %v of ScheduleToCloseTimeout remain; raise the timeout, or try "+
		"again in a new activity",
		w.asked.Round(time.Millisecond), w.remaining.Round(time.Millisecond))
}

// nextWait returns the wait after a failed attempt: what the activity has set
// itself, else what the failure asks for, else what is planned.
func (i *inbound) nextWait(info activity.Info, a failure.Analysis, shortCircuited bool) wait {
	switch {
	case a.Retryability == failure.NonRetryable, isLastAttempt(info), a.Delay > 0 && a.RetryAfter == 0:
		return wait{duration: a.Delay}
	case a.RetryAfter > 0:
		return i.askedWait(info, a.RetryAfter, shortCircuited)
	}
	return i.plannedWait(info)
}

func isLastAttempt(info activity.Info) bool {
	return info.RetryPolicy != nil && info.RetryPolicy.MaximumAttempts == info.Attempt
}

// askedWait returns the wait for a failure that asks for one. That is the minimum: a
// longer planned wait stands. A short-circuited attempt called no one and needs no
// backoff. The random extra leaves the next attempt its StartToClose: a wait that
// takes all of the remaining time makes the server give up.
func (i *inbound) askedWait(info activity.Info, asked time.Duration, shortCircuited bool) wait {
	least, remaining := min(asked, i.options.MaxRetryAfter), remainingTime(info)
	w := wait{duration: least, exceeds: least > remaining, asked: asked, remaining: remaining}
	if planned := i.planned(info); planned > least && !shortCircuited {
		w.duration = planned
		if planned > remaining {
			w.duration = max(least, fitLastAttempt(planned, remaining, info.StartToCloseTimeout))
		}
	}
	if shortCircuited || i.options.Jitter != JitterNone {
		room := remaining - max(info.StartToCloseTimeout, time.Second)
		w.duration = max(w.duration, min(add(w.duration, randomUpTo(w.duration/5)), room))
	}
	return w
}

// plannedWait returns the wait of the schedule or the policy, with jitter. Without
// an option it leaves the wait to the server.
func (i *inbound) plannedWait(info activity.Info) wait {
	planned, remaining := i.planned(info), remainingTime(info)
	switch {
	case planned <= 0 || i.options.Jitter == JitterNone && i.options.Schedule == nil:
		return wait{}
	case planned > remaining:
		return wait{duration: fitLastAttempt(planned, remaining, info.StartToCloseTimeout)}
	}
	return wait{duration: i.options.Jitter.apply(planned)}
}

// planned returns the wait of the schedule or the policy, and 0 when neither is
// known, as with servers that do not send the policy.
func (i *inbound) planned(info activity.Info) time.Duration {
	if i.options.Schedule != nil {
		if d := i.options.Schedule(info); d > 0 {
			return d
		}
	}
	if info.RetryPolicy == nil {
		return 0
	}
	return backoff(complete(*info.RetryPolicy), int(info.Attempt))
}

// remainingTime returns what is left of ScheduleToCloseTimeout.
func remainingTime(info activity.Info) time.Duration {
	if info.ScheduleToCloseTimeout <= 0 || info.ScheduledTime.IsZero() {
		return longest
	}
	now := time.Now() //nolint:forbidigo // this is activity code
	return max(0, info.ScheduledTime.Add(info.ScheduleToCloseTimeout).Sub(now))
}

// fitLastAttempt shortens a wait that does not fit, if one more attempt does: the
// last one begins so that it can take all of its StartToClose. The server would
// give up now. A wait below a second may last longer, and would take time from the
// attempt.
func fitLastAttempt(planned, remaining, startToClose time.Duration) time.Duration {
	if d := remaining - startToClose; startToClose > 0 && d >= time.Second {
		return d
	}
	return planned
}

// A Jitter says how much of a planned wait is random, so that activities that failed
// together do not return together. A Temporal server adds no jitter.
type Jitter uint8

// The values of Jitter.
const (
	// JitterNone leaves planned waits to the server.
	JitterNone Jitter = iota
	// JitterEqual waits between half of the planned time and all of it.
	JitterEqual
	// JitterFull waits between nothing and all of the planned time.
	JitterFull
)

func (j Jitter) apply(planned time.Duration) time.Duration {
	switch j {
	case JitterEqual:
		half := planned / 2
		return planned - half + randomUpTo(half)
	case JitterFull:
		return max(randomUpTo(planned), time.Millisecond)
	default:
		return planned
	}
}

// randomUpTo returns a duration between 0 and d.
func randomUpTo(d time.Duration) time.Duration {
	if d == longest {
		d--
	}
	return time.Duration(rand.Int64N(int64(d) + 1)) //nolint:forbidigo // this is activity code
}
