package approval

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

const (
	// maxPendingVotes bounds the votes by signal that wait for their gate.
	maxPendingVotes = 100
	// maxNewerVotes bounds the votes of a later version that wait for a worker that can read them.
	maxNewerVotes = 16
	// maxPendingBytes bounds the bytes of both, so that votes whose gate is never opened
	// cannot keep a run from continuing as new.
	maxPendingBytes = maxCarried / 2
)

// drainSignals routes all votes that were received by signal, in order.
func (g *Gates) drainSignals(ctx workflow.Context) {
	for !g.replayEnd.isPast(ctx) {
		raw, number, ok := g.source.Next()
		if !ok {
			return
		}
		if err := g.route(ctx, raw, number); err != nil {
			g.addDeadLetter(ctx, err, len(raw.Payload().GetData()))
		}
	}
}

// addDeadLetter records a vote by signal that cannot be read or was refused.
func (g *Gates) addDeadLetter(ctx workflow.Context, err error, size int) {
	letter := wire.DeadLetter{
		Message: protocol.SignalVote, Reason: fmt.Sprintf("%s (%s)", protocol.Message(err), reasonOf(err)), Size: size,
	}
	g.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
	_ = reportRefused(ctx, err)
}

// route counts a vote by signal on its gate, or queues it until its gate is opened.
func (g *Gates) route(ctx workflow.Context, raw converter.RawValue, number int) error {
	m, err := read(raw)
	switch {
	case err == nil:
	case reasonOf(err) == ReasonNewerVersion && len(g.newerVotes) < maxNewerVotes && g.reserve(raw):
		g.newerVotes = append(g.newerVotes, raw)
		return nil
	default:
		return err
	}
	m.evaluation = &evaluation{}
	gate, ok := g.byID[m.Gate]
	if first, again := g.sentBefore(gate, m); again {
		_, err := first.Again(m.Content())
		return err // nil when the same was sent again: it counts once
	}
	switch {
	case !ok && len(g.pendingVotes) < maxPendingVotes && g.reserve(raw):
		g.pendingVotes = append(g.pendingVotes, pendingVote{m, raw})
		return nil
	case !ok:
		return refusal(ReasonNotOpen, m.Gate, fmt.Sprintf("%d votes of %d bytes wait already; open the gate before people vote",
			len(g.pendingVotes)+len(g.newerVotes), g.pendingBytes))
	}
	_, err = gate.countInOrder(ctx, m, orderOf(gate, number))
	return err
}

// reserve takes room for a vote by signal that waits, and reports whether there is enough.
func (g *Gates) reserve(raw converter.RawValue) bool {
	size := wire.Save(raw).Size()
	if g.pendingBytes+size > maxPendingBytes {
		return false
	}
	g.pendingBytes += size
	return true
}

// sentBefore returns the receipt of a decision that was sent before: a decision on the
// gate or, when the gate is nil, one that waits for it.
func (g *Gates) sentBefore(gate *gate, m message) (protocol.KeptReceipt, bool) {
	if gate != nil {
		return gate.receiptOf(m.Decision())
	}
	i := slices.IndexFunc(g.pendingVotes, func(e pendingVote) bool { return e.Gate == m.Gate && e.Decision() == m.Decision() })
	if i < 0 {
		return protocol.KeptReceipt{}, false
	}
	return protocol.KeptReceipt{Receipt: protocol.Receipt{Gate: m.Gate}, Content: g.pendingVotes[i].Content()}, true
}

// A message is a vote that the run has received.
type message struct {
	protocol.Vote
	validated  bool        // a validator has accepted the vote
	evaluation *evaluation // of a vote by signal; copies of the message share it
}

func read(raw converter.RawValue) (message, error) {
	v, err := protocol.ReadVote(raw)
	return message{Vote: v}, err
}

// An order reports whether a timer fired before a decision, and whether history has their
// order.
type order func(timer *wait.Deadline) (first, known bool)

// afterAll orders updates after all timers that have fired, because an update runs when it
// is accepted.
func afterAll(*wait.Deadline) (first, known bool) { return true, true }

// anyOrder leaves the order open, as signals.DeadlineAcceptLate does.
func anyOrder(*wait.Deadline) (first, known bool) { return false, false }

// orderOf returns the order of the vote by signal that has that number.
func orderOf(g *gate, number int) order {
	if !g.Exact {
		return anyOrder
	}
	return func(timer *wait.Deadline) (first, known bool) { return g.gates.source.Late(number, timer), true }
}
