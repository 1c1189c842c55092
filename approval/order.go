package approval

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// An order says what history tells of a decision and a timer that has fired:
// whether the timer fired first, and whether that is known.
type order func(timer *wait.Deadline) (first, known bool)

// afterAll is the order of updates: an update runs when it is accepted, so what
// has fired by then has fired before.
func afterAll(*wait.Deadline) (first, known bool) { return true, true }

// anyOrder is the order of signals with signals.DeadlineAcceptLate.
func anyOrder(*wait.Deadline) (first, known bool) { return false, false }

// orderOf returns the order of a vote by signal of that number.
func (g *gate) orderOf(number int) order {
	if !g.Exact {
		return anyOrder
	}
	return func(timer *wait.Deadline) (first, known bool) { return g.gates.source.Late(number, timer), true }
}

// precedes reports whether what has fired came before a decision, and whether
// history tells. What has had no timer came after the alarm and before the end.
func (g *gate) precedes(p passing, o order) (first, known bool) {
	if fires(g.deadline) {
		if first, known = o(g.deadline); first || p.ends {
			return first, known
		}
	}
	if !p.first {
		return false, false
	}
	first, known = o(g.alarm)
	return first, known && (first || !g.overdue)
}

// cast counts a vote in the order of history and does what follows from it: what
// has fired before the vote takes effect, then the vote. Where history does not
// tell, the vote counts if it does before or after what has fired.
func (g *gate) cast(ctx workflow.Context, m message, o order) (protocol.Receipt, error) {
	g.catchUp(ctx, func(p passing) bool {
		first, _ := g.precedes(p, o)
		return first
	})
	r, err := g.count(ctx, m)
	if n := g.letIn(ctx, m, err, o); n > 0 {
		for range n {
			g.take(ctx, g.fired(workflow.Now(ctx))[0])
		}
		r, err = g.count(ctx, m)
	}
	if err == nil {
		g.applyState(ctx)
	}
	return r, err
}

// letIn returns how much of what has fired, in whatever order with the vote, must
// take effect so that a vote counts that was refused; 0 when nothing helps. A
// vote that does not count moves no deadline.
func (g *gate) letIn(ctx workflow.Context, m message, err error, o order) int {
	if reason := reasonOf(err); reason != ReasonNotEligible && reason != ReasonAlreadyVoted {
		return 0
	}
	now := workflow.Now(ctx)
	after := g.ahead(now)
	for i, p := range g.fired(now)[:len(after)] {
		if first, known := g.precedes(p, o); known && !first {
			return 0
		}
		if after[i].Check(m.Ballot()) == nil {
			return i + 1
		}
	}
	return 0
}
