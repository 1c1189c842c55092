package approval

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// waiting answers [QueryInbox]: the gates that wait for the actor, as opened.
func (g *Gates) waiting(q protocol.InboxQuery) (protocol.InboxAnswer, error) {
	a, room := protocol.InboxAnswer{Gates: []protocol.InboxGate{}}, maxAnswer
	rest := g.order
	if last := g.byID[q.After]; last != nil { // else it is gone with the run before: begin again
		rest = rest[g.place(q.After)+1:]
	}
	for _, gate := range rest {
		told := protocol.InboxGate{}
		var ok bool
		if told.For, ok = gate.awaits(q); !ok {
			continue
		}
		told.Gate = gate.status()
		size, err := wire.Size(told)
		if err != nil {
			return a, err
		}
		if room -= size; len(a.Gates) > 0 && room < 0 || len(a.Gates) >= min(max(q.Limit, 1), protocol.MaxPage) {
			a.More = true
			return a, nil
		}
		a.Gates = append(a.Gates, told)
	}
	return a, nil
}

// awaits reports whether the gate is one of those that are asked for, and for
// whom the actor would decide.
func (g *gate) awaits(q protocol.InboxQuery) (owner string, ok bool) {
	if g.tally.State().IsClosed() {
		return "", false
	}
	if due := g.givesUp(); !q.DueBefore.IsZero() && (due.IsZero() || !due.Before(q.DueBefore)) {
		return "", false
	}
	if q.All {
		return "", true
	}
	if len(q.Actor.Groups) > policy.MaxGroups {
		q.Actor.Groups = protocol.RelevantGroups(q.Actor.Groups, g.named())
	}
	return g.tally.IsWaitingFor(q.Actor)
}
