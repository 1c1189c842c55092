package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// thirdAttempt is the info of an activity's third attempt, 20 minutes after it was
// scheduled, with one hour for all and 10 minutes for each attempt. The policy plans
// 4 s. The times are long, so that a slow machine does not matter.
func thirdAttempt(change func(*activity.Info)) *infoInterceptor {
	return &infoInterceptor{change: func(info *activity.Info) {
		info.Attempt = 3
		info.ScheduledTime = time.Now().Add(-20 * time.Minute)
		info.ScheduleToCloseTimeout, info.StartToCloseTimeout = time.Hour, 10*time.Minute
		p := retry.Remote()
		info.RetryPolicy = &p
		if change != nil {
			change(info)
		}
	}}
}

// failed runs an activity that returns err, and returns what Temporal records.
func failed(t *testing.T, o retry.InterceptorOptions, info *infoInterceptor, err error) *temporal.ApplicationError {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(testenv.Logger())
	env := suite.NewTestActivityEnvironment()
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{info, retry.NewInterceptor(o)}})
	fn := func(context.Context) error { return err }
	env.RegisterActivity(fn)
	_, got := env.ExecuteActivity(fn)
	var app *temporal.ApplicationError
	require.ErrorAs(t, got, &app)
	return app
}

func TestWaitBeforeTheNextAttempt(t *testing.T) {
	t.Parallel()
	plain := errors.New("x")
	slow := temporal.NewApplicationErrorWithOptions("x", "X", temporal.ApplicationErrorOptions{NextRetryDelay: 3 * time.Hour})
	equal, full := retry.InterceptorOptions{
		Jitter:        retry.JitterEqual,
		MaxRetryAfter: time.Hour,
	}, retry.InterceptorOptions{Jitter: retry.JitterFull}
	classified, fiveSeconds := retry.InterceptorOptions{Classify: classify.Default}, retry.InterceptorOptions{MaxRetryAfter: 5 * time.Second}
	third, fourth := scheduled(3, retry.JitterNone), scheduled(4, retry.JitterEqual)
	noLimit := func(i *activity.Info) { i.ScheduleToCloseTimeout = 0 }
	noPolicy := func(i *activity.Info) { i.RetryPolicy = nil }
	fourHours := func(i *activity.Info) { i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Hour} } // 40 minutes are left
	for name, c := range map[string]struct {
		options  retry.InterceptorOptions
		info     func(*activity.Info)
		err      error
		from, to time.Duration
	}{
		"no option leaves the wait to the server":   {err: plain},
		"JitterNone leaves the wait to the server":  {options: retry.InterceptorOptions{Jitter: retry.JitterNone}, err: plain},
		"no option does not shorten a long wait":    {info: fourHours, err: plain},
		"JitterEqual waits half to all of the plan": {options: equal, err: plain, from: 2 * time.Second, to: 4 * time.Second},
		"JitterEqual applies to an application error": {
			options: equal, err: temporal.NewApplicationError("x", "X"), from: 2 * time.Second,
			to: 4 * time.Second,
		},
		"JitterFull waits up to all of the plan":       {options: full, err: plain, from: time.Millisecond, to: 4 * time.Second},
		"JitterFull without a policy returns no delay": {options: full, info: noPolicy, err: plain},
		"NextRetryDelay is exact":                      {info: noLimit, err: slow, from: 3 * time.Hour, to: 3 * time.Hour},
		"After is exact":                               {err: retry.After(plain, 7*time.Second), from: 7 * time.Second, to: 7 * time.Second},
		"After below the plan leaves the plan":         {err: retry.After(plain, time.Second), from: 4 * time.Second, to: 4 * time.Second},
		"Retry-After is exact": {
			options: classified, err: unavailable(9 * time.Second), from: 9 * time.Second,
			to: 9 * time.Second,
		},
		"Retry-After below the plan leaves the plan": {
			options: classified, err: unavailable(time.Millisecond), from: 4 * time.Second,
			to: 4 * time.Second,
		},
		"jitter adds up to a fifth to After": {
			options: equal, err: retry.After(plain, 10*time.Second), from: 10 * time.Second,
			to: 12 * time.Second,
		},
		"jitter adds up to a fifth to a longer plan": {
			options: equal, err: retry.After(plain, time.Second), from: 4 * time.Second,
			to: 4800 * time.Millisecond,
		},
		"a plan that does not fit is cut, but not After": {
			options: equal, info: fourHours, err: retry.After(plain, 35*time.Minute),
			from: 35 * time.Minute, to: 35 * time.Minute,
		},
		"jitter leaves an attempt its StartToClose": {
			options: equal, err: retry.After(plain, 28*time.Minute), from: 28 * time.Minute,
			to: 30 * time.Minute,
		},
		"MaxRetryAfter limits After": {
			options: fiveSeconds, err: retry.After(plain, time.Hour), from: 5 * time.Second,
			to: 5 * time.Second,
		},
		"After is limited to 15 minutes by default": {
			info: noLimit, err: retry.After(plain, 10*time.Hour), from: 15 * time.Minute,
			to: 15 * time.Minute,
		},
		"a short circuit adds up to a fifth": {
			options: retry.InterceptorOptions{MaxRetryAfter: 5 * time.Second, Before: func(context.Context) error {
				return retry.After(plain,
					time.Hour)
			}},
			from: 5 * time.Second, to: 6 * time.Second,
		},
		"a non-retryable error has no delay": {options: equal, err: retry.NonRetryable(plain)},
		"the last attempt has no delay": {
			options: equal, err: plain,
			info: func(i *activity.Info) { i.RetryPolicy = &temporal.RetryPolicy{MaximumAttempts: 3} },
		},
		"a policy that is not known adds none": {info: noPolicy, err: plain},
		"one more attempt is fitted in":        {options: equal, info: fourHours, err: plain, from: 29 * time.Minute, to: 30 * time.Minute},
		"no attempt is fitted in for a wait below a second": {options: equal, info: func(i *activity.Info) {
			fourHours(i)
			i.StartToCloseTimeout = 40*time.Minute - 500*time.Millisecond
		}, err: plain, from: 4 * time.Hour, to: 4 * time.Hour},
		"no attempt is fitted in without its StartToClose": {options: equal, info: func(i *activity.Info) {
			fourHours(i)
			i.StartToCloseTimeout = 45 * time.Minute
		}, err: plain, from: 4 * time.Hour, to: 4 * time.Hour}, // the server gives up
		"the slow phase comes before the policy": {options: third, err: plain, from: 30 * time.Second, to: 30 * time.Second},
		"the slow phase has jitter": {
			options: scheduled(3, retry.JitterEqual), err: plain, from: 15 * time.Second,
			to: 30 * time.Second,
		},
		"the fast phase has the waits of a policy": {options: fourth, err: plain, from: 2 * time.Second, to: 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 50 {
				d := failed(t, c.options, thirdAttempt(c.info), c.err).NextRetryDelay()
				require.GreaterOrEqual(t, d, c.from)
				require.LessOrEqual(t, d, c.to)
			}
		})
	}
}

func unavailable(retryAfter time.Duration) error {
	return fmt.Errorf("w: %w", &classify.ResponseError{StatusCode: 503, RetryAfter: retryAfter})
}

// scheduled returns options with a slow phase of 30 s after that many attempts.
func scheduled(fast int32, jitter retry.Jitter) retry.InterceptorOptions {
	_, schedule := retry.FastThenSlow(fast, 30*time.Second)
	return retry.InterceptorOptions{Jitter: jitter, Schedule: schedule}
}

// Jitter is random: not all waits are the same.
func TestJitterVaries(t *testing.T) {
	t.Parallel()
	for _, j := range []retry.Jitter{retry.JitterEqual, retry.JitterFull} {
		seen := map[time.Duration]bool{}
		for range 20 {
			seen[failed(t, retry.InterceptorOptions{Jitter: j}, thirdAttempt(nil), errors.New("x")).NextRetryDelay()] = true
		}
		require.Greater(t, len(seen), 10)
		asked := map[time.Duration]bool{} // activities that were refused together do not return together
		for range 20 {
			asked[failed(t, retry.InterceptorOptions{Jitter: j}, thirdAttempt(nil), retry.After(errors.New("x"),
				time.Minute)).NextRetryDelay()] = true
		}
		require.Greater(t, len(asked), 10)
	}
}
