package timeouts

import (
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// Options tunes [Activity], [LocalActivity], [ChildWorkflow] and [Workflow]. The
// zero value is ready to use.
type Options struct {
	// Heartbeat sets HeartbeatTimeout: an attempt that sends no heartbeat for that long
	// times out. Zero is no heartbeat timeout. For activities only.
	Heartbeat time.Duration
	// WaitForCancellation makes the workflow wait until a canceled activity or child
	// workflow has cleaned up. Not for local activities.
	WaitForCancellation bool
	// Retry sets the retry policy. Nil is retry.Remote for activities, retry.LocalActivity
	// for local activities, and no retry for workflows.
	Retry *temporal.RetryPolicy
	// Ignore lists the codes of findings that are not mistakes here. The interceptor
	// of package lint reports them unless it ignores them too: see lint.WithOptions.
	Ignore []lint.Code
}

// Activity returns the options of an activity. Each attempt takes at most
// startToClose. All attempts, the waits between them and the wait for a worker take
// at most total, which may be zero only if the retry policy limits the attempts.
// Activity fails when lint.Check finds an error; see [Must] for package-level
// variables. Safe anywhere.
func Activity(startToClose, total time.Duration, opts Options) (workflow.ActivityOptions, error) {
	o := workflow.ActivityOptions{
		StartToCloseTimeout:    startToClose,
		ScheduleToCloseTimeout: total,
		HeartbeatTimeout:       opts.Heartbeat,
		WaitForCancellation:    opts.WaitForCancellation,
		RetryPolicy:            opts.Retry,
	}
	if o.RetryPolicy == nil {
		o.RetryPolicy = new(retry.Remote())
	}
	return o, lint.Check(o, opts.lint()).Err()
}

// LocalActivity returns the options of a local activity. Each attempt takes at most
// startToClose, and all attempts together at most total. It fails when lint.Check
// finds an error.
func LocalActivity(startToClose, total time.Duration, opts Options) (workflow.LocalActivityOptions, error) {
	o := workflow.LocalActivityOptions{
		StartToCloseTimeout:    startToClose,
		ScheduleToCloseTimeout: total,
		RetryPolicy:            opts.Retry,
	}
	if o.RetryPolicy == nil {
		o.RetryPolicy = new(retry.LocalActivity())
	}
	return o, lint.Check(o, opts.lint()).Err()
}

// ChildWorkflow returns the options of a child workflow. Each run takes at most run,
// and all runs together at most execution; zero is no limit. These timeouts end a
// workflow without any clean-up, so give the child a [Budget] that ends before.
// ChildWorkflow fails when lint.Check finds an error.
func ChildWorkflow(run, execution time.Duration, opts Options) (workflow.ChildWorkflowOptions, error) {
	o := workflow.ChildWorkflowOptions{
		WorkflowRunTimeout:       run,
		WorkflowExecutionTimeout: execution,
		RetryPolicy:              opts.Retry,
		WaitForCancellation:      opts.WaitForCancellation,
	}
	return o, lint.Check(o, opts.lint()).Err()
}

// Workflow does what [ChildWorkflow] does, for workflows that a client starts.
func Workflow(run, execution time.Duration, opts Options) (client.StartWorkflowOptions, error) {
	o := client.StartWorkflowOptions{WorkflowRunTimeout: run, WorkflowExecutionTimeout: execution, RetryPolicy: opts.Retry}
	return o, lint.Check(o, opts.lint()).Err()
}

func (o Options) lint() lint.Options { return lint.Options{Ignore: o.Ignore} }

// Must returns o. It panics when err is not nil. Use it for package-level variables:
// a program with invalid options does not start.
//
//	var charge = timeouts.Must(timeouts.Activity(30*time.Second, 10*time.Minute, timeouts.Options{}))
func Must[O any](o O, err error) O {
	if err != nil {
		//archtest:panic for package-level variables, where the program must not start
		panic(err)
	}
	return o
}

// Quick returns options for calls within your own network: 10 s for an attempt,
// 2 minutes for all, with retry.Transient.
func Quick() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: 2 * time.Minute, RetryPolicy: new(retry.Transient()),
	}
}

// Standard returns options for calls to a remote service: 30 s for an attempt,
// 10 minutes for all, with retry.Remote.
func Standard() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: 10 * time.Minute, RetryPolicy: new(retry.Remote()),
	}
}

// longHeartbeat is the heartbeat timeout of [Long]. With it, the SDK sends
// heartbeats every 24 s.
const longHeartbeat = 30 * time.Second

// Long returns options for attempts that take minutes or hours and send heartbeats:
// a dead worker is noticed after 30 s. The workflow waits until a canceled activity
// has cleaned up. Long fails when lint.Check finds an error: startToClose must be
// above 30 s, and total must leave time for a retry. See heartbeat.Start.
func Long(startToClose, total time.Duration) (workflow.ActivityOptions, error) {
	return Activity(startToClose, total, Options{Heartbeat: longHeartbeat, WaitForCancellation: true})
}

// OnHost returns o for the task queue of one host, for example because an activity
// needs files there. The activity fails within a minute when the host is down
// (ScheduleToStartTimeout): start again on another host. This is the one good use of
// that timeout.
func OnHost(o workflow.ActivityOptions, queue string) workflow.ActivityOptions {
	o.TaskQueue, o.ScheduleToStartTimeout = queue, time.Minute
	return o
}
