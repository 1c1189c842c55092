package timeouts

import (
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

const (
	heartbeatFrom  = time.Minute     // attempts that take longer should send heartbeats
	shortHeartbeat = 5 * time.Second // below, a busy worker is taken for a dead one
	fewAttempts    = 3
	taskTimeout    = 10 * time.Second // of workflow tasks, by default
	longestTask    = 2 * time.Minute  // common.MaxWorkflowTaskStartToCloseTimeout of server v1.32.1
)

// checkable are the options that [Check] looks at.
type checkable interface {
	workflow.ActivityOptions | workflow.LocalActivityOptions | workflow.ChildWorkflowOptions | client.StartWorkflowOptions
}

// Check says what is wrong with the time-outs and the retry policy of an
// activity, a local activity, a child workflow or a workflow, before a server
// does, or worse, does not. Codes in accepted are left out: name what is meant
// so. Where the policy of an activity is missing, that of a server by default is
// meant: retries without end. It changes nothing, and is safe anywhere.
func Check[O checkable](o O, accepted ...Code) Findings {
	c := checker{accepted: accepted}
	switch o := any(&o).(type) {
	case *workflow.ActivityOptions:
		c.refusal = "a server fails the workflow task again and again"
		c.activity(o)
	case *workflow.LocalActivityOptions:
		c.refusal = "the SDK refuses the activity"
		c.local(o)
	case *workflow.ChildWorkflowOptions:
		c.refusal = "a server fails the workflow task again and again"
		c.workflow(o.WorkflowExecutionTimeout, o.WorkflowRunTimeout, o.WorkflowTaskTimeout, o.RetryPolicy)
	case *client.StartWorkflowOptions:
		c.refusal = "a server refuses to start the workflow"
		c.workflow(o.WorkflowExecutionTimeout, o.WorkflowRunTimeout, o.WorkflowTaskTimeout, o.RetryPolicy)
	}
	return c.sorted()
}

func (c *checker) activity(o *workflow.ActivityOptions) {
	c.each, c.total = "StartToCloseTimeout", "ScheduleToCloseTimeout"
	c.negative(c.each, o.StartToCloseTimeout)
	c.negative(c.total, o.ScheduleToCloseTimeout)
	c.negative("ScheduleToStartTimeout", o.ScheduleToStartTimeout)
	c.negative("HeartbeatTimeout", o.HeartbeatTimeout)
	policy := temporal.RetryPolicy{}
	if o.RetryPolicy != nil {
		policy = *o.RetryPolicy
	}
	each, total, beat := o.StartToCloseTimeout, o.ScheduleToCloseTimeout, o.HeartbeatTimeout
	attempt := each // what a server takes for an attempt
	if attempt == 0 {
		attempt = total
	}
	if attempt == 0 {
		c.find(CodeNoCloseTimeout, c.each, "neither it nor %s is set, and %s; set it to the longest time that one attempt may take", c.total, c.refusal)
		c.valid(policy)
		return
	}
	if attempt > 0 && beat >= attempt {
		c.find(CodeHeartbeatTooLong, "HeartbeatTimeout", "%v is not below the %v of an attempt, which end it first; set it to a fraction of that, or to 0 for none", beat, attempt)
	}
	c.attemptTooLong(each, total)
	if total > 0 && o.ScheduleToStartTimeout > total {
		c.find(CodeQueueTimeoutTooLong, "ScheduleToStartTimeout", "%v is above %s, %v, and is cut down to it without a word; lower it, or allow more in all", o.ScheduleToStartTimeout, c.total, total)
	}
	c.policy(policy, retry.Limits{StartToClose: attempt, ScheduleToClose: total})
	if attempt > heartbeatFrom && beat == 0 {
		c.find(CodeNoHeartbeat, "HeartbeatTimeout", "none is set for attempts of up to %v, so a dead worker is noticed after that long; set it, and send heartbeats", attempt)
	}
	if o.ScheduleToStartTimeout > 0 && o.TaskQueue == "" {
		c.find(CodeSharedQueue, "ScheduleToStartTimeout", "%v on a queue that any worker may take from fails activities when all are busy, without a retry; leave it out, or use the queue of one host", o.ScheduleToStartTimeout)
	}
	single := policy.MaximumAttempts == 1
	if single && beat > 0 {
		c.find(CodeHeartbeatWithoutRetry, "RetryPolicy", "with one attempt a heartbeat that stays out, as when a worker is deployed, is final; allow more attempts")
	}
	if single {
		c.find(CodeSingleAttempt, "RetryPolicy", "MaximumAttempts is 1: an attempt that times out may have taken effect, and nothing is tried again; accept %s if it is meant so", CodeSingleAttempt)
	}
	if beat > 0 && beat < shortHeartbeat {
		c.find(CodeHeartbeatTooShort, "HeartbeatTimeout", "%v is so short that a busy worker is taken for a dead one; use %v or more", beat, shortHeartbeat)
	}
}

// local activities run within a workflow task, which waits for them.
func (c *checker) local(o *workflow.LocalActivityOptions) {
	c.each, c.total = "StartToCloseTimeout", "ScheduleToCloseTimeout"
	c.negative(c.each, o.StartToCloseTimeout)
	c.negative(c.total, o.ScheduleToCloseTimeout)
	policy := temporal.RetryPolicy{}
	if o.RetryPolicy != nil {
		policy = *o.RetryPolicy
	}
	each, total := o.StartToCloseTimeout, o.ScheduleToCloseTimeout
	if each == 0 && total == 0 {
		c.find(CodeNoCloseTimeout, c.each, "neither it nor %s is set, and %s; set it to the longest time that one attempt may take", c.total, c.refusal)
	}
	c.attemptTooLong(each, total)
	if policy.MaximumAttempts != 1 && each > 0 && (total == 0 || total == each) {
		c.find(CodeLocalWithoutRetry, "ScheduleToCloseTimeout", "%v is all the time that there is, also for retries, since that of a local activity is StartToCloseTimeout when it is not set; set it to the time for all attempts", each)
	}
	c.valid(policy)
	if max(each, total) >= taskTimeout {
		c.find(CodeLongLocalActivity, "ScheduleToCloseTimeout", "%v is as long as a workflow task or longer, so the run takes no signal and no update meanwhile; shorten it, or use a regular activity", max(each, total))
	}
}

// workflow checks what workflows and child workflows have in common.
func (c *checker) workflow(execution, run, task time.Duration, policy *temporal.RetryPolicy) {
	c.each, c.total = "WorkflowRunTimeout", "WorkflowExecutionTimeout"
	c.negative(c.total, execution)
	c.negative(c.each, run)
	c.negative("WorkflowTaskTimeout", task)
	c.attemptTooLong(run, execution)
	if task > longestTask {
		c.find(CodeLongWorkflowTask, "WorkflowTaskTimeout", "%v is above %v, to which a server cuts it down without a word; lower it: a workflow task should take milliseconds", task, longestTask)
	}
	if policy != nil {
		c.policy(*policy, retry.Limits{StartToClose: run, ScheduleToClose: execution})
	}
}
