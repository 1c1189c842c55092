package lint_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

type (
	activity = workflow.ActivityOptions
	policy   = temporal.RetryPolicy
)

// standardWith returns timeouts.Standard, which has no findings, with a change.
func standardWith(change func(*activity)) activity {
	o := timeouts.Standard()
	change(&o)
	return o
}

func ignore(codes ...lint.Code) lint.Options { return lint.Options{Ignore: codes} }

// activityCases has for each code options with the finding, similar options without
// it, and the whole message.
var activityCases = []struct {
	code      lint.Code
	bad, good func(*activity)
	want      string
}{
	{
		code: lint.CodeNoCloseTimeout,
		bad:  func(o *activity) { o.StartToCloseTimeout, o.ScheduleToCloseTimeout = 0, 0 },
		good: func(o *activity) { o.ScheduleToCloseTimeout, o.RetryPolicy = 0, new(retry.Transient()) },
		want: "T001 StartToCloseTimeout: neither it nor ScheduleToCloseTimeout is set, and the server fails the workflow task " +
			"again and again; " +
			"set it to the longest time that one attempt may take",
	},
	{
		code: lint.CodeNegativeDuration,
		bad:  func(o *activity) { o.HeartbeatTimeout = -time.Second },
		good: func(o *activity) { o.HeartbeatTimeout = 10 * time.Second },
		want: "T002 HeartbeatTimeout: -1s is negative, and the server fails the workflow task again and again; " +
			"if it is the rest of a deadline, stop when the deadline has passed",
	},
	{
		code: lint.CodeHeartbeatTooLong,
		bad:  func(o *activity) { o.HeartbeatTimeout = 30 * time.Second },
		good: func(o *activity) { o.HeartbeatTimeout = 29 * time.Second },
		want: "T003 HeartbeatTimeout: 30s is not below the 30s of an attempt, which times out first; set it to a fraction of that, " +
			"or to 0 for none",
	},
	{
		code: lint.CodeAttemptTooLong,
		bad:  func(o *activity) { o.StartToCloseTimeout, o.HeartbeatTimeout = 11*time.Minute, time.Minute },
		good: func(o *activity) { o.StartToCloseTimeout = time.Minute },
		want: "T004 StartToCloseTimeout: 11m0s is above ScheduleToCloseTimeout, 10m0s, and is silently shortened to it; lower it, " +
			"or raise ScheduleToCloseTimeout",
	},
	{
		code: lint.CodeNoTimeForRetry,
		bad:  func(o *activity) { o.ScheduleToCloseTimeout = 30 * time.Second },
		good: func(o *activity) { o.ScheduleToCloseTimeout = 2 * time.Minute },
		want: "T005 ScheduleToCloseTimeout: 30s have passed when one attempt has timed out after 30s and the first wait has taken " +
			"1s, so there is no retry; " +
			"raise it, or lower StartToCloseTimeout",
	},
	{
		code: lint.CodeUnboundedRetry,
		bad:  func(o *activity) { o.ScheduleToCloseTimeout = 0 },
		good: func(o *activity) { o.ScheduleToCloseTimeout, o.RetryPolicy = 0, new(retry.Transient()) },
		want: "T006 ScheduleToCloseTimeout: neither it nor MaximumAttempts is set, so a lasting failure is retried forever; " +
			"set one of them, or ignore T006 if that is meant",
	},
	{
		code: lint.CodeInvalidRetryPolicy,
		bad:  func(o *activity) { o.RetryPolicy = &policy{BackoffCoefficient: 0.5} },
		good: func(o *activity) { o.RetryPolicy = &policy{BackoffCoefficient: 1} },
		want: "T007 RetryPolicy: retry: BackoffCoefficient is 0.5",
	},
	{
		code: lint.CodeQueueTimeoutTooLong,
		bad:  func(o *activity) { *o = timeouts.OnHost(*o, "host"); o.ScheduleToStartTimeout = time.Hour },
		good: func(o *activity) {
			*o = timeouts.OnHost(*o, "host")
			o.ScheduleToStartTimeout, o.ScheduleToCloseTimeout = time.Hour, time.Hour
		},
		want: "T010 ScheduleToStartTimeout: 1h0m0s is above ScheduleToCloseTimeout, 10m0s, and is silently shortened to it; lower " +
			"it, or raise ScheduleToCloseTimeout",
	},
	{
		code: lint.CodeNoHeartbeat,
		bad:  func(o *activity) { o.StartToCloseTimeout = time.Minute + 1 },
		good: func(o *activity) { o.StartToCloseTimeout, o.HeartbeatTimeout = time.Minute+1, 30*time.Second },
		want: "W101 HeartbeatTimeout: it is not set for attempts of up to 1m0.000000001s, so a dead worker is noticed only after " +
			"that time; set it, and send heartbeats",
	},
	{
		code: lint.CodeSharedQueue,
		bad:  func(o *activity) { o.ScheduleToStartTimeout = time.Minute },
		good: func(o *activity) { *o = timeouts.OnHost(*o, "host") },
		want: "W102 ScheduleToStartTimeout: 1m0s on a task queue that several workers share fails activities without a retry when " +
			"all workers are busy; " +
			"remove it, or use the task queue of one host",
	},
	{
		code: lint.CodeFewAttempts,
		bad:  func(o *activity) { o.ScheduleToCloseTimeout = 62 * time.Second },
		good: func(o *activity) { o.ScheduleToCloseTimeout = 63 * time.Second },
		want: "W103 ScheduleToCloseTimeout: 1m2s have room for only 2 attempts of 30s; raise it, or lower StartToCloseTimeout",
	},
	{
		code: lint.CodeHeartbeatWithoutRetry,
		bad:  func(o *activity) { o.RetryPolicy, o.HeartbeatTimeout = new(retry.NoRetry()), 10*time.Second },
		good: func(o *activity) { o.RetryPolicy, o.HeartbeatTimeout = new(retry.Transient()), 10*time.Second },
		want: "W104 RetryPolicy: with one attempt, a missed heartbeat is final, for example when a worker is deployed; allow more attempts",
	},
	{
		code: lint.CodeSingleAttempt,
		bad:  func(o *activity) { o.RetryPolicy = &policy{InitialInterval: time.Second, MaximumAttempts: 1} },
		good: func(o *activity) { o.RetryPolicy = new(retry.NoRetry()) },
		want: "W105 RetryPolicy: MaximumAttempts is 1, so its waits have no effect; use retry.NoRetry, or allow more attempts",
	},
	{
		code: lint.CodeHeartbeatTooShort,
		bad:  func(o *activity) { o.HeartbeatTimeout = 4 * time.Second },
		good: func(o *activity) { o.HeartbeatTimeout = 5 * time.Second },
		want: "W106 HeartbeatTimeout: 4s is so short that a busy worker is taken for a dead one; use 5s or more",
	},
	{
		code: lint.CodeConstantShortBackoff,
		bad:  func(o *activity) { o.RetryPolicy = &policy{InitialInterval: time.Second / 2, BackoffCoefficient: 1} },
		good: func(o *activity) { o.RetryPolicy = &policy{InitialInterval: time.Second / 2, BackoffCoefficient: 1.1} },
		want: "W107 RetryPolicy: waits of 500ms that do not grow, without a limit of attempts, keep an overloaded service down; " +
			"use a BackoffCoefficient above 1",
	},
	{
		code: lint.CodeInvalidErrorType,
		bad:  func(o *activity) { o.RetryPolicy = &policy{NonRetryableErrorTypes: []string{"*MyError"}} },
		good: func(o *activity) {
			o.RetryPolicy = &policy{NonRetryableErrorTypes: []string{"MyError", "retry.BudgetExceeded"}}
		},
		want: `W108 RetryPolicy: NonRetryableErrorTypes has "*MyError", which is not the type name of an error on the wire; use ` +
			`retry.ErrorTypes with a value of the type`,
	},
}

func TestCheckActivity(t *testing.T) {
	t.Parallel()
	for _, c := range activityCases {
		t.Run(string(c.code), func(t *testing.T) {
			t.Parallel()
			bad := standardWith(c.bad)
			found := lint.Check(bad, lint.Options{})
			require.Contains(t, found.String(), c.want)
			require.NotContains(t, lint.Check(standardWith(c.good), lint.Options{}).String(), string(c.code))
			require.NotContains(t, lint.Check(bad, ignore(c.code)).String(), string(c.code))
			if c.code[0] == 'T' {
				require.ErrorContains(t, found.Err(), "timeouts/lint: "+c.want)
			} else {
				require.NoError(t, found.Err(), "a warning is not an error")
			}
		})
	}
}

func TestCheckOrdersFindingsByCode(t *testing.T) {
	t.Parallel()
	var codes []lint.Code
	for _, f := range lint.Check(activity{StartToCloseTimeout: 2 * time.Minute, ScheduleToStartTimeout: -1, HeartbeatTimeout: -1},
		lint.Options{}) {
		codes = append(codes, f.Code)
	}
	require.Equal(t, []lint.Code{lint.CodeNegativeDuration, lint.CodeNegativeDuration, lint.CodeUnboundedRetry}, codes)
}

func TestCheckWithoutCloseTimeoutReportsNothingThatCannotHappen(t *testing.T) {
	t.Parallel()
	found := lint.Check(activity{}, lint.Options{})
	require.Len(t, found, 1)
	require.Equal(t, lint.CodeNoCloseTimeout, found[0].Code)
}

func TestCheckNoHeartbeatWithScheduleToCloseOnly(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, lint.Check(activity{ScheduleToCloseTimeout: 10 * time.Hour}, ignore(lint.CodeNoTimeForRetry)))
}

func TestCheckDoesNotOverflow(t *testing.T) {
	t.Parallel()
	found := lint.Check(activity{StartToCloseTimeout: math.MaxInt64 - 1, ScheduleToCloseTimeout: math.MaxInt64}, lint.Options{})
	require.Contains(t, found.String(), "T005")
}
