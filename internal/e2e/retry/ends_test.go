package retry_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// every is a policy with equal waits.
func every(d time.Duration, attempts int32, types ...string) temporal.RetryPolicy {
	return temporal.RetryPolicy{InitialInterval: d, BackoffCoefficient: 1, MaximumAttempts: attempts, NonRetryableErrorTypes: types}
}

func busy(context.Context, *job, int32) error { return temporal.NewApplicationError("busy", "Busy") }

// hang returns when the activity's time is over, or the test is.
func hang(ctx context.Context, _ *job, _ int32) error {
	<-ctx.Done()
	return ctx.Err()
}

// Why there was no further attempt, for all the ways in which an activity ends.
func TestEnds(t *testing.T) {
	t.Parallel()
	const short = 8 * time.Second // an attempt begins within it, also under load
	final := temporal.NewNonRetryableApplicationError("final", "Final", nil)
	for name, c := range map[string]struct {
		body     body
		call     Call
		attempts int
		want     Seen
	}{
		"MaximumAttempts": {
			busy,
			Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 3)},
			3,
			Seen{Reason: retry.ReasonMaxAttempts, State: "MaximumAttemptsReached", Type: "Busy", Message: "busy", Last: "Busy"},
		},
		"the last of them timed out": {
			hang,
			Call{StartToClose: short, Policy: every(100*time.Millisecond, 2)},
			2,
			Seen{Reason: retry.ReasonMaxAttempts, State: "MaximumAttemptsReached", TimedOut: "StartToClose", Last: "StartToClose"},
		},
		"no worker": {
			busy,
			Call{Queue: "nobody", StartToClose: time.Minute, ScheduleToStart: short},
			0,
			Seen{Reason: retry.ReasonNoWorker, TimedOut: "ScheduleToStart", Last: "ScheduleToStart"},
		},
		"an attempt hangs": {
			hang,
			Call{ScheduleToClose: short},
			1,
			Seen{Reason: retry.ReasonDeadline, TimedOut: "ScheduleToClose", Last: "ScheduleToClose"},
		},
		"attempts hang until there is no time for one more": {
			hang,
			Call{StartToClose: short, ScheduleToClose: 3 * short, Policy: every(2*short, 0)},
			1,
			Seen{Reason: retry.ReasonDeadline, State: "Timeout", TimedOut: "ScheduleToClose", Last: "ScheduleToClose"},
		},
		"StartToClose is listed": {
			hang,
			Call{StartToClose: short, Policy: every(short, 3, "TemporalTimeout:StartToClose")},
			1,
			Seen{Reason: retry.ReasonNonRetryable, State: "NonRetryableFailure", TimedOut: "StartToClose", Last: "StartToClose"},
		},
		"Heartbeat is listed": {
			hang,
			Call{StartToClose: time.Minute, Heartbeat: short, Policy: every(short, 3, "TemporalTimeout:Heartbeat")},
			1,
			Seen{Reason: retry.ReasonNonRetryable, State: "NonRetryableFailure", TimedOut: "Heartbeat", Last: "Heartbeat"},
		},
		"a final error": {
			func(context.Context, *job, int32) error { return final },
			Call{StartToClose: time.Minute, Policy: every(short, 3)},
			1,
			Seen{Reason: retry.ReasonNonRetryable, State: "NonRetryableFailure", Type: "Final", Message: "final", Last: "Final"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			queue := startWorker(t, retry.InterceptorOptions{})
			over := t.Context()
			j := start(t, queue, func(ctx context.Context, j *job, n int32) error {
				ctx, cancel := context.WithCancel(ctx)
				defer context.AfterFunc(over, cancel)() // a worker waits for its activities
				return c.body(ctx, j, n)
			}, Once, c.call)
			got := j.end()
			c.want.Failed = true
			if c.want.State == "" { // of schedule timeouts, the versions of the server say different things
				got.State = ""
			}
			require.Equal(t, c.want, got)
			require.Equal(t, c.attempts, j.attempts())
		})
	}
}
