package approval

import (
	"fmt"
	"math"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// rehearseChange makes the change on a copy of the tally, as it will be once all that has
// fired has taken effect.
func rehearseChange(g *gate, m protocol.Change, now time.Time) error {
	counter := g.future(now)
	if m.Kind != protocol.ChangeRevoke {
		if err := g.closedErrIn(counter, now); err != nil {
			return err
		}
	}
	_, err := applyChange(g, counter.Clone(), m, now)
	return err
}

// applyChange makes a change to a tally, the gate's or a copy of it. What it returns
// does the rest to the gate.
func applyChange(g *gate, t *tally.Tally, m protocol.Change, now time.Time) (then func(workflow.Context), err error) {
	then = func(workflow.Context) {}
	if m.Kind != protocol.ChangeRevoke {
		if err := g.closedErr(); err != nil {
			return nil, err
		}
	}
	requester, manager := t.IsRequester(m.Actor.ID), t.Matches(g.managers, m.Actor)
	allowed := func(ok bool, whom string) bool {
		if !ok {
			err = refusal(ReasonNotEligible, g.id, fmt.Sprintf("the actor may not %s it; ask %s", m.Kind, whom))
		}
		return ok
	}
	switch m.Kind {
	case protocol.ChangeExtend, protocol.ChangeShorten:
		if allowed(manager, "a manager of the request") {
			return moveDeadline(g, t, m, now)
		}
	case protocol.ChangeWithdraw:
		if allowed(requester || manager, "who has made the request, or a manager of it") {
			t.AppendAudit(policy.AuditWithdraw, m.Actor.ID, m.Comment, now)
			if manager {
				err = t.WithdrawByManager(now)
			} else {
				err = t.Withdraw(g.requester, now)
			}
		}
	case protocol.ChangeResubmit:
		next := t.Digest()
		if len(m.Subject) > 0 {
			next = protocol.Digest(m.Subject)
			then = func(workflow.Context) { g.subject, g.changed = g.subject.With(m.Subject), true }
		}
		err = t.Resubmit(m.Actor.ID, next, now)
	case protocol.ChangeDelegate:
		err = t.Delegate(m.Actor, m.To, now)
		then = func(ctx workflow.Context) { notifyDelegate(ctx, g, m.Actor.ID, m.To) }
	case protocol.ChangeReassign:
		if allowed(manager, "a manager of the request") {
			err = t.Reassign(m.Actor, *m.Reassignment, m.Comment, now)
			then = func(ctx workflow.Context) { notifyReassigned(ctx, g) }
		}
	case protocol.ChangeRevoke:
		if allowed(requester || manager, "who has made the request, or a manager of it") {
			return revoke(g, t, m, now)
		}
	default:
		err = refusal(ReasonMalformed, g.id, "the change's action is unknown; see the documentation for those that there are")
	}
	if err != nil && reasonOf(err) == "" {
		err = refusalOf(g.id, err)
	}
	return then, err
}

// notifyReassigned asks the others, unless the votes that were given are enough now.
func notifyReassigned(ctx workflow.Context, g *gate) {
	if g.tally.State() == policy.StateOpen && g.tally.Stage() == g.stage {
		notify(ctx, g, NoticeReassigned)
	}
}

// moveDeadline moves the deadline, within what the policy allows.
func moveDeadline(g *gate, t *tally.Tally, m protocol.Change, now time.Time) (func(workflow.Context), error) {
	by, most := time.Duration(m.By), time.Duration(t.Policy().MaxExtend)
	if m.Kind == protocol.ChangeShorten {
		by = -by
	}
	extended, movable := g.extended, g.deadline != nil
	if t.Stage() != g.stage || t.Round() != g.round { // of the copy: that stage has not begun
		extended, movable = 0, t.Current().Deadline != policy.NoDeadline
	}
	switch {
	case t.State().IsClosed():
		return nil, refusal(ReasonClosed, g.id, fmt.Sprintf("it is %s, so there is no deadline to move", t.State()))
	case t.State() == policy.StateOpen && !movable:
		return nil, refusal(ReasonNotAllowed, g.id, "it has no deadline that could be moved; nothing to do")
	case t.State() == policy.StateOpen && by > 0 && (plus(extended, by) > most || plus(extended, by) == math.MaxInt64): // it has no end
		return nil, refusal(ReasonNotAllowed, g.id, fmt.Sprintf(
			"its deadline can become %v later in all, and is %v later already; extend it by less, or ask again", time.Duration(most), extended))
	}
	// An actor who may not decide does not decide by the clock either.
	if err := t.Move(m.Actor, by, m.Comment, now); err != nil {
		return nil, refusalOf(g.id, err)
	}
	return func(ctx workflow.Context) {
		g.extended = plus(g.extended, by)
		g.deadline.Move(ctx, by)
		g.scheduleNext(ctx)
	}, nil
}

func revoke(g *gate, t *tally.Tally, m protocol.Change, now time.Time) (func(workflow.Context), error) {
	if t.State() != policy.StateApproved || g.usage.consumed || g.usage.revoked != "" {
		return nil, refusal(ReasonClosed, g.id, fmt.Sprintf("it is %s, and nothing that could be revoked is left; nothing to do", t.State()))
	}
	t.AppendAudit(policy.AuditRevoked, m.Actor.ID, m.Comment, now)
	return func(workflow.Context) { g.usage.revoked = m.Actor.ID }, nil
}
