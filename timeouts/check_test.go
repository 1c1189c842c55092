package timeouts_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

type (
	activity = workflow.ActivityOptions
	policy   = temporal.RetryPolicy
)

// with is Standard, which has no findings, with a change.
func with(change func(*activity)) activity {
	o := timeouts.Standard()
	change(&o)
	return o
}

// One bad and one good value for each code, and the whole message.
func TestCheck(t *testing.T) {
	t.Parallel()
	second, minute := time.Second, time.Minute
	for code, c := range map[timeouts.Code]struct {
		bad, good activity
		want      string
	}{
		timeouts.CodeNoCloseTimeout: {
			with(func(o *activity) { o.StartToCloseTimeout, o.ScheduleToCloseTimeout = 0, 0 }),
			with(func(o *activity) { o.ScheduleToCloseTimeout, o.RetryPolicy = 0, new(retry.Transient()) }),
			"T001 StartToCloseTimeout: neither it nor ScheduleToCloseTimeout is set, and a server fails the workflow task again and again; set it to the longest time that one attempt may take",
		},
		timeouts.CodeNegativeDuration: {
			with(func(o *activity) { o.HeartbeatTimeout = -second }),
			with(func(o *activity) { o.HeartbeatTimeout = 10 * second }),
			"T002 HeartbeatTimeout: -1s is negative, and a server fails the workflow task again and again; a deadline that has passed is no time-out: stop before it is used",
		},
		timeouts.CodeHeartbeatTooLong: {
			with(func(o *activity) { o.HeartbeatTimeout = 30 * second }),
			with(func(o *activity) { o.HeartbeatTimeout = 29 * second }),
			"T003 HeartbeatTimeout: 30s is not below the 30s of an attempt, which end it first; set it to a fraction of that, or to 0 for none",
		},
		timeouts.CodeAttemptTooLong: {
			with(func(o *activity) { o.StartToCloseTimeout, o.HeartbeatTimeout = 11*minute, minute }),
			with(func(o *activity) { o.StartToCloseTimeout = minute }),
			"T004 StartToCloseTimeout: 11m0s is above ScheduleToCloseTimeout, 10m0s, and is cut down to it without a word; lower it, or allow more in all",
		},
		timeouts.CodeNoTimeForRetry: {
			with(func(o *activity) { o.ScheduleToCloseTimeout = 30 * second }),
			with(func(o *activity) { o.ScheduleToCloseTimeout = 2 * minute }),
			"T005 ScheduleToCloseTimeout: 30s are over when one attempt has timed out after 30s and the first wait of 1s has passed, so there is no retry; allow more, or lower StartToCloseTimeout",
		},
		timeouts.CodeUnboundedRetry: {
			with(func(o *activity) { o.ScheduleToCloseTimeout = 0 }),
			with(func(o *activity) { o.ScheduleToCloseTimeout, o.RetryPolicy = 0, new(retry.Transient()) }),
			"T006 ScheduleToCloseTimeout: it is not set, and nor is MaximumAttempts: a failure that stays is retried for ever; set one of them, or accept T006 if it is meant so",
		},
		timeouts.CodeInvalidRetryPolicy: {
			with(func(o *activity) { o.RetryPolicy = &policy{BackoffCoefficient: 0.5} }),
			with(func(o *activity) { o.RetryPolicy = &policy{BackoffCoefficient: 1} }),
			"T007 RetryPolicy: retry: BackoffCoefficient is 0.5; use 1 for equal waits, or more",
		},
		timeouts.CodeNoHeartbeat: {
			with(func(o *activity) { o.StartToCloseTimeout = minute + 1 }),
			with(func(o *activity) { o.StartToCloseTimeout, o.HeartbeatTimeout = minute+1, 30*second }),
			"W101 HeartbeatTimeout: none is set for attempts of up to 1m0.000000001s, so a dead worker is noticed after that long; set it, and send heartbeats",
		},
		timeouts.CodeSharedQueue: {
			with(func(o *activity) { o.ScheduleToStartTimeout = minute }),
			with(func(o *activity) { o.ScheduleToStartTimeout, o.TaskQueue = minute, "host-7" }),
			"W102 ScheduleToStartTimeout: 1m0s on a queue that any worker may take from fails activities when all are busy, without a retry; leave it out, or use the queue of one host",
		},
		timeouts.CodeFewAttempts: {
			with(func(o *activity) { o.ScheduleToCloseTimeout = 62 * second }),
			with(func(o *activity) { o.ScheduleToCloseTimeout = 63 * second }),
			"W103 ScheduleToCloseTimeout: 1m2s have room for 2 attempts of 30s only; allow more, or lower StartToCloseTimeout",
		},
		timeouts.CodeHeartbeatWithoutRetry: {
			with(func(o *activity) { o.RetryPolicy, o.HeartbeatTimeout = new(retry.NoRetry()), 10*second }),
			with(func(o *activity) { o.RetryPolicy, o.HeartbeatTimeout = new(retry.Transient()), 10*second }),
			"W104 RetryPolicy: with one attempt a heartbeat that stays out, as when a worker is deployed, is final; allow more attempts",
		},
		timeouts.CodeSingleAttempt: {
			with(func(o *activity) { o.RetryPolicy = new(retry.NoRetry()) }),
			with(func(o *activity) { o.RetryPolicy = new(temporal.RetryPolicy{MaximumAttempts: 2}) }),
			"W105 RetryPolicy: MaximumAttempts is 1: an attempt that times out may have taken effect, and nothing is tried again; accept W105 if it is meant so",
		},
		timeouts.CodeHeartbeatTooShort: {
			with(func(o *activity) { o.HeartbeatTimeout = 4 * second }),
			with(func(o *activity) { o.HeartbeatTimeout = 5 * second }),
			"W106 HeartbeatTimeout: 4s is so short that a busy worker is taken for a dead one; use 5s or more",
		},
		timeouts.CodeConstantShortBackoff: {
			with(func(o *activity) { o.RetryPolicy = &policy{InitialInterval: second / 2, BackoffCoefficient: 1} }),
			with(func(o *activity) { o.RetryPolicy = &policy{InitialInterval: second / 2, BackoffCoefficient: 1.1} }),
			"W107 RetryPolicy: waits of 500ms that do not grow, without a limit of attempts, keep a service that is down from coming up; use a BackoffCoefficient above 1",
		},
		timeouts.CodeInvalidErrorType: {
			with(func(o *activity) { o.RetryPolicy = &policy{NonRetryableErrorTypes: []string{"*MyError"}} }),
			with(func(o *activity) {
				o.RetryPolicy = &policy{NonRetryableErrorTypes: []string{"MyError", "retry.BudgetExceeded"}}
			}),
			`W108 RetryPolicy: NonRetryableErrorTypes has "*MyError", which no error on the wire is called; use retry.ErrorTypes with a value of the type`,
		},
	} {
		require.Contains(t, timeouts.Check(c.bad).String(), c.want)
		require.NotContains(t, timeouts.Check(c.good).String(), string(code), "the good one")
		require.NotContains(t, timeouts.Check(c.bad, code).String(), string(code), "it is accepted")
		errs := timeouts.Check(c.bad).Err()
		if strings.HasPrefix(string(code), "T") {
			require.ErrorContains(t, errs, "timeouts: "+c.want)
		} else {
			require.NoError(t, errs, "a warning")
		}
	}
}

func TestCheckLocal(t *testing.T) {
	t.Parallel()
	type local = workflow.LocalActivityOptions
	second, quick := time.Second, retry.LocalActivity()
	for code, c := range map[timeouts.Code]struct {
		bad, good local
		want      string
	}{
		timeouts.CodeNoCloseTimeout: {local{}, local{ScheduleToCloseTimeout: second}, "and the SDK refuses the activity"},
		timeouts.CodeNegativeDuration: {
			local{StartToCloseTimeout: -second, ScheduleToCloseTimeout: second}, local{StartToCloseTimeout: second, ScheduleToCloseTimeout: 3 * second}, "-1s is negative",
		},
		timeouts.CodeAttemptTooLong: {
			local{StartToCloseTimeout: 4 * second, ScheduleToCloseTimeout: 3 * second}, local{StartToCloseTimeout: second, ScheduleToCloseTimeout: 3 * second}, "4s is above",
		},
		timeouts.CodeLocalWithoutRetry: {
			local{StartToCloseTimeout: second, RetryPolicy: &quick},
			local{StartToCloseTimeout: second, ScheduleToCloseTimeout: 3 * second, RetryPolicy: &quick},
			"1s is all the time that there is, also for retries",
		},
		timeouts.CodeInvalidRetryPolicy: {
			local{ScheduleToCloseTimeout: second, RetryPolicy: &policy{MaximumAttempts: -1}}, local{ScheduleToCloseTimeout: second, RetryPolicy: &quick}, "MaximumAttempts is -1",
		},
		timeouts.CodeLongLocalActivity: {
			local{StartToCloseTimeout: second, ScheduleToCloseTimeout: 10 * second}, local{StartToCloseTimeout: second, ScheduleToCloseTimeout: 9 * second}, "10s is as long as a workflow task",
		},
	} {
		found := timeouts.Check(c.bad).String()
		require.Contains(t, found, c.want)
		require.Contains(t, found, string(code)+" ")
		require.NotContains(t, timeouts.Check(c.good).String(), string(code), "the good one")
	}
	once := local{StartToCloseTimeout: second, RetryPolicy: new(retry.NoRetry())}
	require.Empty(t, timeouts.Check(once), "without retries their time is no matter")
}

// Profiles have no findings, not even warnings.
func TestProfiles(t *testing.T) {
	t.Parallel()
	long, err := timeouts.Long(time.Hour, 24*time.Hour)
	require.NoError(t, err)
	require.True(t, long.WaitForCancellation)
	require.Equal(t, 30*time.Second, long.HeartbeatTimeout)
	made, err := timeouts.Activity(20*time.Second, timeouts.Options{Total: 5 * time.Minute, Heartbeat: 10 * time.Second, Retry: new(retry.Transient())})
	require.NoError(t, err)
	require.Equal(t, activity{StartToCloseTimeout: 20 * time.Second, ScheduleToCloseTimeout: 5 * time.Minute, HeartbeatTimeout: 10 * time.Second, RetryPolicy: new(retry.Transient())}, made)
	host := timeouts.OnHost(timeouts.Quick(), "host-7")
	require.Equal(t, "host-7", host.TaskQueue)
	require.Equal(t, time.Minute, host.ScheduleToStartTimeout)
	for name, o := range map[string]activity{"Quick": timeouts.Quick(), "Standard": timeouts.Standard(), "Long": long, "Activity": made, "HostQueue": host} {
		require.Empty(t, timeouts.Check(o), name)
	}
	local, err := timeouts.LocalActivity(2*time.Second, timeouts.Options{Total: 8 * time.Second})
	require.NoError(t, err)
	require.Empty(t, timeouts.Check(local))
	require.Equal(t, new(retry.LocalActivity()), local.RetryPolicy)

	_, err = timeouts.Activity(30*time.Second, timeouts.Options{})
	require.ErrorContains(t, err, "T006", "External has no end of its own")
	forever, err := timeouts.Activity(30*time.Second, timeouts.Options{Ignore: []timeouts.Code{timeouts.CodeUnboundedRetry}})
	require.NoError(t, err)
	require.Equal(t, time.Minute, forever.RetryPolicy.MaximumInterval)
	_, err = timeouts.Long(20*time.Second, time.Hour)
	require.ErrorContains(t, err, "T003")
	_, err = timeouts.LocalActivity(2*time.Second, timeouts.Options{})
	require.ErrorContains(t, err, "T008")
}

// A program whose options are bad does not start.
func TestMust(t *testing.T) {
	t.Parallel()
	require.Equal(t, 7, timeouts.Must(7, nil))
	require.PanicsWithError(t, "bad", func() { timeouts.Must(7, errors.New("bad")) })
}
