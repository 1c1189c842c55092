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

// ContinueState holds the gates of a run for the next one. It is JSON, for the input of the
// workflow.
type ContinueState struct {
	V     int           `json:"v,omitempty"`
	Gates []carriedGate `json:"gates,omitempty"`
	Early []wire.Saved  `json:"early,omitempty"`
	Newer []wire.Saved  `json:"newer,omitempty"` // votes of later versions
}

// A carriedGate holds a gate for the next run.
type carriedGate struct {
	gateState
	Tally    tally.Snapshot `json:"tally"`
	Deadline time.Time      `json:"deadline,omitzero"`
}

// maxCarried bounds the bytes of a ContinueState.
const maxCarried = 512 << 10

// ContinueState returns all gates as they stand, for Options.ContinueState in the next run.
// Call it last, with nothing that blocks between it and the return of the workflow's
// continue-as-new error, so that later votes go to the next run. It changes no gate. After
// the call, updates are refused as [ReasonNotOpen] and votes by signal stay queued, until
// the workflow opens a gate or waits for one; then the run goes on as before. The next run
// keeps deadlines and receipts, and repeats no notice.
//
// ok is false, and the run must go on, while update handlers run, while the activity of a
// notice runs, and when the open gates and the votes that wait have more than 512 KB. Of
// closed gates, the state has the latest ones that fit.
func (g *Gates) ContinueState(ctx workflow.Context) (carried ContinueState, ok bool) {
	g.drainSignals(ctx)
	g.applyFired(ctx)
	if !workflow.AllHandlersFinished(ctx) || g.notifier.inFlight > 0 {
		return ContinueState{}, false
	}
	carried.V = protocol.Version
	room := maxCarried
	for _, e := range g.pendingVotes {
		carried.Early = append(carried.Early, wire.Save(e.raw))
	}
	for _, raw := range g.newerVotes {
		carried.Newer = append(carried.Newer, wire.Save(raw))
	}
	for _, v := range slices.Concat(carried.Early, carried.Newer) {
		room -= v.Size()
	}
	for _, open := range []bool{true, false} {
		for _, gate := range slices.Backward(g.order) {
			if gate.isClosed() == open {
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
	g.continuing = true
	slices.SortStableFunc(carried.Gates, func(a, b carriedGate) int { return g.indexOf(a.ID) - g.indexOf(b.ID) })
	return carried, true
}

// acceptVotes takes votes again, because the workflow uses a gate after ContinueState.
func (g *Gates) acceptVotes() { g.continuing = false }

// reportLeftovers reports votes by signal that the run did not use: those that wait for a
// gate, and those that were received after ContinueState.
func (g *Gates) reportLeftovers(ctx workflow.Context, _ error) {
	n := len(g.pendingVotes) + len(g.newerVotes)
	if g.continuing {
		n = g.source.Len() // the next run has the others
	}
	wait.ReportLeftovers(ctx, protocol.SignalVote, n)
}

func (g *Gates) indexOf(id string) int { return slices.Index(g.order, g.byID[id]) }

func carryGate(g *gate) carriedGate {
	c := carriedGate{gateState: g.gateState, Tally: g.tally.Snapshot()}
	c.Due, c.Receipts = slices.Clone(g.Due), slices.Clone(g.Receipts)
	if g.deadline != nil {
		c.Deadline = g.deadline.Time()
	}
	return c
}

// resume opens the gates of the run before and starts their timers.
func (g *Gates) resume(ctx workflow.Context, carried ContinueState) error {
	for _, c := range carried.Gates {
		counter, err := tally.Restore(c.Tally)
		if err != nil {
			return refusal(ReasonInvalidRequest, c.ID, err.Error())
		}
		gate := &gate{
			gateState: c.gateState, gates: g, tally: counter, carried: true, unclaimed: true,
			timers: timers{stage: counter.Stage(), round: counter.Round()},
		}
		gate.Due, gate.Receipts = slices.Clone(c.Due), slices.Clone(c.Receipts)
		gate.require(ctx)
		g.byID[c.ID] = gate
		g.order = append(g.order, gate)
		if gate.isClosed() {
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
