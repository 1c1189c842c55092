package timeouts

import (
	"errors"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

const (
	// headerName is the header in which a budget travels.
	headerName = "temporal-patterns.budget"
	// headerVersion is the version of what is in it. Later ones may have more
	// fields; these keep their meaning.
	headerVersion = 1
)

// budgetHeader is a budget on its way.
type budgetHeader struct {
	V int `json:"v"`
	Budget
}

// Validate is called when it has arrived.
func (t budgetHeader) Validate() error {
	if t.V < headerVersion || t.Deadline.IsZero() {
		return errors.New("there is no version, or no deadline")
	}
	return nil
}

type budgetKey struct{}

// attached is a budget in a context.
type attached struct {
	Budget
	cut bool // it has cut down the options that stand beside it
	of  *inherited
}

// An inherited budget has come with the run. Whether code may see it is decided when
// it first asks, and recorded: a run whose workers had no interceptor by then goes on
// without.
type inherited struct {
	budget  Budget
	decided bool
}

func (i *inherited) see(ctx workflow.Context) Budget {
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

// WithBudget returns ctx with b, which travels with [NewInterceptor] to what is
// started with ctx: activities, local activities, child workflows and the next
// run. [Budget.Activity] and the like do it by themselves. For workflow code.
func WithBudget(ctx workflow.Context, b Budget) workflow.Context {
	return workflow.WithValue(ctx, budgetKey{}, attached{Budget: b})
}

// BudgetOf returns the budget that ctx has: that of [WithBudget], or what has
// come with the workflow from its parent or from the run before. Without any it
// is the zero value, which has no end. The first call in a run that was given a
// budget records that in one event. For workflow code.
func BudgetOf(ctx workflow.Context) Budget {
	b, _ := ctx.Value(budgetKey{}).(attached)
	if b.of != nil {
		return b.of.see(ctx)
	}
	return b.Budget
}

// send writes the budget of ctx into the header of a call.
func send(ctx workflow.Context, header map[string]*commonpb.Payload) {
	b, _ := ctx.Value(budgetKey{}).(attached) // headers are not compared on replay
	if b.Deadline.IsZero() || header == nil {
		return
	}
	payload, err := wire.Header(budgetHeader{headerVersion, b.Budget})
	if err != nil { // only a year beyond 9999 cannot be written
		workflow.GetLogger(ctx).Warn("The budget does not travel; give it a deadline before the year 10000", "Error", err)
		return
	}
	header[headerName] = payload
}

// received reads the budget out of a header; ok is false when there is none
// that can be read.
func received(header map[string]*commonpb.Payload) (b Budget, ok bool) {
	payload, ok := header[headerName]
	if !ok {
		return b, false
	}
	t, err := wire.FromHeader[budgetHeader](payload)
	if err != nil {
		return b, false
	}
	return t.Budget, true
}
