package timeouts

import (
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Options tunes [Activity], [LocalActivity], [ChildWorkflow] and [Workflow]. The
// zero value has no limit in all, and so activities need Accept: Endless or a
// policy with MaximumAttempts.
type Options struct {
	// Total is the time for all attempts and the waits between them, and of an
	// activity for waiting for a worker too: ScheduleToCloseTimeout, or
	// WorkflowExecutionTimeout.
	Total time.Duration
	// Heartbeat is after how long without a heartbeat an attempt is given up.
	// Zero is none. It is for activities only.
	Heartbeat time.Duration
	// WaitForCancellation lets the workflow wait until a canceled activity or
	// child workflow has cleaned up. It is not for local activities.
	WaitForCancellation bool
	// Retry is the retry policy. Nil is retry.Remote for activities,
	// retry.LocalActivity for local activities, and no retry for workflows.
	Retry *temporal.RetryPolicy
	// Accept names findings that are meant so. The interceptor does not see it: see
	// [WithIgnored] and InterceptorOptions.Accept.
	Ignore []Code
}

// Activity returns the options of an activity whose attempts take at most
// startToClose. It fails when [Check] finds an error in them; see [Must] for
// package-level variables. Safe anywhere.
func Activity(startToClose time.Duration, o Options) (workflow.ActivityOptions, error) {
	options := workflow.ActivityOptions{
		StartToCloseTimeout:    startToClose,
		ScheduleToCloseTimeout: o.Total,
		HeartbeatTimeout:       o.Heartbeat,
		WaitForCancellation:    o.WaitForCancellation,
		RetryPolicy:            o.Retry,
	}
	if options.RetryPolicy == nil {
		options.RetryPolicy = new(retry.Remote())
	}
	return options, Check(options, o.Ignore...).Err()
}

// LocalActivity returns the options of a local activity whose attempts take at
// most startToClose. It fails when [Check] finds an error in them.
func LocalActivity(startToClose time.Duration, o Options) (workflow.LocalActivityOptions, error) {
	options := workflow.LocalActivityOptions{
		StartToCloseTimeout:    startToClose,
		ScheduleToCloseTimeout: o.Total,
		RetryPolicy:            o.Retry,
	}
	if options.RetryPolicy == nil {
		options.RetryPolicy = new(retry.LocalActivity())
	}
	return options, Check(options, o.Ignore...).Err()
}

// ChildWorkflow returns the options of a child workflow whose runs take at most
// run; zero is no limit. A run that takes longer is ended without any clean-up,
// so it should have a [Budget] that ends before. It fails when [Check] finds an
// error.
func ChildWorkflow(run time.Duration, o Options) (workflow.ChildWorkflowOptions, error) {
	options := workflow.ChildWorkflowOptions{
		WorkflowRunTimeout: run, WorkflowExecutionTimeout: o.Total, RetryPolicy: o.Retry, WaitForCancellation: o.WaitForCancellation,
	}
	return options, Check(options, o.Ignore...).Err()
}

// Workflow is [ChildWorkflow] for workflows that a client starts.
func Workflow(run time.Duration, o Options) (client.StartWorkflowOptions, error) {
	options := client.StartWorkflowOptions{WorkflowRunTimeout: run, WorkflowExecutionTimeout: o.Total, RetryPolicy: o.Retry}
	return options, Check(options, o.Ignore...).Err()
}

// Must returns o, and panics when err is not nil. It is for package-level
// variables, so that a program with bad options does not start:
//
//	var charge = timeouts.Must(timeouts.Activity(30*time.Second, timeouts.Options{Total: 10 * time.Minute}))
func Must[O any](o O, err error) O {
	if err != nil {
		//archtest:panic for package-level variables, where the program must not start
		panic(err)
	}
	return o
}

// Quick is for calls within your own network: 10 s for an attempt, 2 minutes
// for all, retry.Transient.
func Quick() workflow.ActivityOptions {
	return workflow.ActivityOptions{StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: 2 * time.Minute, RetryPolicy: new(retry.Transient())}
}

// Standard is for calls of somebody else's service: 30 s for an attempt, 10
// minutes for all, retry.Remote.
func Standard() workflow.ActivityOptions {
	return workflow.ActivityOptions{StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: 10 * time.Minute, RetryPolicy: new(retry.Remote())}
}

// longHeartbeat is the one of [Long]. The SDK sends heartbeats every 24 s then,
// at four fifths of it.
const longHeartbeat = 30 * time.Second

// Long is for attempts that take minutes or hours, and send heartbeats: a
// worker that is gone is noticed after 30 s. The workflow waits until a canceled
// activity has cleaned up. It fails when [Check] finds an error: startToClose
// must be above 30 s, and total leave time for a retry.
func Long(startToClose, total time.Duration) (workflow.ActivityOptions, error) {
	return Activity(startToClose, Options{Total: total, Heartbeat: longHeartbeat, WaitForCancellation: true})
}

// OnHost returns o for the task queue of one host, as when an activity needs
// the files that another has left there. It fails within a minute when that
// host is gone (ScheduleToStartTimeout, see retry.ReasonNoWorker), the one case for
// which that time-out is good: then begin again on another host.
func OnHost(o workflow.ActivityOptions, queue string) workflow.ActivityOptions {
	o.TaskQueue, o.ScheduleToStartTimeout = queue, time.Minute
	return o
}
