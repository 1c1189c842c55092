package approval

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// validate refuses an update before it is written to history. It does not run
// on replay, so it may only look.
func (g *Gates) validate(ctx workflow.Context, raw converter.RawValue) error {
	m, err := read(raw)
	if err != nil {
		return err
	}
	if err := g.elsewhere(m.Gate); err != nil {
		return err
	}
	gate, ok := g.byID[m.Gate]
	if !ok {
		return g.notOpen(m.Gate)
	}
	if err := gate.prove(ctx, m, m.Proof); err != nil {
		return err
	}
	if err := gate.check(m, workflow.Now(ctx)); err != nil && !gate.mayEscalate(err) && !(mayChange(err) && g.source.Len() > 0) {
		return err
	}
	return gate.fit(m.Subject) // last: who may not decide reaches none of the program's code
}

// mayChange reports whether votes that have come by signal, and are counted
// before the update, could make the refusal wrong. The handler looks again.
func mayChange(err error) bool {
	return ReasonOf(err) == AlreadyVoted
}

// decide counts a vote by update. Votes by signal that history recorded before
// the update are counted first, so they may have closed the gate.
func (g *Gates) decide(ctx workflow.Context, raw converter.RawValue) (Receipt, error) {
	m, err := read(raw)
	if err != nil {
		return Receipt{}, err
	}
	g.pump(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return Receipt{}, g.notOpen(m.Gate)
	}
	m.judged = true
	gate.expire(ctx)
	// What has fired by now has fired before: an update runs when it is accepted.
	return gate.cast(ctx, m, (*wait.Deadline).Passed)
}

// pump moves every vote that has come by signal to its gate, in order.
func (g *Gates) pump(ctx workflow.Context) {
	for {
		raw, number, ok := g.source.Next()
		if !ok {
			return
		}
		if err := g.route(ctx, raw, number); err != nil {
			g.bury(ctx, err, len(raw.Payload().GetData()))
		}
	}
}

// bury keeps a vote by signal that cannot be used as a dead letter.
func (g *Gates) bury(ctx workflow.Context, err error, size int) {
	letter := wire.DeadLetter{Message: SignalVote, Reason: err.Error(), Size: size}
	g.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
}

// route gives a vote by signal to its gate, or keeps it.
func (g *Gates) route(ctx workflow.Context, raw converter.RawValue, number int) error {
	m, err := read(raw)
	switch {
	case err == nil:
	case ReasonOf(err) == NewerVersion && len(g.newer) < maxNewer:
		g.newer = append(g.newer, raw)
		return nil
	default:
		return err
	}
	m.said = &verdict{} // one for this message, however often it is counted
	gate, ok := g.byID[m.Gate]
	if first, again := g.sentBefore(gate, m); again {
		_, err := first.again(m.content())
		return err // none when the same was sent again, as callers should: it counts once
	}
	switch {
	case !ok && len(g.early) < maxEarly:
		g.early = append(g.early, early{m, raw})
		return nil
	case !ok:
		return refusal(NotOpen, m.Gate, fmt.Sprintf("%d votes wait for gates already; open the gate before people vote", maxEarly))
	case g.exact && gate.deadline != nil && g.source.Late(number, gate.deadline):
		return gate.late()
	}
	_, err = gate.cast(ctx, m, func(alarm *wait.Deadline) bool { return !g.exact || g.source.Late(number, alarm) })
	return err
}

// sentBefore returns what became of a decision that was sent before, to the gate or,
// when that is nil, ahead of it.
func (g *Gates) sentBefore(gate *gate, m message) (decided, bool) {
	if gate != nil {
		return gate.first(m.decision())
	}
	i := slices.IndexFunc(g.early, func(e early) bool { return e.Gate == m.Gate && e.decision() == m.decision() })
	if i < 0 {
		return decided{}, false
	}
	return decided{decision: m.decision(), Receipt: Receipt{Gate: m.Gate}, content: g.early[i].content()}, true
}

func (g *Gates) status() Status {
	s := Status{Gates: []GateStatus{}, Early: len(g.early), Newer: len(g.newer)}
	s.DeadLetters.Count = g.dead.Count
	for _, letter := range g.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, signals.DeadLetter(letter))
	}
	for _, gate := range g.order {
		s.Gates = append(s.Gates, gate.status())
	}
	return s
}

// read decodes a vote, from an update or from a signal.
func read(raw converter.RawValue) (message, error) {
	var m message
	if err := wire.Strict(raw, wireVersion, &m); err != nil {
		return m, refusalOf("", err)
	}
	return m, m.check()
}
