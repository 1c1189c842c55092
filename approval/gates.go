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

// Gates holds the approval gates of one workflow run.
type Gates struct {
	exact        bool // for gates that are opened now, as inbox and keys
	inbox        bool
	showDetails  bool
	continuing   bool // ContinueState has returned the gates, and the workflow has awaited none since
	oneGate      bool // the run ends with its one gate, so its timers need not be stopped
	keys         []approvalkey.Key
	source       *wait.Source
	detached     workflow.Context // of the run; its cancellation does not end it
	notifier     notifier
	byID         map[string]*gate
	order        []*gate // all, in the order in which they were opened
	live         []*gate // the ones that are not closed
	pendingVotes []pendingVote
	newerVotes   []converter.RawValue
	pendingBytes int // of pendingVotes and newerVotes
	dead         wire.DeadLetters
	attributes   inboxAttributes
	replayEnd    replayEnd
	openings     openingCache
	claim        *wait.Claim
}

// A pendingVote is a vote by signal whose gate the workflow has not opened yet.
type pendingVote struct {
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
		notifier:   newNotifier(o),
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

// start starts the coroutine of the gates and registers what happens when the run ends.
func (g *Gates) start(ctx workflow.Context) {
	g.detached, _ = workflow.NewDisconnectedContext(ctx)
	if run := wait.FromContext(ctx); run != nil {
		run.AtEnd(g.end)
		run.AtClose(g.reportLeftovers)
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
	opened.liveIndex = len(g.live)
	g.live = append(g.live, opened)
}

// removeOpen removes a closed gate from the live ones. The last one takes its index, so that
// the cost does not depend on the number of gates.
func (g *Gates) removeOpen(closed *gate) {
	last := len(g.live) - 1
	g.live[closed.liveIndex] = g.live[last]
	g.live[closed.liveIndex].liveIndex = closed.liveIndex
	g.live = g.live[:last]
}

func (g *Gates) notOpen(id string) error {
	return refusal(ReasonNotOpen, id, "the workflow has not opened it yet; check the ID, or try again later")
}

// open adds a gate and counts the votes that were received before.
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
	case g.byID[id] != nil && g.byID[id].unclaimed:
		gate := g.byID[id]
		gate.subjectCheck, gate.unclaimed = fits, false
		return gate, nil
	case g.byID[id] != nil:
		return nil, refusal(ReasonInvalidRequest, id, "a gate of this ID was opened before in this run; use another ID")
	}
	o := g.openings.opened(ctx, func() opening { return write(termsOf(ctx, g)) })
	if o.Refused != "" {
		return nil, refusal(ReasonInvalidRequest, id, o.Refused)
	}
	o.require(ctx)
	now := workflow.Now(ctx)
	opened := &gate{
		gateState: gateState{ID: id, question: o.question, Opened: now, noticeState: noticeState{Run: openedIn(ctx)}},
		gates:     g, subjectCheck: fits, timers: timers{stage: noStage},
		tally: tally.Reopen(g.openings.read(o.Policy), tally.Options{
			Requester: o.Requester, GroupMembers: o.Roster, Managers: o.Managers, Digest: o.Subject.Digest(), At: now,
		}),
	}
	g.byID[id] = opened
	g.order = append(g.order, opened)
	g.addOpen(opened)
	reportOpened(ctx)
	g.countPendingVotes(ctx, opened)
	opened.applyState(ctx)
	return opened, nil
}

// countPendingVotes counts the votes that were received before the gate was opened.
func (g *Gates) countPendingVotes(ctx workflow.Context, opened *gate) {
	g.pendingVotes = slices.DeleteFunc(g.pendingVotes, func(v pendingVote) bool {
		if v.Gate != opened.ID {
			return false
		}
		g.pendingBytes -= wire.Save(v.raw).Size()
		if _, err := opened.count(ctx, v.message); err != nil {
			g.addDeadLetter(ctx, err, len(v.raw.Payload().GetData()))
		}
		return true
	})
}
