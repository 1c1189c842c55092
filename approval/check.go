package approval

import (
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// check reports why a vote by update would be refused now, whatever its subject. It
// changes nothing, as a validator must not.
func (g *gate) check(m message, now time.Time) error {
	if err := g.repeated(m.decision(), m.content()); err != nil {
		return err
	}
	if err := g.shut(); err != nil {
		return err
	}
	tally, err := g.ahead(now)
	if err != nil {
		return err
	}
	if err := tally.Check(m.Vote); err != nil {
		return refusalOf(g.id, err)
	}
	return nil
}

// ahead is the tally as it will be once a deadline that has passed was looked at:
// a copy then, if the gate goes on with another stage. It changes nothing.
func (g *gate) ahead(now time.Time) (*policy.Tally, error) {
	if g.deadline == nil || !g.deadline.Passed() {
		return g.tally, nil
	}
	copied, err := policy.Restore(g.tally.Snapshot())
	if err != nil || copied.Expire(now).IsClosed() {
		return nil, g.late()
	}
	return copied, nil
}

// mayEscalate reports whether an alarm that has fired could mend that refusal.
func (g *gate) mayEscalate(err error) bool {
	return ReasonOf(err) == NotEligible && g.alarm != nil && g.alarm.Passed()
}

// repeated refuses what was counted before.
func (g *gate) repeated(d decision, content string) error {
	first, ok := g.first(d)
	if !ok {
		return nil
	}
	receipt, err := first.again(content)
	if err == nil {
		err = refusal(duplicate, g.id, "this decision was counted before; nothing to do", receipt)
	}
	return err
}

// shut says why nothing more can be decided, once that is so.
func (g *gate) shut() error {
	switch state := g.tally.State(); {
	case !state.IsClosed():
		return nil
	case state == Expired:
		return g.late()
	default:
		return refusal(Closed, g.id, fmt.Sprintf("it was %s at %s; nothing more can be decided", state, g.closed.Format(time.RFC3339)))
	}
}

func (g *gate) late() error {
	at := g.closed
	if g.deadline != nil {
		at = g.deadline.At()
	}
	return refusal(Late, g.id, fmt.Sprintf("its deadline was %s; ask the requester to submit again", at.Format(time.RFC3339)))
}
