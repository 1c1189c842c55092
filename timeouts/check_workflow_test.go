package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// The time-outs of workflows and child workflows are checked alike.
func TestCheckWorkflow(t *testing.T) {
	t.Parallel()
	type options struct {
		execution, run, task time.Duration
		policy               *policy
	}
	hour := time.Hour
	for name, c := range map[string]struct {
		code      timeouts.Code
		bad, good options
		want      string
	}{
		"negative": {
			timeouts.CodeNegativeDuration,
			options{task: -1},
			options{task: time.Second},
			"T002 WorkflowTaskTimeout: -1ns is negative, and ",
		},
		"run above execution": {
			timeouts.CodeAttemptTooLong,
			options{execution: hour, run: 2 * hour},
			options{execution: hour, run: hour},
			"T004 WorkflowRunTimeout: 2h0m0s is above WorkflowExecutionTimeout, 1h0m0s, and is cut down to it without a word; lower it, or allow more in all",
		},
		"no time for a retry": {
			timeouts.CodeNoTimeForRetry,
			options{execution: hour, run: hour, policy: &policy{}},
			options{execution: 2 * hour, run: hour, policy: &policy{}},
			"T005 WorkflowExecutionTimeout: 1h0m0s are over when one attempt has timed out after 1h0m0s and the first wait of 1s has passed, so there is no retry; allow more, or lower WorkflowRunTimeout",
		},
		"no time-out of a run": {
			timeouts.CodeNoTimeForRetry,
			options{execution: hour, run: hour, policy: &policy{}},
			options{execution: hour, policy: &policy{}},
			"T005",
		},
		"retries without end": {
			timeouts.CodeUnboundedRetry,
			options{policy: &policy{}},
			options{policy: &policy{MaximumAttempts: 3}},
			"T006 WorkflowExecutionTimeout: it is not set, and nor is MaximumAttempts",
		},
		"bad policy": {
			timeouts.CodeInvalidRetryPolicy,
			options{policy: &policy{MaximumAttempts: -1}},
			options{policy: new(retry.NoRetry())},
			"T007 RetryPolicy: retry: MaximumAttempts is -1",
		},
		"long task": {
			timeouts.CodeLongWorkflowTask,
			options{task: 3 * time.Minute},
			options{task: 2 * time.Minute},
			"W110 WorkflowTaskTimeout: 3m0s is above 2m0s, to which a server cuts it down without a word",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := func(o options, accepted ...timeouts.Code) timeouts.Findings {
				return timeouts.Check(workflow.ChildWorkflowOptions{WorkflowExecutionTimeout: o.execution, WorkflowRunTimeout: o.run, WorkflowTaskTimeout: o.task, RetryPolicy: o.policy}, accepted...)
			}
			start := func(o options, accepted ...timeouts.Code) timeouts.Findings {
				return timeouts.Check(client.StartWorkflowOptions{WorkflowExecutionTimeout: o.execution, WorkflowRunTimeout: o.run, WorkflowTaskTimeout: o.task, RetryPolicy: o.policy}, accepted...)
			}
			for _, check := range []func(options, ...timeouts.Code) timeouts.Findings{child, start} {
				require.Contains(t, check(c.bad).String(), c.want)
				require.NotContains(t, check(c.good).String(), string(c.code))
				require.NotContains(t, check(c.bad, c.code).String(), string(c.code), "it is accepted")
			}
		})
	}
	require.Empty(t, timeouts.Check(workflow.ChildWorkflowOptions{}), "workflows need no time-out")
	require.Empty(t, timeouts.Check(client.StartWorkflowOptions{}))
	require.ErrorContains(t, timeouts.Check(workflow.ChildWorkflowOptions{WorkflowRunTimeout: -1}).Err(), "a server fails the workflow task again and again")
	require.ErrorContains(t, timeouts.Check(client.StartWorkflowOptions{WorkflowRunTimeout: -1}).Err(), "a server refuses to start the workflow")
}

func TestWorkflowProfiles(t *testing.T) {
	t.Parallel()
	once := new(retry.NoRetry())
	child, err := timeouts.ChildWorkflow(time.Hour, timeouts.Options{Total: 3 * time.Hour, Retry: once})
	require.NoError(t, err)
	require.Equal(t, workflow.ChildWorkflowOptions{WorkflowRunTimeout: time.Hour, WorkflowExecutionTimeout: 3 * time.Hour, RetryPolicy: once}, child)
	start, err := timeouts.Workflow(time.Hour, timeouts.Options{Total: 3 * time.Hour, Retry: once})
	require.NoError(t, err)
	require.Equal(t, client.StartWorkflowOptions{WorkflowRunTimeout: time.Hour, WorkflowExecutionTimeout: 3 * time.Hour, RetryPolicy: once}, start)

	_, err = timeouts.ChildWorkflow(time.Hour, timeouts.Options{Total: time.Minute})
	require.ErrorContains(t, err, "T004")
	_, err = timeouts.Workflow(time.Hour, timeouts.Options{Total: time.Minute})
	require.ErrorContains(t, err, "T004")
	_, err = timeouts.Workflow(time.Hour, timeouts.Options{Total: time.Minute, Ignore: []timeouts.Code{timeouts.CodeAttemptTooLong}})
	require.NoError(t, err)
}

func TestCheckWorker(t *testing.T) {
	t.Parallel()
	long, err := timeouts.Long(time.Hour, 9*time.Hour)
	require.NoError(t, err)
	minute := with(func(o *activity) { o.StartToCloseTimeout, o.ScheduleToCloseTimeout = 0, time.Minute })
	for name, c := range map[string]struct {
		stop       time.Duration
		activities []activity
		want       string // empty: nothing
	}{
		"no activities":          {0, nil, ""},
		"enough":                 {30 * time.Second, []activity{timeouts.Quick(), timeouts.Standard()}, ""},
		"a second too little":    {29 * time.Second, []activity{timeouts.Standard(), timeouts.Quick()}, "T009 WorkerStopTimeout: 29s is below the 30s that an attempt may take: a worker that is stopped gives it up, and its retry begins when that time is over; set it to 30s or more, or send heartbeats"},
		"only ScheduleToClose":   {30 * time.Second, []activity{minute}, "below the 1m0s that"},
		"heartbeats need little": {time.Second, []activity{long}, ""},
		"but something":          {0, []activity{long}, "T009 WorkerStopTimeout: it is not set, so activities are ended without time to say so, and their retry begins when a HeartbeatTimeout of 30s is over; set it to a few seconds"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := worker.Options{WorkerStopTimeout: c.stop}
			require.Equal(t, c.want == "", timeouts.CheckWorker(o, c.activities).Err() == nil)
			require.Contains(t, timeouts.CheckWorker(o, c.activities).String(), c.want)
			require.Empty(t, timeouts.CheckWorker(o, c.activities, timeouts.CodeNoStopTimeout), "it is accepted")
		})
	}
}
