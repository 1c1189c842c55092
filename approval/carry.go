package approval

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// ContinueState are the gates of a run on their way into the next one. It is JSON, for
// the input of the workflow.
type ContinueState struct {
	V     int           `json:"v,omitempty"`
	Gates []carriedGate `json:"gates,omitempty"`
	Early []wire.Saved  `json:"early,omitempty"`
	Newer []wire.Saved  `json:"newer,omitempty"` // votes of later versions
}

type carriedGate struct {
	ID        string           `json:"id"`
	Title     string           `json:"title,omitempty"`
	Requester string           `json:"requester,omitempty"`
	Managers  policy.Selector  `json:"managers,omitzero"`
	Subject   protocol.Subject `json:"subject,omitzero"`
	Changed   bool             `json:"changed,omitempty"`
	Tally     tally.Snapshot   `json:"tally"`
	Opened    time.Time        `json:"opened"`
	Closed    time.Time        `json:"closed,omitzero"`
	Begun     time.Time        `json:"begun,omitzero"`
	Deadline  time.Time        `json:"deadline,omitzero"`
	Extended  time.Duration    `json:"extended,omitempty"`
	Due       []carriedDue     `json:"due,omitempty"`
	Receipts  []carriedReceipt `json:"receipts,omitempty"`
	Noticed   int              `json:"noticed,omitempty"`
	Run       string           `json:"run,omitempty"` // in which it was opened
	UseBy     time.Time        `json:"useBy,omitzero"`
	Revoked   string           `json:"revoked,omitempty"`
	Consumed  bool             `json:"consumed,omitempty"`
	terms
}

type carriedDue struct {
	Before time.Duration `json:"before,omitempty"`
	After  time.Duration `json:"after,omitempty"`
}

type carriedReceipt struct {
	Actor   string           `json:"actor"`
	Receipt protocol.Receipt `json:"receipt"`
	Content string           `json:"content,omitempty"`
}

// maxCarried is the budget of what goes into the next run.
const maxCarried = 512 << 10

// ContinueState returns all gates as they stand, for Options.Continue in the next run.
// Call it last, with nothing that blocks between it and the return of the
// workflow's continue-as-new error: votes that come later are then the next
// run's. It takes nothing away. After it, updates are refused as [ReasonNotOpen] and votes
// by signal are left alone, until the workflow opens a gate or waits for one: then
// the run goes on as before. Deadlines stay where they are, decisions that
// were counted are known, and no notice is given again.
//
// ok is false, and the run must go on, while update handlers run, a notice is on
// its way, or the open gates and the votes that wait are more than 512 KB. Of
// closed gates the latest go along, as far as there is room.
func (g *Gates) ContinueState(ctx workflow.Context) (carried ContinueState, ok bool) {
	g.drainSignals(ctx)
	g.tick(ctx)
	if !workflow.AllHandlersFinished(ctx) || g.post.onWay > 0 {
		return ContinueState{}, false
	}
	carried.V = protocol.Version
	room := maxCarried
	for _, e := range g.early {
		carried.Early = append(carried.Early, wire.Save(e.raw))
	}
	for _, raw := range g.newer {
		carried.Newer = append(carried.Newer, wire.Save(raw))
	}
	for _, v := range slices.Concat(carried.Early, carried.Newer) {
		room -= v.Size()
	}
	closed := func(gate *gate) bool { return !gate.closed.IsZero() }
	for _, open := range []bool{true, false} {
		for _, gate := range slices.Backward(g.order) {
			if closed(gate) == open {
				continue
			}
			c := carryGate(gate)
			size, err := wire.Size(c)
			if room -= size; err != nil || room < 0 {
				if open {
					return ContinueState{}, false
				}
				room = 0
				break
			}
			carried.Gates = append(carried.Gates, c)
		}
	}
	g.handedOn = true
	slices.SortStableFunc(carried.Gates, func(a, b carriedGate) int { return g.place(a.ID) - g.place(b.ID) })
	return carried, true
}

// acceptVotes takes votes again: the workflow waits for a gate after all.
func (g *Gates) acceptVotes() { g.handedOn = false }

// leftovers reports votes by signal that the run leaves: those that were taken and
// never used, and those that came after Carry.
func (g *Gates) leftovers(ctx workflow.Context, _ error) {
	n := len(g.early) + len(g.newer)
	if g.handedOn {
		n = g.source.Len() // the others were carried
	}
	wait.ReportLeftovers(ctx, protocol.SignalVote, n)
}

func (g *Gates) place(id string) int { return slices.Index(g.order, g.byID[id]) }

func carryGate(g *gate) carriedGate {
	c := carriedGate{
		ID: g.id, Title: g.title, Requester: g.requester, Managers: g.managers, Subject: g.subject, Changed: g.changed, Tally: g.tally.Snapshot(),
		Opened: g.opened, Closed: g.closed, Begun: g.begun, Extended: g.extended, Noticed: g.mail.given, Run: g.mail.run,
		UseBy: g.usage.useBy, Revoked: g.usage.revoked, Consumed: g.usage.consumed, terms: g.terms,
	}
	if g.deadline != nil {
		c.Deadline = g.deadline.Time()
	}
	for _, d := range g.due {
		c.Due = append(c.Due, carriedDue{Before: d.before, After: d.after})
	}
	for _, d := range g.decided {
		c.Receipts = append(c.Receipts, carriedReceipt{Actor: d.Actor, Receipt: d.Receipt, Content: d.Content})
	}
	return c
}

// resume opens what the run before has carried, and starts its clocks again.
func (g *Gates) resume(ctx workflow.Context, carried ContinueState) error {
	for _, c := range carried.Gates {
		counter, err := tally.Restore(c.Tally)
		if err != nil {
			return refusal(ReasonInvalidRequest, c.ID, err.Error())
		}
		gate := &gate{
			gates: g, terms: c.terms, id: c.ID, title: c.Title, requester: c.Requester, managers: c.Managers, subject: c.Subject,
			changed: c.Changed, tally: counter,
			opened: c.Opened, closed: c.Closed, begun: c.Begun, extended: c.Extended, mail: mail{given: c.Noticed, run: c.Run},
			usage: usage{useBy: c.UseBy, revoked: c.Revoked, consumed: c.Consumed}, round: counter.Round(), carried: true, resumed: true,
		}
		gate.stage = counter.Stage()
		gate.require(ctx)
		for _, r := range c.Receipts {
			gate.remember(decided{protocol.Decision{Actor: r.Actor, ID: r.Receipt.ID}, protocol.KeptReceipt{Receipt: r.Receipt, Content: r.Content}})
		}
		for _, d := range c.Due {
			gate.due = append(gate.due, due{before: d.Before, after: d.After})
		}
		g.byID[c.ID] = gate
		g.order = append(g.order, gate)
		if !gate.closed.IsZero() {
			continue
		}
		g.addOpen(gate)
		g.attributes.update(gate)
		if counter.State() == policy.StateOpen && !c.Deadline.IsZero() {
			gate.deadline = wait.NewDeadline(ctx, c.Deadline.Sub(workflow.Now(ctx)), "deadline of gate "+c.ID)
		}
		if counter.State() == policy.StateOpen {
			gate.scheduleNext(ctx)
		}
	}
	for _, v := range slices.Concat(carried.Early, carried.Newer) {
		raw := v.Raw()
		if err := g.route(ctx, raw, 0); err != nil {
			g.addDeadLetter(ctx, err, len(raw.Payload().GetData()))
		}
	}
	return nil
}
