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
)

// third is what a server tells an activity in its third attempt, 20 minutes
// after it was scheduled, with one hour for all and 10 minutes for each attempt.
// The policy plans 4 s. The times are long, so that a slow machine is no matter.
func third(change func(*activity.Info)) *told {
	return &told{change: func(info *activity.Info) {
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

// failed runs an activity that returns err, and returns what Temporal is told.
func failed(t *testing.T, o retry.InterceptorOptions, info *told, err error) *temporal.ApplicationError {
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

func TestDelay(t *testing.T) {
	t.Parallel()
	plain := errors.New("x")
	slow := temporal.NewApplicationErrorWithOptions("x", "X", temporal.ApplicationErrorOptions{NextRetryDelay: 3 * time.Hour})
	half, classified := retry.InterceptorOptions{Jitter: retry.JitterEqual, MaxRetryAfter: time.Hour}, retry.InterceptorOptions{Classify: retry.Default}
	for name, c := range map[string]struct {
		options  retry.InterceptorOptions
		info     func(*activity.Info)
		err      error
		from, to time.Duration
	}{
		"no more than the server plans":           {retry.InterceptorOptions{}, nil, plain, 0, 0},
		"half of the plan is left to chance":      {half, nil, plain, 2 * time.Second, 4 * time.Second},
		"of an application error, too":            {half, nil, temporal.NewApplicationError("x", "X"), 2 * time.Second, 4 * time.Second},
		"all of it":                               {retry.InterceptorOptions{Jitter: retry.JitterFull}, nil, plain, time.Millisecond, 4 * time.Second},
		"nothing of it":                           {retry.InterceptorOptions{Jitter: retry.JitterNone}, nil, plain, 0, 0},
		"nothing of what the activity wants":      {retry.InterceptorOptions{}, func(i *activity.Info) { i.ScheduleToCloseTimeout = 0 }, slow, 3 * time.Hour, 3 * time.Hour},
		"nothing of what the downstream asks for": {retry.InterceptorOptions{}, nil, retry.After(plain, 7*time.Second), 7 * time.Second, 7 * time.Second},
		"Retry-After is one": {
			classified, nil, fmt.Errorf("w: %w", &retry.ResponseError{StatusCode: 503, RetryAfter: 9 * time.Second}), 9 * time.Second, 9 * time.Second,
		},
		"one that is shorter than planned leaves the plan": {
			classified, nil, &retry.ResponseError{StatusCode: 503, RetryAfter: time.Millisecond}, 4 * time.Second, 4 * time.Second,
		},
		"and so does a mark":                              {retry.InterceptorOptions{}, nil, retry.After(plain, time.Second), 4 * time.Second, 4 * time.Second},
		"chance is added to what the downstream asks for": {half, nil, retry.After(plain, 10*time.Second), 10 * time.Second, 12 * time.Second},
		"and to a plan that is longer":                    {half, nil, retry.After(plain, time.Second), 4 * time.Second, 4800 * time.Millisecond},
		"a plan that does not fit is shortened to what does, not below what is asked for": {half, func(i *activity.Info) {
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Hour} // plans 4 hours, 40 minutes are left
		}, retry.After(plain, 35*time.Minute), 35 * time.Minute, 40 * time.Minute},
		"it is bounded":            {retry.InterceptorOptions{MaxRetryAfter: 5 * time.Second}, nil, retry.After(plain, time.Hour), 5 * time.Second, 5 * time.Second},
		"at 15 minutes by default": {retry.InterceptorOptions{}, func(i *activity.Info) { i.ScheduleToCloseTimeout = 0 }, retry.After(plain, 10*time.Hour), 15 * time.Minute, 15 * time.Minute},
		"but for a fifth, when it is parked": {retry.InterceptorOptions{MaxRetryAfter: 5 * time.Second, Before: func(context.Context) error {
			return retry.After(plain, time.Hour)
		}}, nil, nil, 5 * time.Second, 6 * time.Second},
		"a final error has none": {retry.InterceptorOptions{}, nil, retry.Permanent(plain), 0, 0},
		"the last attempt has none": {retry.InterceptorOptions{}, func(i *activity.Info) {
			i.RetryPolicy = &temporal.RetryPolicy{MaximumAttempts: 3}
		}, plain, 0, 0},
		"nor a hurry":                           {retry.InterceptorOptions{Jitter: retry.JitterFull}, func(i *activity.Info) { i.RetryPolicy = nil }, plain, 0, 0},
		"nor has one whose policy is not known": {retry.InterceptorOptions{}, func(i *activity.Info) { i.RetryPolicy = nil }, plain, 0, 0},
		"the last one is fitted in": {half, func(i *activity.Info) {
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Hour} // plans 4 hours, 40 minutes are left
		}, plain, 29 * time.Minute, 30 * time.Minute},
		"if there is a second to wait": {half, func(i *activity.Info) {
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Hour}
			i.StartToCloseTimeout = 40*time.Minute - 500*time.Millisecond
		}, plain, 4 * time.Hour, 4 * time.Hour},
		"not without an option": {retry.InterceptorOptions{}, func(i *activity.Info) {
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Hour}
		}, plain, 0, 0},
		"if it can have its StartToClose": {half, func(i *activity.Info) {
			i.RetryPolicy = &temporal.RetryPolicy{InitialInterval: time.Hour}
			i.StartToCloseTimeout = 45 * time.Minute
		}, plain, 4 * time.Hour, 4 * time.Hour}, // the server gives up
		"a schedule comes before the policy": {
			retry.InterceptorOptions{Jitter: retry.JitterNone, Schedule: retry.FastThenSlow(3, 30*time.Second)}, nil, plain, 30 * time.Second, 30 * time.Second,
		},
		"with its own jitter":        {retry.InterceptorOptions{Schedule: retry.FastThenSlow(3, 30*time.Second)}, nil, plain, 15 * time.Second, 30 * time.Second},
		"and not in its first phase": {retry.InterceptorOptions{Schedule: retry.FastThenSlow(4, 30*time.Second)}, nil, plain, 2 * time.Second, 4 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range 50 {
				d := failed(t, c.options, third(c.info), c.err).NextRetryDelay()
				require.GreaterOrEqual(t, d, c.from)
				require.LessOrEqual(t, d, c.to)
			}
		})
	}
}

// Chance is used: not all waits are the same.
func TestJitterVaries(t *testing.T) {
	t.Parallel()
	for _, j := range []retry.Jitter{retry.JitterEqual, retry.JitterFull} {
		seen := map[time.Duration]bool{}
		for range 20 {
			seen[failed(t, retry.InterceptorOptions{Jitter: j}, third(nil), errors.New("x")).NextRetryDelay()] = true
		}
		require.Greater(t, len(seen), 10)
		asked := map[time.Duration]bool{} // what was refused together does not come back together
		for range 20 {
			asked[failed(t, retry.InterceptorOptions{Jitter: j}, third(nil), retry.After(errors.New("x"), time.Minute)).NextRetryDelay()] = true
		}
		require.Greater(t, len(asked), 10)
	}
}

// A wait for which there is no time is not asked for: the server would give up
// at once and say nothing.
func TestRetryAfterBeyondTheBudget(t *testing.T) {
	t.Parallel()
	o := retry.InterceptorOptions{MaxRetryAfter: time.Hour, Classify: retry.Default}
	app := failed(t, o, third(nil), fmt.Errorf("w: %w", &retry.ResponseError{StatusCode: 503, RetryAfter: 50 * time.Minute}))
	require.Equal(t, retry.ErrTypeBudget, app.Type())
	require.True(t, app.NonRetryable())
	require.Zero(t, app.NextRetryDelay())
	var details retry.BudgetExceeded
	require.NoError(t, app.Details(&details))
	require.Equal(t, 50*time.Minute, details.RetryAfter)
	require.InDelta(t, 40*time.Minute, details.Remaining, float64(time.Minute))
	require.ErrorContains(t, app, "was to be after 50m0s, and only ")
	require.ErrorContains(t, app, "HTTP 503 Service Unavailable")
	asked := failed(t, o, third(nil), retry.After(errors.New("x"), 10*time.Hour))
	over, ok := retry.AsBudgetExceeded(asked)
	require.True(t, ok)
	require.Equal(t, 10*time.Hour, over.RetryAfter, "what was asked for, not what MaxRetryAfter makes of it")
	require.True(t, retry.DeadlineExceeded(asked))
	require.False(t, retry.IsNonRetryable(asked, retry.Remote()))
	inTime := failed(t, o, third(nil), retry.After(errors.New("x"), 39*time.Minute))
	require.False(t, inTime.NonRetryable())
}

// Before parks an attempt: the activity does not run, and nobody is alarmed.
func TestBefore(t *testing.T) {
	t.Parallel()
	open := func(err error) retry.InterceptorOptions {
		return retry.InterceptorOptions{Before: func(context.Context) error { return err }}
	}
	app := failed(t, open(retry.After(errors.New("the breaker is open"), 10*time.Second)), third(nil), errors.New("it ran"))
	require.Equal(t, "the breaker is open", app.Message())
	require.Equal(t, retry.ErrTypeParked, app.Type())
	require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category())
	require.False(t, app.NonRetryable())
	require.GreaterOrEqual(t, app.NextRetryDelay(), 10*time.Second)
	require.LessOrEqual(t, app.NextRetryDelay(), 12*time.Second)

	require.Eventually(t, func() bool { // a fifth more, at random
		app := failed(t, open(retry.After(errors.New("x"), 10*time.Second)), third(nil), nil)
		return app.NextRetryDelay() > 10*time.Second+10*time.Millisecond
	}, time.Minute, time.Millisecond)

	app = failed(t, open(nil), third(nil), errors.New("it ran"))
	require.Equal(t, "it ran", app.Message())
}

// What is added to a parked wait at random does not end the activity.
func TestBeforeNearTheEnd(t *testing.T) {
	t.Parallel()
	parked := retry.InterceptorOptions{MaxRetryAfter: time.Hour, Before: func(context.Context) error { return retry.After(errors.New("x"), 38*time.Minute) }}
	for range 50 {
		app := failed(t, parked, third(nil), nil)
		require.Equal(t, retry.ErrTypeParked, app.Type())
		require.LessOrEqual(t, app.NextRetryDelay(), 40*time.Minute)
	}
}
