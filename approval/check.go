package approval

import (
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
)

// check reports why a vote by update would be refused now, whatever its subject. It
// changes nothing, as a validator must not.
func (g *gate) check(m message, now time.Time) error {
	if err := g.repeated(m.Decision(), m.Content()); err != nil {
		return err
	}
	if err := g.shut(); err != nil {
		return err
	}
	counter := g.future(now)
	if err := g.shutBy(counter, now); err != nil {
		return err
	}
	if err := counter.Check(m.Ballot()); err != nil {
		return refusalOf(g.id, err)
	}
	return nil
}

// future returns the tally as it will be once all that has fired has taken effect,
// for looking only.
func (g *gate) future(now time.Time) *tally.Tally {
	if after := g.ahead(now); len(after) > 0 {
		return after[len(after)-1]
	}
	return g.tally
}

// repeated refuses what was counted before.
func (g *gate) repeated(d protocol.Decision, content string) error {
	first, ok := g.first(d)
	if !ok {
		return nil
	}
	receipt, err := first.Again(content)
	if err == nil {
		err = refusal(Reason(protocol.Duplicate), g.id, "this decision was counted before; nothing to do", receipt)
	}
	return err
}

// shut says why nothing more can be decided, once that is so.
func (g *gate) shut() error {
	return g.shutBy(g.tally, g.closed)
}

// shutBy says why nothing more can be decided, if a tally was closed at that time.
func (g *gate) shutBy(t *tally.Tally, at time.Time) error {
	switch state := t.State(); {
	case !state.IsClosed():
		return nil
	case state == StateExpired:
		return g.late()
	default:
		return refusal(ReasonClosed, g.id, fmt.Sprintf("it was %s at %s; nothing more can be decided", state, at.Format(time.RFC3339)))
	}
}

func (g *gate) late() error {
	at := g.closed
	if g.deadline != nil {
		at = g.deadline.Time()
	}
	return refusal(ReasonLate, g.id, fmt.Sprintf("its deadline was %s; ask the requester to submit again", at.Format(time.RFC3339)))
}
