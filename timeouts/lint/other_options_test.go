package lint_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func TestCheckLocalActivity(t *testing.T) {
	t.Parallel()
	type local = workflow.LocalActivityOptions
	for _, c := range []struct {
		code      lint.Code
		bad, good local
		want      string
	}{
		{
			code: lint.CodeNoCloseTimeout,
			bad:  local{},
			good: local{ScheduleToCloseTimeout: time.Second},
			want: "and the SDK rejects the activity",
		},
		{
			code: lint.CodeNegativeDuration,
			bad:  local{StartToCloseTimeout: -time.Second, ScheduleToCloseTimeout: time.Second},
			good: local{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 3 * time.Second},
			want: "-1s is negative",
		},
		{
			code: lint.CodeAttemptTooLong,
			bad:  local{StartToCloseTimeout: 4 * time.Second, ScheduleToCloseTimeout: 3 * time.Second},
			good: local{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 3 * time.Second},
			want: "4s is above",
		},
		{
			code: lint.CodeLocalWithoutRetry,
			bad:  local{StartToCloseTimeout: time.Second, RetryPolicy: new(retry.LocalActivity())},
			good: local{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 3 * time.Second, RetryPolicy: new(retry.LocalActivity())},
			want: "a local activity has StartToCloseTimeout, 1s, for all attempts when it is not set, so there is no retry",
		},
		{
			code: lint.CodeLocalWithoutRetry,
			bad:  local{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: time.Second},
			good: local{StartToCloseTimeout: time.Second, RetryPolicy: new(retry.NoRetry())},
			want: "T008",
		},
		{
			code: lint.CodeInvalidRetryPolicy,
			bad:  local{ScheduleToCloseTimeout: time.Second, RetryPolicy: &policy{MaximumAttempts: -1}},
			good: local{ScheduleToCloseTimeout: time.Second, RetryPolicy: new(retry.LocalActivity())},
			want: "MaximumAttempts is -1",
		},
		{
			code: lint.CodeLongLocalActivity,
			bad:  local{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 10 * time.Second},
			good: local{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 9 * time.Second},
			want: "10s is as long as a workflow task",
		},
	} {
		found := lint.Check(c.bad, lint.Options{}).String()
		require.Contains(t, found, c.want)
		require.Contains(t, found, string(c.code)+" ")
		require.NotContains(t, lint.Check(c.good, lint.Options{}).String(), string(c.code))
	}
}

// workflowOptions stands for the options of workflows and of child workflows.
type workflowOptions struct {
	execution, run, task time.Duration
	policy               *policy
}

func (o workflowOptions) checkChild(opts lint.Options) lint.Findings {
	return lint.Check(workflow.ChildWorkflowOptions{
		WorkflowExecutionTimeout: o.execution, WorkflowRunTimeout: o.run, WorkflowTaskTimeout: o.task, RetryPolicy: o.policy,
	}, opts)
}

func (o workflowOptions) checkStart(opts lint.Options) lint.Findings {
	return lint.Check(client.StartWorkflowOptions{
		WorkflowExecutionTimeout: o.execution, WorkflowRunTimeout: o.run, WorkflowTaskTimeout: o.task, RetryPolicy: o.policy,
	}, opts)
}

func TestCheckWorkflow(t *testing.T) {
	t.Parallel()
	hour := time.Hour
	for name, c := range map[string]struct {
		code      lint.Code
		bad, good workflowOptions
		want      string
	}{
		"negative task timeout": {
			code: lint.CodeNegativeDuration,
			bad:  workflowOptions{task: -1},
			good: workflowOptions{task: time.Second},
			want: "T002 WorkflowTaskTimeout: -1ns is negative, and ",
		},
		"run timeout above execution timeout": {
			code: lint.CodeAttemptTooLong,
			bad:  workflowOptions{execution: hour, run: 2 * hour},
			good: workflowOptions{execution: hour, run: hour},
			want: "T004 WorkflowRunTimeout: 2h0m0s is above WorkflowExecutionTimeout, 1h0m0s, and is silently shortened to it",
		},
		"run timeout without time for a retry": {
			code: lint.CodeNoTimeForRetry,
			bad:  workflowOptions{execution: hour, run: hour, policy: &policy{}},
			good: workflowOptions{execution: 2 * hour, run: hour, policy: &policy{}},
			want: "T005 WorkflowExecutionTimeout: 1h0m0s have passed when one attempt has timed out after 1h0m0s",
		},
		"retries without a run timeout": {
			code: lint.CodeNoTimeForRetry,
			bad:  workflowOptions{execution: hour, run: hour, policy: &policy{}},
			good: workflowOptions{execution: hour, policy: &policy{}},
			want: "T005",
		},
		"unbounded retries": {
			code: lint.CodeUnboundedRetry,
			bad:  workflowOptions{policy: &policy{}},
			good: workflowOptions{policy: &policy{MaximumAttempts: 3}},
			want: "T006 WorkflowExecutionTimeout: neither it nor MaximumAttempts is set",
		},
		"invalid retry policy": {
			code: lint.CodeInvalidRetryPolicy,
			bad:  workflowOptions{policy: &policy{MaximumAttempts: -1}},
			good: workflowOptions{policy: new(retry.NoRetry())},
			want: "T007 RetryPolicy: retry: MaximumAttempts is -1",
		},
		"long task timeout": {
			code: lint.CodeLongWorkflowTask,
			bad:  workflowOptions{task: 3 * time.Minute},
			good: workflowOptions{task: 2 * time.Minute},
			want: "W110 WorkflowTaskTimeout: 3m0s is above 2m0s, the server's maximum, and is silently shortened to it",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, check := range []func(workflowOptions, lint.Options) lint.Findings{workflowOptions.checkChild, workflowOptions.checkStart} {
				require.Contains(t, check(c.bad, lint.Options{}).String(), c.want)
				require.NotContains(t, check(c.good, lint.Options{}).String(), string(c.code))
				require.NotContains(t, check(c.bad, ignore(c.code)).String(), string(c.code))
			}
		})
	}
	require.Empty(t, workflowOptions{}.checkChild(lint.Options{}), "workflows need no timeout")
	require.Empty(t, workflowOptions{}.checkStart(lint.Options{}))
	require.ErrorContains(t, workflowOptions{run: -1}.checkChild(lint.Options{}).Err(), "the server fails the workflow task again "+
		"and again")
	require.ErrorContains(t, workflowOptions{run: -1}.checkStart(lint.Options{}).Err(), "the server refuses to start the workflow")
}

// The server cannot read these policies, or cannot compute their longest wait.
func TestCheckFindsInvalidPoliciesInAllOptions(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]temporal.RetryPolicy{
		"name that is not UTF-8":    {NonRetryableErrorTypes: []string{"Declined\xff"}, MaximumAttempts: 3},
		"first wait of a 100 years": {InitialInterval: 100 * 365 * 24 * time.Hour, MaximumAttempts: 3},
	} {
		for _, found := range []lint.Findings{
			lint.Check(activity{StartToCloseTimeout: time.Second, RetryPolicy: &p}, lint.Options{}),
			lint.Check(workflow.LocalActivityOptions{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: time.Minute, RetryPolicy: &p},
				lint.Options{}),
			workflowOptions{policy: &p}.checkChild(lint.Options{}),
			workflowOptions{policy: &p}.checkStart(lint.Options{}),
		} {
			require.ErrorContains(t, found.Err(), string(lint.CodeInvalidRetryPolicy), name)
		}
	}
}
