package approval

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A gate is one question to people. It is an entry in Gates, not a coroutine.
type gate struct {
	gateState
	gates *Gates
	tally *tally.Tally
	timers
	pendingNotice NoticeKind     // about what is due together with more that is due; one notice covers all
	talliesAfter  []*tally.Tally // cache of talliesAfterDue, until something changes
	subjectCheck  subjectCheck   // whether another subject may take its place; nil until the workflow awaits the gate
	carried       bool           // from the run before, with its subject
	unclaimed     bool           // carried, and not opened again in this run
	tags          []string       // in the search attributes
	liveIndex     int            // in Gates.live
	done          workflow.Future
	resolve       workflow.Settable // of done; both are nil until whenClosed makes them
}

// isClosed reports whether the gate takes no votes any more.
func (g *gate) isClosed() bool { return !g.Closed.IsZero() }

// count counts a vote that is in time. A decision that is sent again gets its first
// receipt.
func (g *gate) count(ctx workflow.Context, m message) (protocol.Receipt, error) {
	if first, ok := g.receiptOf(m.Decision()); ok {
		return first.Again(m.Content())
	}
	if err := g.closedErr(); err != nil {
		return protocol.Receipt{}, err
	}
	if !m.validated {
		if m.evaluation == nil {
			m.evaluation = &evaluation{}
		}
		if err := g.evaluate(ctx, m); err != nil {
			return protocol.Receipt{}, err
		}
	}
	before := g.tally.Digest()
	if _, err := g.tally.Apply(m.Ballot(), workflow.Now(ctx)); err != nil {
		return protocol.Receipt{}, refusalOf(g.ID, err)
	}
	if g.tally.Digest() != before {
		g.Subject, g.Changed = g.Subject.With(m.Subject), true
	}
	r := g.receipt(m.ID)
	r.Choice = m.Choice
	g.addReceipt(m.Decision(), r, m.Content())
	return r, nil
}

func (g *gate) addReceipt(d protocol.Decision, r protocol.Receipt, content string) {
	g.Receipts = append(g.Receipts, decision{Actor: d.Actor, Receipt: r, Content: content})
}

// receiptOf returns the receipt of a decision, and reports whether it has one.
func (g *gate) receiptOf(d protocol.Decision) (protocol.KeptReceipt, bool) {
	for _, old := range g.Receipts { // they are few
		if old.Actor == d.Actor && old.Receipt.ID == d.ID {
			return protocol.KeptReceipt{Receipt: old.Receipt, Content: old.Content}, true
		}
	}
	return protocol.KeptReceipt{}, false
}

// receipt returns the receipt of a decision that was counted now.
func (g *gate) receipt(id string) protocol.Receipt {
	return protocol.Receipt{
		Gate: g.ID, ID: id, State: g.tally.State(), Round: g.tally.Round(), Stage: g.tally.Stage(),
		Approvals: g.tally.Approvals(), Need: g.tally.Need(), Missing: g.tally.Missing(),
	}
}

// canceled returns the CanceledError of ctx, unchanged, if ctx is canceled.
func canceled(ctx workflow.Context) error {
	if err := ctx.Err(); temporal.IsCanceledError(err) {
		return err
	}
	return nil
}

// A subjectCheck returns an error when data cannot replace a subject. It depends on the
// program, so only validators and side effects call it: a replay never checks again what
// history has counted.
type subjectCheck func(now protocol.Subject, data wire.RawJSON) error

// subjectCheckFor returns the check that a subject fits T and that accepts, which may be
// nil, returns no error.
func subjectCheckFor[T any](accepts func(T) error) subjectCheck {
	return func(now protocol.Subject, data wire.RawJSON) (err error) {
		v, err := wire.DecodeEdit[T](now.Raw(), now.With(data).Raw())
		if err != nil || accepts == nil {
			return err
		}
		defer func() { // the user's function may panic; it does not block
			if p := recover(); p != nil {
				err = errors.New("Request.ValidateSubject panicked; correct it")
			}
		}()
		return accepts(v)
	}
}

// sameShape checks subjects whose type only the parent knows.
func sameShape(now protocol.Subject, data wire.RawJSON) error { return wire.Alike(now.Data, data) }

// validateSubject refuses data that cannot be a subject. It accepts no data.
func (g *gate) validateSubject(data wire.RawJSON) error {
	switch {
	case len(data) == 0:
		return nil
	case g.subjectCheck == nil:
		return refusal(ReasonNotOpen, g.ID, "the workflow does not wait for it yet; try again later")
	}
	if err := g.subjectCheck(g.Subject, data); err != nil {
		return refusal(ReasonMalformed, g.ID, "the subject does not fit: "+strings.ToValidUTF8(truncate(err.Error()), "\ufffd"))
	}
	return nil
}

// usable returns an error when an approval may not be used now.
func (g *gate) usable(ctx workflow.Context) error {
	switch state := g.tally.State(); {
	case state != policy.StateApproved:
		return refusal(ReasonNotGranted, g.ID, fmt.Sprintf("it is %s, so there is nothing to use; act on Approved only", state))
	case g.Revoked != "":
		return refusal(ReasonNotGranted, g.ID, "the approval was revoked; ask again")
	case g.Consumed:
		return refusal(ReasonNotGranted, g.ID, "the approval was used before; ask again for another use")
	case !g.UseBy.IsZero() && workflow.Now(ctx).After(g.UseBy):
		return refusal(ReasonNotGranted, g.ID, fmt.Sprintf("the approval was to be used by %s; ask again", g.UseBy.Format(time.RFC3339)))
	}
	return nil
}

func (g *gate) consume(ctx workflow.Context) {
	g.Consumed = true
	g.tally.AppendAudit(policy.AuditUsed, "", "", workflow.Now(ctx))
}

// isOver reports whether Get need not wait: the gate is closed, or no vote can reach it.
func (g *gate) isOver() bool { return g.isClosed() || g.gates.claim.Again() }
