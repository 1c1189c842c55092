package timeouts

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// minStep is the shortest time that is given to an activity. With less, the task
// would time out before a worker receives it.
const minStep = time.Second

// A Budget is the time that several steps share. It is an instant, so it means the
// same in the next run and in a child workflow. With [NewInterceptor] it reaches
// them by itself; without, pass it as JSON in their input. The zero value has no
// end. For workflow code.
type Budget struct {
	// Deadline ends the budget, in workflow time.
	Deadline time.Time `json:"deadline"`
	// Reserved withholds time from the steps, for what comes after them.
	Reserved time.Duration `json:"reserved,omitempty"`
}

// NewBudget returns a budget that ends total from now.
func NewBudget(ctx workflow.Context, total time.Duration) Budget {
	return Budget{Deadline: workflow.Now(ctx).Add(total)}
}

// Reserve returns b with d more in reserve, for example for a step that undoes the
// others.
func (b Budget) Reserve(d time.Duration) Budget {
	b.Reserved = wait.Sum(b.Reserved, max(d, 0))
	return b
}

// WithoutReserve returns b without its reserve, for the steps for which it was
// reserved. They do not start either when the budget is over, as after an outage: a
// clean-up that must run in any case needs options of its own.
func (b Budget) WithoutReserve() Budget {
	b.Reserved = 0
	return b
}

// Remaining returns the time that the next step may take: until the deadline, less
// the reserve. ok is false when b has no end. It counts from the start of the
// current workflow task, so the real time is a little shorter.
func (b Budget) Remaining(ctx workflow.Context) (d time.Duration, ok bool) {
	if b.Deadline.IsZero() {
		return 0, false
	}
	left := b.Deadline.Sub(workflow.Now(ctx))
	if left < 0 {
		return left, true // the reserve is used up too
	}
	return left - max(b.Reserved, 0), true
}

// AtMost returns d, or the remaining time when that is less. The result may be zero
// or negative. Use it for a wait or a [Do] that must not outlast the budget.
func (b Budget) AtMost(ctx workflow.Context, d time.Duration) time.Duration {
	if left, ok := b.Remaining(ctx); ok {
		return min(d, left)
	}
	return d
}

// Activity returns ctx with the options o, shortened to the remaining time: first
// ScheduleToCloseTimeout, then the timeouts that must not exceed it. With less than
// a second left, it fails with [ReasonBudgetExhausted], because a timeout of zero
// means no timeout, and returns ctx unchanged for a clean-up.
func (b Budget) Activity(ctx workflow.Context, o workflow.ActivityOptions) (workflow.Context, error) {
	left, ok, err := b.left(ctx)
	if err != nil {
		return ctx, err
	}
	before := o.ScheduleToCloseTimeout
	if ok {
		total := limit(before, left)
		o.ScheduleToCloseTimeout = total
		o.StartToCloseTimeout = min(o.StartToCloseTimeout, total)
		o.ScheduleToStartTimeout = min(o.ScheduleToStartTimeout, total)
		o.HeartbeatTimeout = min(o.HeartbeatTimeout, total)
	}
	return workflow.WithActivityOptions(b.attach(ctx, before != o.ScheduleToCloseTimeout), o), nil
}

// LocalActivity does what [Budget.Activity] does, for local activities.
func (b Budget) LocalActivity(ctx workflow.Context, o workflow.LocalActivityOptions) (workflow.Context, error) {
	left, ok, err := b.left(ctx)
	if err != nil {
		return ctx, err
	}
	before := o.ScheduleToCloseTimeout
	if ok {
		total := before
		if total == 0 {
			total = o.StartToCloseTimeout // as the SDK does
		}
		total = limit(total, left)
		o.ScheduleToCloseTimeout = total
		o.StartToCloseTimeout = min(o.StartToCloseTimeout, total)
	}
	return workflow.WithLocalActivityOptions(b.attach(ctx, before != o.ScheduleToCloseTimeout), o), nil
}

// ChildWorkflow returns ctx with the options o: WorkflowExecutionTimeout is at most
// the remaining time plus grace, and WorkflowRunTimeout is not above it. These
// timeouts end a workflow without any clean-up, so the child should use b, which it
// receives by [BudgetOf] or in its input, and end before.
func (b Budget) ChildWorkflow(ctx workflow.Context, o workflow.ChildWorkflowOptions, grace time.Duration) (workflow.Context, error) {
	left, ok, err := b.left(ctx)
	if err != nil {
		return ctx, err
	}
	if ok {
		o.WorkflowExecutionTimeout = limit(o.WorkflowExecutionTimeout, wait.Sum(left, max(grace, 0)))
		o.WorkflowRunTimeout = min(o.WorkflowRunTimeout, o.WorkflowExecutionTimeout)
	}
	return workflow.WithChildOptions(b.attach(ctx, ok), o), nil
}

// left returns the time for a step, at least minStep.
func (b Budget) left(ctx workflow.Context) (left time.Duration, ok bool, err error) {
	left, ok = b.Remaining(ctx)
	if ok && left < minStep {
		message := fmt.Sprintf("timeouts: the budget has %v left for another step, with %v in reserve; stop here, or use a larger "+
			"budget", left, b.Reserved)
		return 0, ok, apperr.New(ReasonBudgetExhausted, message, apperr.Options{})
	}
	return left, ok, nil
}

// limit returns d, at most left. Zero is no limit yet. A negative d stays, for
// lint.Check and the server to reject.
func limit(d, left time.Duration) time.Duration {
	if d == 0 || d > left {
		return left
	}
	return d
}
