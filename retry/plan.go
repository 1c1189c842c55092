package retry

import (
	"iter"
	"math"
	"time"

	"go.temporal.io/sdk/temporal"
)

const (
	longest = time.Duration(math.MaxInt64)
	// manyAttempts is where counting ends.
	manyAttempts = 1_000_000
)

// Limits holds the timeouts of an activity. Zero is no limit, as in
// workflow.ActivityOptions.
type Limits struct {
	StartToClose, ScheduleToClose time.Duration
	// Jitter equals [InterceptorOptions.Jitter] of the workers. Jitter shortens waits, which
	// leaves time for more attempts.
	Jitter Jitter
}

// A Schedule lists the attempts that a server makes under a retry policy and limits.
// Times count from the moment the activity is scheduled, without the time that tasks
// wait for a worker.
type Schedule struct {
	policy temporal.RetryPolicy
	limits Limits
}

// Plan returns the schedule of p within l. The server's formula is
// initial interval * coefficient^(attempt-1), at most the maximum interval; it
// gives up at once when the next attempt would begin after ScheduleToClose
// (service/history/workflow/retry.go, server v1.32.1). Waits are as planned, unless
// the failure or [InterceptorOptions].Schedule asks for more; with jitter they may be
// shorter. A server sometimes makes a whole second of a shorter wait. p must be valid,
// see [Validate]. Safe anywhere.
func Plan(p temporal.RetryPolicy, l Limits) Schedule {
	if l.ScheduleToClose > 0 && (l.StartToClose == 0 || l.StartToClose > l.ScheduleToClose) {
		l.StartToClose = l.ScheduleToClose // as the server does
	}
	return Schedule{complete(p), l}
}

// Wait returns the time between the end of an attempt, counted from 1, and the next.
func (s Schedule) Wait(attempt int) time.Duration {
	return backoff(s.policy, attempt)
}

// backoff is the server's formula for a complete policy.
func backoff(p temporal.RetryPolicy, attempt int) time.Duration {
	interval := float64(p.InitialInterval) * math.Pow(p.BackoffCoefficient, float64(attempt-1))
	if interval >= float64(p.MaximumInterval) {
		return p.MaximumInterval
	}
	return time.Duration(interval)
}

// MaxAttempts returns the number of attempts if each fails at once and each wait is as
// short as Limits.Jitter allows; 0 is no limit. It counts to a million.
func (s Schedule) MaxAttempts() int { return s.attempts(s.earliest()) }

// MinAttempts returns the number of attempts if each takes all of its StartToClose; 0
// is no limit. An attempt that ScheduleToClose cuts off counts.
func (s Schedule) MinAttempts() int { return s.attempts(s.latest()) }

func (s Schedule) attempts(starts iter.Seq[time.Duration]) int {
	if s.limits.ScheduleToClose == 0 {
		return int(s.policy.MaximumAttempts)
	}
	n := 0
	for range starts {
		n++
	}
	return n
}

// latest yields the start of each attempt if each takes all of its time.
func (s Schedule) latest() iter.Seq[time.Duration] {
	return s.starts(s.limits.StartToClose, func(planned, _ time.Duration) time.Duration { return planned })
}

// earliest yields the start of each attempt if each fails at once, after the shortest
// waits.
func (s Schedule) earliest() iter.Seq[time.Duration] {
	return s.starts(0, func(planned, remaining time.Duration) time.Duration {
		switch {
		case s.limits.Jitter == JitterNone:
			return planned
		case s.limits.ScheduleToClose > 0 && planned > remaining:
			return fitLastAttempt(planned, remaining, s.limits.StartToClose)
		case s.limits.Jitter == JitterFull:
			return time.Millisecond
		}
		return planned - planned/2
	})
}

// starts yields the start of each attempt, each of which takes that long.
func (s Schedule) starts(each time.Duration, wait func(planned, remaining time.Duration) time.Duration) iter.Seq[time.Duration] {
	return func(yield func(time.Duration) bool) {
		now := time.Duration(0)
		for n := 1; n <= manyAttempts; n++ {
			if !yield(now) || n == int(s.policy.MaximumAttempts) {
				return
			}
			now = add(now, each)
			now = add(now, wait(s.Wait(n), s.limits.ScheduleToClose-now))
			if s.limits.ScheduleToClose > 0 && now > s.limits.ScheduleToClose {
				return // the server gives up without waiting
			}
		}
	}
}

// Worst returns the longest time until the activity has succeeded or failed. ok is
// false if nothing limits it.
func (s Schedule) Worst() (d time.Duration, ok bool) {
	worst := longest
	if n := int(s.policy.MaximumAttempts); n > 0 && s.limits.StartToClose > 0 {
		worst = 0
		for i := 1; i <= n && worst < longest; i++ {
			worst = add(worst, s.limits.StartToClose)
			if i < n {
				worst = add(worst, s.Wait(i))
			}
		}
	}
	if limit := s.limits.ScheduleToClose; limit > 0 && limit < worst {
		worst = limit
	}
	return worst, worst < longest
}

// add adds without overflow.
func add(a, b time.Duration) time.Duration {
	if a > longest-b {
		return longest
	}
	return a + b
}
