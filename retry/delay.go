package retry

import (
	"fmt"
	"math/rand/v2"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// ErrTypeBudget is the type of the application error of an activity whose
// downstream asked to wait for longer than the activity has left. The details
// are a [BudgetExceeded], see [AsBudgetExceeded]. It cannot be retried: the server
// would give up in the same moment, without a reason.
const ErrTypeBudget = "retry.BudgetExceeded"

// BudgetExceeded tells what was asked for and what was left.
type BudgetExceeded struct {
	RetryAfter time.Duration `json:"retryAfter"`
	Remaining  time.Duration `json:"remaining"`
}

// A decision is about the wait before the next attempt.
type decision struct {
	wait      time.Duration // 0 leaves it to the server
	asked     time.Duration // by the failure; only with over
	remaining time.Duration // of the activity's time; only with over
	over      bool          // the wait was asked for, and is longer than that
}

func (d decision) reason() string {
	return fmt.Sprintf("retry: the next attempt was to be after %v, and only %v of ScheduleToCloseTimeout are left; allow more time, or ask again in a new activity",
		d.asked.Round(time.Millisecond), d.remaining.Round(time.Millisecond))
}

// next decides how long to wait. Without a wish in the failure and without an
// option, that stays as it is.
func (i *inbound) next(info activity.Info, l failure.Analysis, parked bool) decision {
	if l.Retryability == failure.NonRetryable || info.RetryPolicy != nil && info.RetryPolicy.MaximumAttempts == info.Attempt ||
		l.Delay > 0 && l.RetryAfter == 0 { // the activity has decided
		return decision{wait: l.Delay}
	}
	remaining, limited := longest, info.ScheduleToCloseTimeout > 0 && !info.ScheduledTime.IsZero()
	if limited {
		now := time.Now() //nolint:forbidigo // this is activity code
		remaining = max(0, info.ScheduledTime.Add(info.ScheduleToCloseTimeout).Sub(now))
	}
	if l.RetryAfter > 0 {
		return i.asked(info, l.RetryAfter, remaining, parked)
	}
	planned := i.planned(info)
	switch {
	case planned <= 0 || i.options.Jitter == JitterNone && i.options.Schedule == nil:
		return decision{}
	case planned > remaining:
		return decision{wait: fitLastAttempt(planned, remaining, info.StartToCloseTimeout)}
	}
	return decision{wait: i.jitter(planned)}
}

// asked decides about a wait that the failure asks for: it is the least, so a
// longer one that is planned stands. A parked attempt has called nobody, and so
// needs no backoff.
func (i *inbound) asked(info activity.Info, asked, remaining time.Duration, parked bool) decision {
	least := min(asked, i.options.MaxRetryAfter)
	d := decision{wait: least, asked: asked, remaining: remaining, over: least > remaining}
	if planned := i.planned(info); planned > least && !parked {
		d.wait = planned
		if planned > remaining {
			d.wait = max(least, fitLastAttempt(planned, remaining, info.StartToCloseTimeout))
		}
	}
	if parked || i.options.Jitter != JitterNone {
		d.wait = max(d.wait, min(add(d.wait, randomUpTo(d.wait/5)), remaining))
	}
	return d
}

// planned is the wait of the schedule or the policy, and 0 when neither is
// known, as with servers that do not tell the policy.
func (i *inbound) planned(info activity.Info) time.Duration {
	if i.options.Schedule != nil {
		if d := i.options.Schedule(info); d > 0 {
			return d
		}
	}
	if info.RetryPolicy == nil {
		return 0
	}
	return wait(complete(*info.RetryPolicy), int(info.Attempt))
}

// fitLastAttempt shortens a wait for which there is no time, when there is time for one
// more attempt: the last one begins so that it can take all of its
// StartToClose. The server would give up now. Waits below a second may come
// late, and so would cut into that time.
func fitLastAttempt(planned, remaining, startToClose time.Duration) time.Duration {
	if wait := remaining - startToClose; startToClose > 0 && wait >= time.Second {
		return wait
	}
	return planned
}

func (i *inbound) jitter(planned time.Duration) time.Duration {
	switch i.options.Jitter {
	case JitterEqual:
		half := planned / 2
		return planned - half + randomUpTo(half)
	case JitterFull:
		return max(randomUpTo(planned), time.Millisecond)
	default:
		return planned
	}
}

// randomUpTo is between nothing and d.
func randomUpTo(d time.Duration) time.Duration {
	if d == longest {
		d--
	}
	return time.Duration(rand.Int64N(int64(d) + 1)) //nolint:forbidigo // this is activity code
}
