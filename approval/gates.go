package approval

import (
	"fmt"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const (
	// maxEarly bounds the votes by signal that wait for their gate.
	maxEarly = 100
	// maxStatusComment bounds the bytes of a comment in the status.
	maxStatusComment = 500
	// maxStatusSubject bounds the bytes of a subject in the status.
	maxStatusSubject = 4 << 10
	// maxNewer bounds the votes of a later version that are kept.
	maxNewer = 16
	// maxKept bounds the bytes of both, as they are carried: some never find a gate,
	// and must not keep a run from continuing as new.
	maxKept = maxCarried / 2
)

// Options tunes [NewGates]. The zero value is ready to use.
type Options struct {
	// Ties decides about votes by signal that reach the workflow together
	// with a gate's deadline. Zero is signals.DeadlineAcceptLate. Votes by update are
	// always exact. A gate keeps the Ties that it was opened with.
	Ties signals.DeadlinePolicy
	// Notify is the name of the activity that tells people; its argument is a
	// [Notice]. Without it, no notices are given.
	Notify string
	// NotifyOptions are those of that activity. Without any timeout they are
	// 10 s for an attempt and 2 minutes for all; without a ScheduleToCloseTimeout a notice is given
	// up after an hour. A notice that takes long holds up the end of the run, not
	// its decisions; see [Gates.WaitForNotices].
	NotifyOptions workflow.ActivityOptions
	// ShowDetails keeps a list of the live gates in the current details of the
	// run, which the Web UI shows. It takes the place of details of your own.
	ShowDetails bool
	// Inbox lists the run's open gates in the search attributes
	// [AttributePending] and [AttributeDue], where [Client.Inbox] finds them. The
	// namespace must have these: call [SetUpInbox] once, and [CheckInbox] before a
	// worker starts, because a workflow that sets an unknown one is stuck. It costs
	// an event when who may decide changes, or until when. It holds for the gates
	// that are opened with it.
	Inbox bool
	// Keys make a proof necessary for the gates that are opened with them: a vote
	// or a change that none of them has signed is refused as [ReasonBadProof]. Give them to
	// all workers. A vote by signal costs one event more then.
	Keys []Key
	// ContinueState is what [Gates.ContinueState] returned in the run before this one. Its gates
	// are open at once; give each to [Await] again, with its ID. Subject, policy and
	// all else stay what they were.
	Continue ContinueState
}

// Gates are the approval gates of one workflow run.
type Gates struct {
	exact       bool // of the gates that are opened now, as inbox and keys are
	inbox       bool
	showDetails bool
	handedOn    bool // Carry has returned all, and nothing was awaited since
	last        bool // the run ends with its one gate, and takes the timers along
	keys        []Key
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
	board       board
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
	exact := o.Ties != signals.DeadlineAcceptLate
	if exact {
		wait.RequireOrder(ctx)
	}
	g := &Gates{
		exact: exact, inbox: o.Inbox, showDetails: o.ShowDetails, keys: o.Keys, source: wait.NewSource(ctx, protocol.SignalVote),
		byID:  map[string]*gate{},
		board: newBoard(ctx),
		post:  newPost(o),
		claim: wait.NewClaim(ctx, "approval.NewGates"),
	}
	if err := g.single(); err != nil {
		return nil, err
	}
	g.detached, _ = workflow.NewDisconnectedContext(ctx)
	if run := wait.FromContext(ctx); run != nil {
		run.AtEnd(g.end)
		run.AtClose(g.leftovers)
	}
	workflow.GoNamed(g.detached, "approval gates", g.run)
	if err := g.resume(ctx, o.Continue); err != nil {
		return nil, err
	}
	for _, q := range []struct {
		name, description string
		handler           any
	}{
		{protocol.QueryStatus, "The approval gates of this run", g.status},
		{protocol.QueryGate, "One approval gate of this run, by its ID", g.one},
		{protocol.QueryAudit, "What has happened to an approval gate, by its ID", g.audit},
		{protocol.QueryReceipt, "The receipt of a decision, by the gate, the actor and its ID", g.receiptOf},
		{protocol.QueryInbox, "The approval gates that wait for a person", g.waiting},
	} {
		if err := workflow.SetQueryHandlerWithOptions(ctx, q.name, q.handler,
			workflow.QueryHandlerOptions{Description: q.description}); err != nil {
			return nil, fmt.Errorf("approval: query %s is not available: %w", q.name, err)
		}
	}
	return g, nil
}

// registerUpdates lets updates in. The SDK keeps those that came with the start of the
// run, or that a reset has put back, until there is a handler, and then handles
// them at once: so the workflow may open its first gates before. It has a few
// turns for that, in which it may set handlers of its own, and none of them waits
// for anything.
func (g *Gates) registerUpdates(ctx workflow.Context) {
	_ = wait.Yield(ctx, func() bool { return len(g.order) > 0 }) // never canceled
	if g.claim.Again() {
		return // the first keeps them
	}
	for _, u := range []struct {
		name, description string
		handler, validate any
	}{
		{protocol.UpdateDecide, "Approve or reject at a gate", countedHandler(g.decide), countedValidator(g.validate)},
		{
			protocol.UpdateChange, "Extend, shorten, withdraw, make again, delegate or reassign a gate",
			countedHandler(g.manage), countedValidator(g.validateChange),
		},
	} {
		if err := workflow.SetUpdateHandlerWithOptions(ctx, u.name, u.handler, workflow.UpdateHandlerOptions{
			Validator:   u.validate,
			Description: u.description,
		}); err != nil {
			// the handlers of this package give no cause
			workflow.GetLogger(ctx).Error("approval: decisions by update are not possible; votes by signal count", "Update", u.name, "Error", err)
		}
	}
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
