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

// validate refuses an update before it is written to history. It does not run
// on replay, so it may only look.
func (g *Gates) validate(ctx workflow.Context, raw converter.RawValue) error {
	m, err := read(raw)
	if err != nil {
		return err
	}
	gate, err := g.addressed(ctx, m, m.Proof, m.Gate, m.Decision(), m.Content())
	if err != nil {
		return err
	}
	err = gate.check(m, workflow.Now(ctx))
	if err != nil && (g.source.Len() == 0 || !gate.mayChange(err)) {
		return err // else the handler looks again
	}
	return gate.fit(m.Subject) // last: who may not decide reaches none of the program's code
}

// addressed returns the gate that an update is for. What was counted under its ID
// has its receipt, also when the run takes nothing more.
func (g *Gates) addressed(ctx workflow.Context, m provable, proof, id string, d protocol.Decision, content string) (*gate, error) {
	gate, ok := g.byID[id]
	if !ok {
		if err := g.elsewhere(id); err != nil {
			return nil, err
		}
		return nil, g.notOpen(id)
	}
	if err := gate.prove(ctx, m, proof); err != nil {
		return nil, err
	}
	if err := gate.repeated(d, content); err != nil {
		return nil, err
	}
	return gate, g.elsewhere(id)
}

// mayChange reports whether votes that have come by signal, and are counted
// before an update, could make its refusal wrong: they may end the stage before
// its deadline does, begin a round, or be changes of mind.
func (g *gate) mayChange(err error) bool {
	switch reasonOf(err) {
	case ReasonAlreadyVoted, ReasonNotEligible, ReasonStale, ReasonLate, ReasonClosed:
		return !g.tally.State().IsClosed()
	default:
		return false
	}
}

// decide counts a vote by update. Votes by signal that history recorded before
// the update are counted first, so they may have closed the gate.
func (g *Gates) decide(ctx workflow.Context, raw converter.RawValue) (protocol.Receipt, error) {
	m, err := read(raw)
	if err != nil {
		return protocol.Receipt{}, err
	}
	g.drainSignals(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return protocol.Receipt{}, g.notOpen(m.Gate)
	}
	m.judged = true
	return gate.cast(ctx, m, afterAll)
}

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
	_, err = gate.cast(ctx, m, gate.orderOf(number))
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
