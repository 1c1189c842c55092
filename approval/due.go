package approval

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A stageEvent is a reminder, an escalation or the end of a stage that is due because a
// timer has fired.
type stageEvent struct {
	due
	ends     bool // the deadline has passed
	hasTimer bool // gate.nextDue was set for it
}

// fires reports whether a timer of the gate has fired and its event has not taken
// effect. Timers of a gate that is not open are ignored. Conditions of waits call it
// often.
func (g *gate) fires() bool {
	return (fires(g.deadline) || fires(g.nextDue)) && g.tally.State() == policy.StateOpen
}

func fires(d *wait.Deadline) bool { return d != nil && d.Passed() }

// firedEvents returns the events of the stage that are due and have not taken effect, in
// order of time. It returns none before a timer has fired in history. Events that became
// due between that timer and now had no timer, because no worker ran to start one; they
// follow the one that had.
func (g *gate) firedEvents(now time.Time) []stageEvent {
	if !g.fires() {
		return nil
	}
	var all []stageEvent
	ends := fires(g.deadline)
	if fires(g.nextDue) {
		for i, d := range g.Due {
			at := g.dueAt(d)
			if i > 0 && at.After(now) || ends && at.After(g.deadline.Time()) {
				break
			}
			all = append(all, stageEvent{due: d, hasTimer: i == 0})
		}
	}
	if ends {
		all = append(all, stageEvent{ends: true})
	}
	return all
}

// apply applies the event to a tally, the gate's or a copy of it.
func (e stageEvent) apply(t *tally.Tally, now time.Time) {
	switch {
	case e.ends:
		t.Expire(now)
	case e.escalates():
		t.Escalate(now)
	}
}

// applyFired lets all events that are due take effect.
func (g *gate) applyFired(ctx workflow.Context) {
	g.applyFiredWhile(ctx, func(stageEvent) bool { return true })
}

// applyFiredWhile lets events that are due take effect, in order, while wanted returns
// true. The loop ends, because each step removes an event, puts it into the future or
// ends the stage.
func (g *gate) applyFiredWhile(ctx workflow.Context, wanted func(stageEvent) bool) {
	for all := g.firedEvents(workflow.Now(ctx)); len(all) > 0 && wanted(all[0]); all = g.firedEvents(workflow.Now(ctx)) {
		g.applyFirst(ctx, all[0])
	}
}

// applyFirst lets e take effect, the first of the events that are due. People get one
// notice of reminders and escalations that are due together.
func (g *gate) applyFirst(ctx workflow.Context, e stageEvent) {
	now := workflow.Now(ctx)
	g.talliesAfter = nil
	if e.ends {
		g.deadline.Close()
	} else {
		g.Due = g.Due[1:]
	}
	if e.Every > 0 {
		g.Due = append(g.Due, e.next(now.Sub(g.Begun)))
	}
	e.apply(g.tally, now)
	if e.ends || e.escalates() {
		g.applyState(ctx) // votes that were given may be enough now
	}
	if e.ends || g.tally.State() != policy.StateOpen || g.tally.Stage() != g.stage {
		return
	}
	switch {
	case e.escalates():
		g.pendingNotice = NoticeEscalated
	case g.pendingNotice == "":
		g.pendingNotice = NoticeReminder
	}
	g.scheduleNext(ctx)
	if g.fires() {
		return // the last event that is due gives the notice
	}
	if g.pendingNotice == NoticeReminder {
		g.tally.AppendAudit(policy.AuditReminded, "", e.String(), now)
	}
	notify(ctx, g, g.pendingNotice)
	g.pendingNotice = ""
}

// talliesAfterDue returns a copy of the tally after each event that is due. Callers must
// not change the copies. It returns none when no timer has fired.
func (g *gate) talliesAfterDue(now time.Time) []*tally.Tally {
	if len(g.talliesAfter) > 0 || !g.fires() {
		return g.talliesAfter
	}
	last := g.tally
	for _, e := range g.firedEvents(now) {
		next := last.Clone()
		e.apply(next, now)
		g.talliesAfter = append(g.talliesAfter, next)
		if next.State() != policy.StateOpen || next.Stage() != g.stage {
			break // later events were for the stage that has ended
		}
		last = next
	}
	return g.talliesAfter
}

// precedes reports whether an event came before a decision, and whether history has
// their order. An event without a timer came after nextDue fired and before the deadline.
func (g *gate) precedes(e stageEvent, o order) (first, known bool) {
	if fires(g.deadline) {
		if first, known = o(g.deadline); first || e.ends {
			return first, known
		}
	}
	if !e.hasTimer {
		return false, false
	}
	first, known = o(g.nextDue)
	return first, known && (first || !g.overdue)
}

// countInOrder counts a vote in the order of history and applies the state that follows:
// first the events that came before the vote take effect, then the vote counts. Where
// history does not have the order, the vote counts if it does before or after the events
// that are due.
func (g *gate) countInOrder(ctx workflow.Context, m message, o order) (protocol.Receipt, error) {
	g.applyFiredWhile(ctx, func(e stageEvent) bool {
		first, _ := g.precedes(e, o)
		return first
	})
	r, err := g.count(ctx, m)
	if n := g.stepsToCount(ctx, m, err, o); n > 0 {
		for range n {
			g.applyFirst(ctx, g.firedEvents(workflow.Now(ctx))[0])
		}
		r, err = g.count(ctx, m)
	}
	if err == nil {
		g.applyState(ctx)
	}
	return r, err
}

// stepsToCount returns how many of the events that are due must take effect so that a
// refused vote counts, where history does not order them with the vote; 0 when the vote
// does not count after any of them. A vote that does not count moves no deadline.
func (g *gate) stepsToCount(ctx workflow.Context, m message, err error, o order) int {
	if reason := reasonOf(err); reason != ReasonNotEligible && reason != ReasonAlreadyVoted {
		return 0
	}
	now := workflow.Now(ctx)
	after := g.talliesAfterDue(now)
	for i, e := range g.firedEvents(now)[:len(after)] {
		if first, known := g.precedes(e, o); known && !first {
			return 0
		}
		if after[i].Check(m.Ballot()) == nil {
			return i + 1
		}
	}
	return 0
}
