package timeouts

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// ErrTypeBudgetExhausted is the type of the application error of a step for
// which no time is left. It cannot be retried.
const ErrTypeBudgetExhausted = "timeouts.BudgetExhausted"

// BudgetExhausted is the detail of such an error.
type BudgetExhausted struct {
	// Remaining is what is left, without the reserve; zero or less when the
	// deadline has passed.
	Remaining time.Duration `json:"remaining"`
	// Reserved is the reserve.
	Reserved time.Duration `json:"reserved"`
}

// minStep is the shortest time that is given to an activity: below, the task
// would time out before a worker has it.
const minStep = time.Second

// A Budget is the time that several steps have together. It is an instant, so it
// means the same in the next run and in a child workflow. It travels there by
// itself where both have the [NewInterceptor], else as JSON in their input. The
// zero value has no end. For workflow code.
type Budget struct {
	// Deadline is when the time is over, in workflow time.
	Deadline time.Time `json:"deadline"`
	// Reserved is kept back from the steps, for what comes after them.
	Reserved time.Duration `json:"reserved,omitempty"`
}

// NewBudget returns a budget of total from now.
func NewBudget(ctx workflow.Context, total time.Duration) Budget {
	return Budget{Deadline: workflow.Now(ctx).Add(total)}
}

// Reserve returns b with d more kept back, as for a step that undoes the others.
func (b Budget) Reserve(d time.Duration) Budget {
	b.Reserved = wait.Sum(b.Reserved, max(d, 0))
	return b
}

// All returns b with nothing kept back, for what the reserve is there for. When
// even that is over, as after an outage, a step of it is not scheduled either: a
// clean-up that must come in any case should have its own options.
func (b Budget) All() Budget {
	b.Reserved = 0
	return b
}

// Remaining is the time that the next step may take: until the deadline, less
// the reserve. ok is false when b has no end. It counts from the begin of the
// current workflow task, so what is left is a little less.
func (b Budget) Remaining(ctx workflow.Context) (d time.Duration, ok bool) {
	if b.Deadline.IsZero() {
		return 0, false
	}
	left := b.Deadline.Sub(workflow.Now(ctx))
	if left < 0 {
		return left, true // the reserve is gone, too
	}
	return left - max(b.Reserved, 0), true
}

// AtMost is d, or what is left when that is less; it may be zero or less. It is
// for a wait or a [Do] that must not go beyond the budget.
func (b Budget) AtMost(ctx workflow.Context, d time.Duration) time.Duration {
	if left, ok := b.Remaining(ctx); ok {
		return min(d, left)
	}
	return d
}

// Activity returns ctx with the options o, cut down to what is left: first
// ScheduleToCloseTimeout, then StartToCloseTimeout and HeartbeatTimeout, which
// may not be above it. When less than a second is left it fails with
// [ErrTypeBudgetExhausted], since a time-out of zero would mean none at all; ctx
// comes back as it was, for a clean-up.
func (b Budget) Activity(ctx workflow.Context, o workflow.ActivityOptions) (workflow.Context, error) {
	left, ok, err := b.left(ctx)
	if err != nil {
		return ctx, err
	}
	before := o.ScheduleToCloseTimeout
	if ok {
		o.ScheduleToCloseTimeout = limit(o.ScheduleToCloseTimeout, left)
		if o.StartToCloseTimeout > o.ScheduleToCloseTimeout {
			o.StartToCloseTimeout = o.ScheduleToCloseTimeout
		}
		if o.ScheduleToStartTimeout > o.ScheduleToCloseTimeout {
			o.ScheduleToStartTimeout = o.ScheduleToCloseTimeout
		}
		if o.HeartbeatTimeout > o.ScheduleToCloseTimeout {
			o.HeartbeatTimeout = o.ScheduleToCloseTimeout
		}
	}
	return workflow.WithActivityOptions(b.attach(ctx, before != o.ScheduleToCloseTimeout), o), nil
}

// LocalActivity is [Budget.Activity] for local activities.
func (b Budget) LocalActivity(ctx workflow.Context, o workflow.LocalActivityOptions) (workflow.Context, error) {
	left, ok, err := b.left(ctx)
	if err != nil {
		return ctx, err
	}
	before := o.ScheduleToCloseTimeout
	if ok {
		if o.ScheduleToCloseTimeout == 0 && o.StartToCloseTimeout > 0 {
			o.ScheduleToCloseTimeout = o.StartToCloseTimeout // as the SDK does
		}
		o.ScheduleToCloseTimeout = limit(o.ScheduleToCloseTimeout, left)
		if o.StartToCloseTimeout > o.ScheduleToCloseTimeout {
			o.StartToCloseTimeout = o.ScheduleToCloseTimeout
		}
	}
	return workflow.WithLocalActivityOptions(b.attach(ctx, before != o.ScheduleToCloseTimeout), o), nil
}

// ChildWorkflow returns ctx with the options o, whose WorkflowExecutionTimeout
// is at most what is left and grace, and WorkflowRunTimeout not above it: these
// timeouts end a workflow without any clean-up, so the child should keep to b, which
// it has by [BudgetOf] or in its input, and be done before.
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

// attach lets b travel with what is started with ctx, and says whether it has
// cut its options down.
func (b Budget) attach(ctx workflow.Context, cut bool) workflow.Context {
	if b.Deadline.IsZero() {
		return ctx
	}
	return workflow.WithValue(ctx, budgetKey{}, attached{Budget: b, cut: cut})
}

// left is what is left for a step, at least a second.
func (b Budget) left(ctx workflow.Context) (left time.Duration, ok bool, err error) {
	left, ok = b.Remaining(ctx)
	if ok && left < minStep {
		message := fmt.Sprintf("timeouts: %v are left of the budget, with %v in reserve, which is too little for another step; stop here, or give the budget more time", left, b.Reserved)
		return 0, ok, temporal.NewNonRetryableApplicationError(message, ErrTypeBudgetExhausted, nil, BudgetExhausted{Remaining: left, Reserved: b.Reserved})
	}
	return left, ok, nil
}

// limit is d, at most left. Zero is no limit yet, and a negative one stays for
// Check and the server to refuse.
func limit(d, left time.Duration) time.Duration {
	if d == 0 || d > left {
		return left
	}
	return d
}
