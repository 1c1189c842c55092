package retry_test

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// Call is the activity that a test wants.
type Call struct {
	Local                                                     bool
	Queue                                                     string // empty: the workflow's own
	StartToClose, ScheduleToClose, ScheduleToStart, Heartbeat time.Duration
	Policy                                                    temporal.RetryPolicy
}

// Seen is all that a workflow can find out about a failure.
type Seen struct {
	Failed   bool
	Reason   retry.Reason
	State    string // why there was no further attempt
	Type     string // of the application error
	Message  string
	Cause    string // its text
	Budget   retry.BudgetExceeded
	TimedOut string // the kind of the timeout in the chain
	Last     string // the type, or the kind, of the last failure
	Canceled bool
}

// see looks at the error of an activity or a child workflow.
func see(err error, p temporal.RetryPolicy) Seen {
	s := Seen{
		Failed: err != nil, Canceled: temporal.IsCanceledError(err),
	}
	s.Reason, _ = retry.ReasonUnder(p, err)
	s.Budget, _ = retry.AsBudgetExceeded(err)
	var (
		act     *temporal.ActivityError
		app     *temporal.ApplicationError
		timeout *temporal.TimeoutError
	)
	if errors.As(err, &act) {
		s.State = act.RetryState().String()
	}
	if errors.As(err, &timeout) {
		s.TimedOut = timeout.TimeoutType().String()
	}
	if errors.As(err, &app) {
		s.Type, s.Message = app.Type(), app.Message()
		if cause := app.Unwrap(); cause != nil {
			s.Cause = cause.Error()
		}
	}
	last := retry.LastFailure(err)
	if errors.As(last, &app) {
		s.Last = app.Type()
	}
	if errors.As(last, &timeout) {
		s.Last = timeout.TimeoutType().String()
	}
	return s
}

// run executes the activity.
func (c Call) run(ctx workflow.Context) error {
	if c.Local {
		return workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
			StartToCloseTimeout: c.StartToClose, ScheduleToCloseTimeout: c.ScheduleToClose, RetryPolicy: &c.Policy,
		}), Act).Get(ctx, nil)
	}
	return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: c.Queue, StartToCloseTimeout: c.StartToClose, ScheduleToCloseTimeout: c.ScheduleToClose,
		ScheduleToStartTimeout: c.ScheduleToStart, HeartbeatTimeout: c.Heartbeat, RetryPolicy: &c.Policy,
		WaitForCancellation: true,
	}), Act).Get(ctx, nil)
}

// Once executes the activity and tells how it has failed.
func Once(ctx workflow.Context, c Call) (Seen, error) {
	return see(c.run(ctx), c.Policy), nil
}

// Order is a workflow that fails with its activity: how says in which way.
func Order(ctx workflow.Context, c Call, how string) error {
	err := c.run(ctx)
	switch how {
	case surfaced:
		return retry.Propagate(err)
	case rejected:
		return temporal.NewNonRetryableApplicationError("no order without a payment", "Rejected", err)
	}
	return err
}

// surfaced makes an Order use retry.Propagate, rejected say itself what it means.
const (
	surfaced = "surfaced"
	rejected = "rejected"
)

// Parent has an Order as its child, and tells how that has failed.
func Parent(ctx workflow.Context, c Call, how string, p temporal.RetryPolicy) (Seen, error) {
	ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{
		WorkflowID: workflow.GetInfo(ctx).WorkflowExecution.ID + child, RetryPolicy: &p,
	})
	return see(workflow.ExecuteChildWorkflow(ctx, Order, c, how).Get(ctx, nil), p), nil
}

// child ends the workflow IDs of children, which share their parent's job.
const child = "-child"
