package lint

import (
	"slices"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Options tunes [Check], [CheckWorker] and [WithOptions]. The zero value reports
// every finding.
type Options struct {
	// Ignore lists the codes of findings to leave out.
	Ignore []Code
}

type checkable interface {
	workflow.ActivityOptions | workflow.LocalActivityOptions | workflow.ChildWorkflowOptions | client.StartWorkflowOptions
}

// Check reports timeout and retry options that the server would reject, or accept
// with a surprising effect. O is workflow.ActivityOptions,
// workflow.LocalActivityOptions, workflow.ChildWorkflowOptions or
// client.StartWorkflowOptions. An activity without a retry policy has the server's
// default policy, which retries forever. Check is safe in workflow code.
func Check[O checkable](o O, opts Options) Findings {
	var s settings
	switch o := any(&o).(type) {
	case *workflow.ActivityOptions:
		s = ofActivity(o)
	case *workflow.LocalActivityOptions:
		s = ofLocalActivity(o)
	case *workflow.ChildWorkflowOptions:
		s = ofWorkflow(o.WorkflowExecutionTimeout, o.WorkflowRunTimeout, o.WorkflowTaskTimeout, o.RetryPolicy)
		s.rejection = "the server fails the workflow task again and again"
	case *client.StartWorkflowOptions:
		s = ofWorkflow(o.WorkflowExecutionTimeout, o.WorkflowRunTimeout, o.WorkflowTaskTimeout, o.RetryPolicy)
		s.rejection = "the server refuses to start the workflow"
	}
	var found Findings
	for i := range rules {
		r := &rules[i]
		if r.kinds&s.kind == 0 || slices.Contains(opts.Ignore, r.code) {
			continue
		}
		for _, p := range r.check(&s) {
			found = append(found, Finding{Code: r.code, Field: p.field, Message: p.message})
		}
	}
	return found
}

// kind is a set of what options are for.
type kind uint8

const (
	activity kind = 1 << iota
	local
	run

	all = activity | local | run
)

// settings is what the rules look at: options of any kind, in common terms.
type settings struct {
	kind      kind
	rejection string // what happens to options that the server does not accept

	eachField, totalField string        // the fields that limit one attempt, and all of them
	each, total           time.Duration // their values
	attempt               time.Duration // the effective limit of one attempt

	queue, heartbeat, task time.Duration // ScheduleToStart, Heartbeat, WorkflowTask
	taskQueue              string

	policy  *temporal.RetryPolicy // nil for a workflow without retries
	invalid error                 // of retry.Validate
	plan    retry.Schedule        // when the policy is valid
}

func ofActivity(o *workflow.ActivityOptions) settings {
	s := settings{
		kind: activity, rejection: "the server fails the workflow task again and again",
		eachField: "StartToCloseTimeout", totalField: "ScheduleToCloseTimeout",
		each: o.StartToCloseTimeout, total: o.ScheduleToCloseTimeout, attempt: o.StartToCloseTimeout,
		queue: o.ScheduleToStartTimeout, heartbeat: o.HeartbeatTimeout, taskQueue: o.TaskQueue,
	}
	if s.attempt == 0 {
		s.attempt = s.total // as the server does
	}
	s.retries(o.RetryPolicy)
	return s
}

func ofLocalActivity(o *workflow.LocalActivityOptions) settings {
	s := settings{
		kind: local, rejection: "the SDK rejects the activity",
		eachField: "StartToCloseTimeout", totalField: "ScheduleToCloseTimeout",
		each: o.StartToCloseTimeout, total: o.ScheduleToCloseTimeout, attempt: max(o.StartToCloseTimeout, o.ScheduleToCloseTimeout),
	}
	s.retries(o.RetryPolicy)
	return s
}

func ofWorkflow(execution, runTimeout, task time.Duration, policy *temporal.RetryPolicy) settings {
	s := settings{
		kind: run, eachField: "WorkflowRunTimeout", totalField: "WorkflowExecutionTimeout",
		each: runTimeout, total: execution, attempt: runTimeout, task: task,
	}
	if policy != nil {
		s.retries(policy)
	}
	return s
}

// retries sets the retry policy. A nil policy is the server's default.
func (s *settings) retries(p *temporal.RetryPolicy) {
	if p == nil {
		p = &temporal.RetryPolicy{}
	}
	s.policy, s.invalid = p, retry.Validate(*p)
	if s.invalid == nil {
		s.plan = retry.Plan(*p, retry.Limits{StartToClose: s.attempt, ScheduleToClose: s.total})
	}
}
