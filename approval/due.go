package approval

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// A passing is something that time has brought about in a stage: a reminder or
// an escalation, or the end of the stage by its deadline.
type passing struct {
	due
	ends  bool // the deadline has passed
	first bool // the alarm was set for it
}

// fires reports whether a timer of the gate has fired for something that has not
// taken effect. The timers of a gate that is not open have nothing to do, whether
// they were stopped or have fired. It is asked often.
func (g *gate) fires() bool {
	return (fires(g.deadline) || fires(g.alarm)) && g.tally.State() == policy.StateOpen
}

func fires(d *wait.Deadline) bool { return d != nil && d.Passed() }

// fired returns what time has brought about in the stage and what has not taken
// effect yet, in order of time. Nothing is in it before a timer has fired in
// history. What was due between that timer and now has had no timer, since no
// worker ran to start one: it follows the timer.
func (g *gate) fired(now time.Time) []passing {
	if !g.fires() {
		return nil
	}
	var all []passing
	ends := fires(g.deadline)
	if fires(g.alarm) {
		for i, d := range g.due {
			at := g.when(d)
			if i > 0 && at.After(now) || ends && at.After(g.deadline.Time()) {
				break
			}
			all = append(all, passing{due: d, first: i == 0})
		}
	}
	if ends {
		all = append(all, passing{ends: true})
	}
	return all
}

// apply makes p happen in a tally, the gate's or a copy of it.
func (p passing) apply(t *tally.Tally, now time.Time) {
	switch {
	case p.ends:
		t.Expire(now)
	case p.before == 0:
		t.Escalate(now)
	}
}

// tick lets all that has fired take effect.
func (g *gate) tick(ctx workflow.Context) {
	g.catchUp(ctx, func(passing) bool { return true })
}

// catchUp lets what has fired take effect, in order, while came holds. It ends:
// each step takes something from what is due, or ends the stage.
func (g *gate) catchUp(ctx workflow.Context, came func(passing) bool) {
	for all := g.fired(workflow.Now(ctx)); len(all) > 0 && came(all[0]); all = g.fired(workflow.Now(ctx)) {
		g.applyDue(ctx, all[0])
	}
}

// applyDue lets the first of what has fired take effect. Of reminders and
// escalations that are due together, people get one notice.
func (g *gate) applyDue(ctx workflow.Context, p passing) {
	now := workflow.Now(ctx)
	g.foreseen = nil
	if p.ends {
		g.deadline.Close()
	} else {
		g.due = g.due[1:]
	}
	p.apply(g.tally, now)
	if p.ends || p.before == 0 {
		g.applyState(ctx) // votes that were given may be enough now
	}
	if p.ends || g.tally.State() != policy.StateOpen || g.tally.Stage() != g.stage {
		return
	}
	switch {
	case p.before == 0:
		g.mail.untold = NoticeEscalated
	case g.mail.untold == "":
		g.mail.untold = NoticeReminder
	}
	g.scheduleNext(ctx)
	if g.fires() {
		return // more is due: that gives the notice
	}
	if g.mail.untold == NoticeReminder {
		g.tally.AppendAudit(policy.AuditReminded, "", p.before.String(), now)
	}
	notify(ctx, g, g.mail.untold)
	g.mail.untold = ""
}

// talliesAfterDue returns the tally as it will be after each of what has fired: copies,
// which are for looking only. It is empty when nothing has fired.
func (g *gate) talliesAfterDue(now time.Time) []*tally.Tally {
	if len(g.foreseen) > 0 || !g.fires() {
		return g.foreseen
	}
	last := g.tally
	for _, p := range g.fired(now) {
		next := last.Clone()
		p.apply(next, now)
		g.foreseen = append(g.foreseen, next)
		if next.State() != policy.StateOpen || next.Stage() != g.stage {
			break // what else has fired was for that stage
		}
		last = next
	}
	return g.foreseen
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
	if n := g.stepsToCount(ctx, m, err, o); n > 0 {
		for range n {
			g.applyDue(ctx, g.fired(workflow.Now(ctx))[0])
		}
		r, err = g.count(ctx, m)
	}
	if err == nil {
		g.applyState(ctx)
	}
	return r, err
}

// stepsToCount returns how much of what has fired, in whatever order with the vote, must
// take effect so that a vote counts that was refused; 0 when nothing helps. A
// vote that does not count moves no deadline.
func (g *gate) stepsToCount(ctx workflow.Context, m message, err error, o order) int {
	if reason := reasonOf(err); reason != ReasonNotEligible && reason != ReasonAlreadyVoted {
		return 0
	}
	now := workflow.Now(ctx)
	after := g.talliesAfterDue(now)
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
