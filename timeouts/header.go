package timeouts

import (
	"errors"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/timeouts/internal/budgetctx"
)

const (
	// headerName is the name of the header that carries a budget.
	headerName = "temporal-patterns.budget"
	// headerVersion is the version of its content. Later versions may add fields;
	// these keep their meaning.
	headerVersion = 1
)

// budgetHeader is the content of the header.
type budgetHeader struct {
	V int `json:"v"`
	Budget
}

// Validate reports what is wrong with a header that was decoded.
func (h budgetHeader) Validate() error {
	if h.V < headerVersion || h.Deadline.IsZero() {
		return errors.New("the version or the deadline is missing")
	}
	return nil
}

type budgetKey struct{}

// attached is a budget in a context.
type attached struct {
	Budget
	of *inherited // instead of Budget, in a run that inherited one
}

// An inherited budget came with the run. Whether code may see it is decided when it
// first asks, and recorded: a run whose workers had no interceptor at that time goes
// on without.
type inherited struct {
	budget  Budget
	decided bool
}

func (i *inherited) get(ctx workflow.Context) Budget {
	if !i.decided {
		i.decided = true
		value, found := wait.Recorded(ctx, "temporal-patterns.timeouts.budget", func() any { return i.budget })
		if budget := i.budget; !found || value.Get(&budget) != nil {
			i.budget = Budget{}
		} else {
			i.budget = budget
		}
	}
	return i.budget
}

// WithBudget returns ctx with b, which [NewInterceptor] sends to activities, local
// activities, child workflows and the next run that are started with ctx.
// [Budget.Activity] and the other methods do this by themselves. For workflow code.
func WithBudget(ctx workflow.Context, b Budget) workflow.Context {
	return workflow.WithValue(budgetctx.WithCut(ctx, false), budgetKey{}, attached{Budget: b})
}

// attach returns ctx with b, and records whether b has shortened the options of
// the step.
func (b Budget) attach(ctx workflow.Context, cut bool) workflow.Context {
	if b.Deadline.IsZero() {
		return ctx
	}
	return budgetctx.WithCut(WithBudget(ctx, b), cut)
}

// BudgetOf returns the budget in ctx: that of [WithBudget], or one that came from
// the parent workflow or the previous run. Without any it returns the zero value,
// which has no end. The first call in a run that was given a budget records one
// event. For workflow code.
func BudgetOf(ctx workflow.Context) Budget {
	b, _ := ctx.Value(budgetKey{}).(attached)
	if b.of != nil {
		return b.of.get(ctx)
	}
	return b.Budget
}

// send writes the budget of ctx into the header of a call.
func send(ctx workflow.Context, header map[string]*commonpb.Payload) {
	b, _ := ctx.Value(budgetKey{}).(attached) // headers are not compared in a replay
	if b.Deadline.IsZero() || header == nil {
		return
	}
	payload, err := wire.Payload(budgetHeader{headerVersion, b.Budget})
	if err != nil { // a year beyond 9999
		workflow.GetLogger(ctx).Warn("The budget is not sent on; give it a deadline before the year 10000", "Error", err)
		return
	}
	header[headerName] = payload
}

// receive reads the budget in a header. It returns the zero value without an error
// when there is none.
func receive(header map[string]*commonpb.Payload) (Budget, error) {
	payload, ok := header[headerName]
	if !ok || payload == nil {
		return Budget{}, nil
	}
	h, err := wire.ReadPayload[budgetHeader](payload)
	return h.Budget, err
}
