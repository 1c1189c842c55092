package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A code that is accepted in a context is not logged, and all others are.
func TestWithAccepted(t *testing.T) {
	t.Parallel()
	env, observed := charging(timeouts.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o := timeouts.Must(timeouts.Activity(5*time.Second, timeouts.Options{
			Ignore: []timeouts.Code{timeouts.CodeUnboundedRetry, timeouts.CodeHeartbeatTooShort}, Heartbeat: time.Second, Retry: new(retry.Remote()),
		}))
		ctx = timeouts.WithIgnored(timeouts.WithIgnored(ctx, timeouts.CodeUnboundedRetry), timeouts.CodeSharedQueue)
		ctx = workflow.WithActivityOptions(ctx, o)
		return workflow.ExecuteActivity(ctx, "Charge").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Empty(t, observed.Lines("T006"))
	require.Len(t, observed.Lines("W106"), 1)
}

// Without any timeout the run does not go on, which is an error.
func TestNoTimeoutIsLoggedAsAnError(t *testing.T) {
	t.Parallel()
	env, observed := charging(timeouts.InterceptorOptions{})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		// The server refuses these; a test environment panics.
		defer func() { _ = recover() }()
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{}), "Charge").Get(ctx, nil)
	})
	require.Len(t, observed.Lines("T001"), 1)
	require.Contains(t, observed.Lines("T001")[0], "level=ERROR")
}

// A server cuts ScheduleToStart down to ScheduleToClose.
func TestScheduleToStartAboveScheduleToClose(t *testing.T) {
	t.Parallel()
	o := timeouts.OnHost(timeouts.Standard(), "host")
	require.Empty(t, timeouts.Check(o))
	o.ScheduleToStartTimeout = time.Hour
	require.ErrorContains(t, timeouts.Check(o).Err(),
		"timeouts: T010 ScheduleToStartTimeout: 1h0m0s is above ScheduleToCloseTimeout, 10m0s, and is cut down to it without a word; lower it, or allow more in all")
	require.Empty(t, timeouts.Check(o, timeouts.CodeQueueTimeoutTooLong))
	o.ScheduleToStartTimeout, o.ScheduleToCloseTimeout = time.Hour, time.Hour
	require.NotContains(t, timeouts.Check(o).String(), "T010")
}
