package timeouts_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func TestPresetsHaveNoFindings(t *testing.T) {
	t.Parallel()
	long, err := timeouts.Long(time.Hour, 24*time.Hour)
	require.NoError(t, err)
	require.True(t, long.WaitForCancellation)
	require.Equal(t, 30*time.Second, long.HeartbeatTimeout)
	host := timeouts.OnHost(timeouts.Quick(), "host-7")
	require.Equal(t, "host-7", host.TaskQueue)
	require.Equal(t, time.Minute, host.ScheduleToStartTimeout)
	for name, o := range map[string]activity{"Quick": timeouts.Quick(), "Standard": timeouts.Standard(), "Long": long, "OnHost": host} {
		require.Empty(t, lint.Check(o, lint.Options{}), name)
	}
}

func TestActivity(t *testing.T) {
	t.Parallel()
	o, err := timeouts.Activity(20*time.Second, 5*time.Minute, timeouts.Options{
		Heartbeat: 10 * time.Second, Retry: new(retry.Transient()), WaitForCancellation: true,
	})
	require.NoError(t, err)
	require.Equal(t, activity{
		StartToCloseTimeout: 20 * time.Second, ScheduleToCloseTimeout: 5 * time.Minute, HeartbeatTimeout: 10 * time.Second,
		RetryPolicy: new(retry.Transient()), WaitForCancellation: true,
	}, o)
	require.Empty(t, lint.Check(o, lint.Options{}))

	standard, err := timeouts.Activity(30*time.Second, 10*time.Minute, timeouts.Options{})
	require.NoError(t, err)
	require.Equal(t, timeouts.Standard(), standard, "the zero options are ready to use")
}

func TestLocalActivity(t *testing.T) {
	t.Parallel()
	o, err := timeouts.LocalActivity(2*time.Second, 8*time.Second, timeouts.Options{})
	require.NoError(t, err)
	require.Empty(t, lint.Check(o, lint.Options{}))
	require.Equal(t, new(retry.LocalActivity()), o.RetryPolicy)
}

func TestWorkflowOptions(t *testing.T) {
	t.Parallel()
	once := new(retry.NoRetry())
	child, err := timeouts.ChildWorkflow(time.Hour, 3*time.Hour, timeouts.Options{Retry: once, WaitForCancellation: true})
	require.NoError(t, err)
	require.Equal(t, workflow.ChildWorkflowOptions{
		WorkflowRunTimeout: time.Hour, WorkflowExecutionTimeout: 3 * time.Hour, RetryPolicy: once, WaitForCancellation: true,
	}, child)
	start, err := timeouts.Workflow(time.Hour, 3*time.Hour, timeouts.Options{Retry: once})
	require.NoError(t, err)
	require.Equal(t, client.StartWorkflowOptions{WorkflowRunTimeout: time.Hour, WorkflowExecutionTimeout: 3 * time.Hour, RetryPolicy: once},
		start)
	_, err = timeouts.Workflow(0, 0, timeouts.Options{})
	require.NoError(t, err, "a workflow needs no timeout")
}

func TestConstructorsRejectMistakes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want lint.Code
	}{
		"activity without a total": {
			err:  errOf(timeouts.Activity(30*time.Second, 0, timeouts.Options{})),
			want: lint.CodeUnboundedRetry,
		},
		"activity without an attempt timeout": {err: errOf(timeouts.Activity(0, 0, timeouts.Options{})), want: lint.CodeNoCloseTimeout},
		"activity with a heartbeat above the total": {
			err:  errOf(timeouts.Activity(0, 10*time.Second, timeouts.Options{Heartbeat: time.Minute, Retry: new(retry.NoRetry())})),
			want: lint.CodeHeartbeatTooLong,
		},
		"long activity below the heartbeat " +
			"timeout": {err: errOf(timeouts.Long(20*time.Second, time.Hour)), want: lint.CodeHeartbeatTooLong},
		"local activity without a " +
			"total": {err: errOf(timeouts.LocalActivity(2*time.Second, 0, timeouts.Options{})), want: lint.CodeLocalWithoutRetry},
		"child workflow with a run above its " +
			"total": {err: errOf(timeouts.ChildWorkflow(time.Hour, time.Minute, timeouts.Options{})), want: lint.CodeAttemptTooLong},
		"started workflow with a run above its " +
			"total": {err: errOf(timeouts.Workflow(time.Hour, time.Minute, timeouts.Options{})), want: lint.CodeAttemptTooLong},
	} {
		require.ErrorContains(t, c.err, string(c.want), name)
	}
}

func errOf[O any](_ O, err error) error { return err }

func TestConstructorsIgnoreCodes(t *testing.T) {
	t.Parallel()
	o, err := timeouts.Activity(30*time.Second, 0, timeouts.Options{Ignore: []lint.Code{lint.CodeUnboundedRetry}})
	require.NoError(t, err)
	require.Equal(t, new(retry.Remote()), o.RetryPolicy)
	_, err = timeouts.Workflow(time.Hour, time.Minute, timeouts.Options{Ignore: []lint.Code{lint.CodeAttemptTooLong}})
	require.NoError(t, err)
}

// A program with invalid options does not start.
func TestMust(t *testing.T) {
	t.Parallel()
	require.Equal(t, 7, timeouts.Must(7, nil))
	require.PanicsWithError(t, "bad", func() { timeouts.Must(7, errors.New("bad")) })
}
