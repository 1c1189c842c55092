package approval

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Gates are the approval gates of one workflow run.
type Gates struct {
	exact       bool // of the gates that are opened now, as inbox and keys are
	inbox       bool
	showDetails bool
	handedOn    bool // ContinueState has returned all, and nothing was awaited since
	last        bool // the run ends with its one gate, and takes the timers along
	keys        []approvalkey.Key
	source      *wait.Source
	detached    workflow.Context // of the run, canceled or not
	post        post
	byID        map[string]*gate
	order       []*gate // as opened
	live        []*gate // those that are not closed
	early       []early
	newer       []converter.RawValue
	kept        int // bytes of early and newer
	dead        wire.DeadLetters
	attributes  inboxAttributes
	replayed    replayed
	known       known
	claim       *wait.Claim
}

// early is a vote by signal that waits for its gate.
type early struct {
	message
	raw converter.RawValue
}

// NewGates registers the updates, the signal and the queries of this package.
// Call it once, before anything that blocks, so that no vote arrives before its
// handler. A second call in a run fails with [ReasonInvalidRequest]. It creates no history
// events except the timers of gates that were carried. For workflow code.
func NewGates(ctx workflow.Context, o Options) (*Gates, error) {
	if ctx == nil {
		return nil, noContext("")
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	exact := o.DeadlinePolicy != signals.DeadlineAcceptLate
	if exact {
		wait.RequireOrder(ctx)
	}
	g := &Gates{
		exact: exact, inbox: o.Inbox, showDetails: o.ShowDetails, keys: o.Keys, source: wait.NewSource(ctx, protocol.SignalVote),
		byID:       map[string]*gate{},
		attributes: newInboxAttributes(ctx),
		post:       newPost(o),
		claim:      wait.NewClaim(ctx, "approval.NewGates"),
	}
	if err := g.single(); err != nil {
		return nil, err
	}
	g.start(ctx)
	if err := g.resume(ctx, o.ContinueState); err != nil {
		return nil, err
	}
	if err := registerQueries(ctx, queries{g}); err != nil {
		return nil, err
	}
	return g, nil
}

// start starts the coroutine of the gates, and joins the end of the run.
func (g *Gates) start(ctx workflow.Context) {
	g.detached, _ = workflow.NewDisconnectedContext(ctx)
	if run := wait.FromContext(ctx); run != nil {
		run.AtEnd(g.end)
		run.AtClose(g.leftovers)
	}
	workflow.GoNamed(g.detached, "approval gates", g.run)
}

func registerQueries(ctx workflow.Context, q queries) error {
	for _, r := range []struct {
		name, description string
		handler           any
	}{
		{protocol.QueryStatus, "The approval gates of this run", q.status},
		{protocol.QueryGate, "One approval gate of this run, by its ID", q.gate},
		{protocol.QueryAudit, "What has happened to an approval gate, by its ID", q.audit},
		{protocol.QueryReceipt, "The receipt of a decision, by the gate, the actor and its ID", q.receipt},
		{protocol.QueryInbox, "The approval gates that wait for a person", q.inboxOf},
	} {
		if err := workflow.SetQueryHandlerWithOptions(ctx, r.name, r.handler,
			workflow.QueryHandlerOptions{Description: r.description}); err != nil {
			return fmt.Errorf("approval: query %s is not available: %w", r.name, err)
		}
	}
	return nil
}

// addOpen adds a gate to the live ones.
func (g *Gates) addOpen(opened *gate) {
	opened.place = len(g.live)
	g.live = append(g.live, opened)
}

// removeOpen drops a gate that is closed from the live ones. The last one takes its
// place, so that it costs the same with any number of gates.
func (g *Gates) removeOpen(closed *gate) {
	last := len(g.live) - 1
	g.live[closed.place] = g.live[last]
	g.live[closed.place].place = closed.place
	g.live = g.live[:last]
}

func (g *Gates) notOpen(id string) error {
	return refusal(ReasonNotOpen, id, "the workflow has not opened it yet; check the ID, or try again later")
}

// open adds a gate and gives it the votes that came before it was there.
func (g *Gates) open(ctx workflow.Context, id string, fits subjectCheck, write func(terms) opening) (*gate, error) {
	switch {
	case ctx == nil:
		return nil, noContext(id)
	case g == nil || g.claim == nil:
		return nil, refusal(ReasonInvalidRequest, id, "its Gates are empty; use what NewGates returns without an error")
	}
	if err := canceled(ctx); err != nil {
		return nil, err
	}
	if err := g.single(); err != nil {
		return nil, err
	}
	g.acceptVotes()
	switch {
	case !protocol.IsID(id):
		return nil, refusal(ReasonInvalidRequest, "", fmt.Sprintf("its ID has %d bytes; set Request.ID to 1 to %d bytes of UTF-8", len(id),
			protocol.MaxID))
	case g.byID[id] != nil && g.byID[id].resumed:
		gate := g.byID[id]
		gate.subjectCheck, gate.resumed = fits, false
		return gate, nil
	case g.byID[id] != nil:
		return nil, refusal(ReasonInvalidRequest, id, "a gate of this ID was opened before in this run; use another ID")
	}
	o := g.known.opened(ctx, func() opening { return write(termsOf(ctx, g)) })
	if o.Refused != "" {
		return nil, refusal(ReasonInvalidRequest, id, o.Refused)
	}
	o.require(ctx)
	now := workflow.Now(ctx)
	opened := &gate{
		gates: g, id: id, title: o.Title, requester: o.Requester, managers: o.Managers, subject: o.Subject, terms: o.terms,
		subjectCheck: fits, opened: now,
		tally: tally.Reopen(g.known.read(o.Policy), tally.Options{
			Requester: o.Requester, GroupMembers: o.Roster, Managers: o.Managers, Digest: o.Subject.Digest(), At: now,
		}),
	}
	opened.stage = -1 // none has begun
	opened.mail.run = openedIn(ctx)
	g.byID[id] = opened
	g.order = append(g.order, opened)
	g.addOpen(opened)
	reportOpened(ctx)
	g.countEarly(ctx, opened)
	opened.applyState(ctx)
	return opened, nil
}

// countEarly counts the votes that came before the gate was there.
func (g *Gates) countEarly(ctx workflow.Context, opened *gate) {
	g.early = slices.DeleteFunc(g.early, func(e early) bool {
		if e.Gate != opened.id {
			return false
		}
		g.kept -= wire.Save(e.raw).Size()
		if _, err := opened.count(ctx, e.message); err != nil {
			g.addDeadLetter(ctx, err, len(e.raw.Payload().GetData()))
		}
		return true
	})
}
