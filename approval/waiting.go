package approval

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// inboxQuestion is the argument of [QueryInbox].
type inboxQuestion struct {
	Actor     Actor     `json:"actor,omitzero"`
	Everybody bool      `json:"everybody,omitempty"`
	DueBefore time.Time `json:"dueBefore,omitzero"`
	// After is the ID of the gate to go on behind, and Limit how many to tell.
	After string `json:"after,omitempty"`
	Limit int    `json:"limit"`
}

// inboxAnswer is its result.
type inboxAnswer struct {
	Gates []inboxGate `json:"gates"`
	// More says that there are more than could be told.
	More bool `json:"more,omitempty"`
}

type inboxGate struct {
	Gate GateStatus `json:"gate"`
	For  string     `json:"for,omitempty"`
}

// waiting answers [QueryInbox]: the gates that wait for the actor, as opened.
func (g *Gates) waiting(q inboxQuestion) (inboxAnswer, error) {
	a, room := inboxAnswer{Gates: []inboxGate{}}, maxAnswer
	rest := g.order
	if last := g.byID[q.After]; last != nil { // else it is gone with the run before: begin again
		rest = rest[g.place(q.After)+1:]
	}
	for _, gate := range rest {
		told := inboxGate{}
		var ok bool
		if told.For, ok = gate.awaits(q); !ok {
			continue
		}
		told.Gate = gate.status()
		size, err := wire.Size(told)
		if err != nil {
			return a, err
		}
		if room -= size; len(a.Gates) > 0 && room < 0 || len(a.Gates) >= min(max(q.Limit, 1), MaxPageSize) {
			a.More = true
			return a, nil
		}
		a.Gates = append(a.Gates, told)
	}
	return a, nil
}

// awaits reports whether the gate is one of those that are asked for, and for
// whom the actor would decide.
func (g *gate) awaits(q inboxQuestion) (owner string, ok bool) {
	if g.tally.State().IsClosed() {
		return "", false
	}
	if due := g.givesUp(); !q.DueBefore.IsZero() && (due.IsZero() || !due.Before(q.DueBefore)) {
		return "", false
	}
	if q.Everybody {
		return "", true
	}
	if len(q.Actor.Groups) > policy.MaxGroups {
		q.Actor.Groups = matter(q.Actor.Groups, g.named())
	}
	return g.tally.IsWaitingFor(q.Actor)
}
