package approval

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

const (
	// maxEarly bounds the votes by signal that wait for their gate.
	maxEarly = 100
	// maxNewer bounds the votes of a later version that are kept.
	maxNewer = 16
	// maxKept bounds the bytes of both, as they are carried: some never find a gate,
	// and must not keep a run from continuing as new.
	maxKept = maxCarried / 2
)

// drainSignals moves every vote that has come by signal to its gate, in order.
func (g *Gates) drainSignals(ctx workflow.Context) {
	for !g.replayed.beyond(ctx) {
		raw, number, ok := g.source.Next()
		if !ok {
			return
		}
		if err := g.route(ctx, raw, number); err != nil {
			g.addDeadLetter(ctx, err, len(raw.Payload().GetData()))
		}
	}
}

// addDeadLetter keeps a vote by signal that cannot be used as a dead letter.
func (g *Gates) addDeadLetter(ctx workflow.Context, err error, size int) {
	letter := wire.DeadLetter{Message: protocol.SignalVote, Reason: err.Error(), Size: size}
	g.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
	_ = reportRefused(ctx, err)
}

// route gives a vote by signal to its gate, or keeps it.
func (g *Gates) route(ctx workflow.Context, raw converter.RawValue, number int) error {
	m, err := read(raw)
	switch {
	case err == nil:
	case reasonOf(err) == ReasonNewerVersion && len(g.newer) < maxNewer && g.keep(raw):
		g.newer = append(g.newer, raw)
		return nil
	default:
		return err
	}
	m.said = &verdict{} // one for this message, however often it is counted
	gate, ok := g.byID[m.Gate]
	if first, again := g.sentBefore(gate, m); again {
		_, err := first.Again(m.Content())
		return err // none when the same was sent again, as callers should: it counts once
	}
	switch {
	case !ok && len(g.early) < maxEarly && g.keep(raw):
		g.early = append(g.early, early{m, raw})
		return nil
	case !ok:
		return refusal(ReasonNotOpen, m.Gate, fmt.Sprintf("%d votes of %d bytes wait already; open the gate before people vote",
			len(g.early)+len(g.newer), g.kept))
	}
	_, err = gate.cast(ctx, m, orderOf(gate, number))
	return err
}

// keep takes room for a vote by signal that waits, if there is enough.
func (g *Gates) keep(raw converter.RawValue) bool {
	size := wire.Save(raw).Size()
	if g.kept+size > maxKept {
		return false
	}
	g.kept += size
	return true
}

// sentBefore returns what became of a decision that was sent before, to the gate or,
// when that is nil, ahead of it.
func (g *Gates) sentBefore(gate *gate, m message) (decided, bool) {
	if gate != nil {
		return gate.first(m.Decision())
	}
	i := slices.IndexFunc(g.early, func(e early) bool { return e.Gate == m.Gate && e.Decision() == m.Decision() })
	if i < 0 {
		return decided{}, false
	}
	return decided{Decision: m.Decision(), KeptReceipt: protocol.KeptReceipt{
		Receipt: protocol.Receipt{Gate: m.Gate},
		Content: g.early[i].Content(),
	}}, true
}

// A message is a vote on its way through a run.
type message struct {
	protocol.Vote
	judged bool     // by a validator, which does not run on replay
	said   *verdict // of the program, once it was asked; shared by copies of this vote
}

func read(raw converter.RawValue) (message, error) {
	v, err := protocol.ReadVote(raw)
	return message{Vote: v}, err
}

// An order says what history tells of a decision and a timer that has fired:
// whether the timer fired first, and whether that is known.
type order func(timer *wait.Deadline) (first, known bool)

// afterAll is the order of updates: an update runs when it is accepted, so what
// has fired by then has fired before.
func afterAll(*wait.Deadline) (first, known bool) { return true, true }

// anyOrder is the order of signals with signals.DeadlineAcceptLate.
func anyOrder(*wait.Deadline) (first, known bool) { return false, false }

// orderOf returns the order of a vote by signal of that number.
func orderOf(g *gate, number int) order {
	if !g.Exact {
		return anyOrder
	}
	return func(timer *wait.Deadline) (first, known bool) { return g.gates.source.Late(number, timer), true }
}
