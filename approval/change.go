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

// rehearseChange makes the change on a copy of the tally, after all events that are due.
func rehearseChange(g *gate, m protocol.Change, now time.Time) error {
	counter := g.tallyAfterDue(now)
	if m.Kind != protocol.ChangeRevoke {
		if err := g.closedErrIn(counter, now); err != nil {
			return err
		}
	}
	_, err := applyChange(g, counter.Clone(), m, now)
	return err
}

// applyChange makes a change to a tally, the gate's or a copy of it. The function that it
// returns makes the change to the gate.
func applyChange(g *gate, t *tally.Tally, m protocol.Change, now time.Time) (then func(workflow.Context), err error) {
	then = func(workflow.Context) {}
	if m.Kind != protocol.ChangeRevoke {
		if err := g.closedErr(); err != nil {
			return nil, err
		}
	}
	requester, manager := t.IsRequester(m.Actor.ID), t.Matches(g.Managers, m.Actor)
	allowed := func(ok bool, whom string) bool {
		if !ok {
			err = refusal(ReasonNotEligible, g.ID, fmt.Sprintf("the actor may not %s it; ask %s", m.Kind, whom))
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
				err = t.Withdraw(g.Requester, now)
			}
		}
	case protocol.ChangeResubmit:
		next := t.Digest()
		if len(m.Subject) > 0 {
			next = protocol.Digest(m.Subject)
			then = func(workflow.Context) { g.Subject, g.Changed = g.Subject.With(m.Subject), true }
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
		err = refusal(ReasonMalformed, g.ID, "the change's action is unknown; see the documentation for those that there are")
	}
	if err != nil && reasonOf(err) == "" {
		err = refusalOf(g.ID, err)
	}
	return then, err
}

// notifyReassigned notifies the people who may decide now, if the stage is still open.
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
	extended, movable := g.Extended, g.deadline != nil
	if t.Stage() != g.stage || t.Round() != g.round { // the copy is in a stage that has not begun
		extended, movable = 0, t.Current().Deadline != policy.NoDeadline
	}
	switch {
	case t.State().IsClosed():
		return nil, refusal(ReasonClosed, g.ID, fmt.Sprintf("it is %s, so there is no deadline to move", t.State()))
	case t.State() == policy.StateOpen && !movable:
		return nil, refusal(ReasonNotAllowed, g.ID, "it has no deadline that could be moved; nothing to do")
	case t.State() == policy.StateOpen && by > 0 && (plus(extended, by) > most || plus(extended, by) == math.MaxInt64):
		return nil, refusal(ReasonNotAllowed, g.ID, fmt.Sprintf(
			"its deadline can become %v later in all, and is %v later already; extend it by less, or ask again", time.Duration(most), extended))
	}
	// An actor who may not decide must not decide by moving the deadline.
	if err := t.Move(m.Actor, by, m.Comment, now); err != nil {
		return nil, refusalOf(g.ID, err)
	}
	return func(ctx workflow.Context) {
		g.Extended = plus(g.Extended, by)
		g.deadline.Move(ctx, by)
		g.scheduleNext(ctx)
	}, nil
}

func revoke(g *gate, t *tally.Tally, m protocol.Change, now time.Time) (func(workflow.Context), error) {
	if t.State() != policy.StateApproved || g.Consumed || g.Revoked != "" {
		return nil, refusal(ReasonClosed, g.ID, fmt.Sprintf("it is %s, and nothing that could be revoked is left; nothing to do", t.State()))
	}
	t.AppendAudit(policy.AuditRevoked, m.Actor.ID, m.Comment, now)
	return func(workflow.Context) { g.Revoked = m.Actor.ID }, nil
}
