package approval

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const (
	// maxEarly bounds the votes by signal that wait for their gate.
	maxEarly = 100
	// maxID bounds the bytes of a gate's ID and of a decision's.
	maxID = 200
	// maxStatusComment bounds the bytes of a comment in the status.
	maxStatusComment = 500
	// maxNewer bounds the votes of a later version that are kept.
	maxNewer = 16
)

// Options tunes [NewGates]. The zero value is ready to use.
type Options struct {
	// Ties decides about votes by signal that reach the workflow together
	// with a gate's deadline. Zero is signals.Lenient. Votes by update are
	// always exact.
	Ties signals.Ties
}

// Gates are the approval gates of one workflow run.
type Gates struct {
	exact  bool
	source *wait.Source
	byID   map[string]*gate
	order  []*gate // as opened
	early  []early
	newer  []converter.RawValue
	dead   wire.DeadLetters
}

// early is a vote by signal that waits for its gate.
type early struct {
	message
	size int
}

// NewGates registers the update, the signal and the query of this package.
// Call it first thing in the workflow, so that no vote finds the door missing,
// and once: after a second call, votes reach only the gates of the second. It
// creates no history event. For workflow code.
func NewGates(ctx workflow.Context, o Options) (*Gates, error) {
	exact := o.Ties != signals.Lenient
	if exact {
		wait.RequireOrder(ctx)
	}
	g := &Gates{exact: exact, source: wait.NewSource(ctx, SignalVote), byID: map[string]*gate{}}
	if err := workflow.SetQueryHandlerWithOptions(ctx, QueryStatus, func() (Status, error) { return g.status(), nil },
		workflow.QueryHandlerOptions{Description: "The approval gates of this run"}); err != nil {
		return nil, fmt.Errorf("approval: query %s is not available: %w", QueryStatus, err)
	}
	if run := wait.FromContext(ctx); run != nil {
		run.AtClose(func(ctx workflow.Context, _ error) { wait.ReportLeftovers(ctx, SignalVote, len(g.early)+len(g.newer)) })
	}
	// The one coroutine of all gates: it lives as long as the run, canceled
	// or not, and only moves votes from the channel to their gates.
	detached, _ := workflow.NewDisconnectedContext(ctx)
	workflow.GoNamed(detached, "approval votes", func(ctx workflow.Context) {
		for workflow.Await(ctx, func() bool { return g.source.Len() > 0 }) == nil {
			g.pump(ctx)
		}
	})
	if err := workflow.SetUpdateHandlerWithOptions(ctx, UpdateDecide, g.decide, workflow.UpdateHandlerOptions{
		Validator:   g.validate,
		Description: "Approve or reject at a gate",
	}); err != nil {
		return nil, fmt.Errorf("approval: update %s is not available: %w", UpdateDecide, err)
	}
	return g, nil
}

// validate refuses an update before it is written to history. It does not run
// on replay, so it may only look.
func (g *Gates) validate(_ workflow.Context, raw converter.RawValue) error {
	m, err := read(raw)
	if err != nil {
		return err
	}
	gate, ok := g.byID[m.Gate]
	if !ok {
		return refusal(NotOpen, m.Gate, "the workflow has not opened it yet; check the ID, or try again later")
	}
	if err := gate.check(m); err != nil && !(mayChange(err) && g.source.Len() > 0) {
		return err
	}
	return nil
}

// mayChange reports whether votes that have come by signal, and are counted
// before the update, could make the refusal wrong. The handler looks again.
func mayChange(err error) bool {
	return ReasonOf(err) == AlreadyVoted
}

// decide counts a vote by update. Votes by signal that history recorded before
// the update are counted first, so they may have closed the gate.
func (g *Gates) decide(ctx workflow.Context, raw converter.RawValue) (Receipt, error) {
	m, err := read(raw)
	if err != nil {
		return Receipt{}, err
	}
	g.pump(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return Receipt{}, refusal(NotOpen, m.Gate, "the workflow has not opened it yet; check the ID, or try again later")
	}
	return gate.cast(ctx, m)
}

// pump moves every vote that has come by signal to its gate, in order.
func (g *Gates) pump(ctx workflow.Context) {
	for {
		raw, number, ok := g.source.Next()
		if !ok {
			return
		}
		if err := g.route(ctx, raw, number); err != nil {
			g.bury(ctx, err, len(raw.Payload().GetData()))
		}
	}
}

// bury keeps a vote by signal that cannot be used as a dead letter.
func (g *Gates) bury(ctx workflow.Context, err error, size int) {
	letter := wire.DeadLetter{Message: SignalVote, Reason: err.Error(), Size: size}
	g.dead.Add(letter)
	wait.ReportDeadLetter(ctx, letter)
}

func (g *Gates) route(ctx workflow.Context, raw converter.RawValue, number int) error {
	m, err := read(raw)
	if ReasonOf(err) == NewerVersion && len(g.newer) < maxNewer {
		g.newer = append(g.newer, raw)
		return nil
	}
	if err != nil {
		return err
	}
	gate, ok := g.byID[m.Gate]
	switch {
	case ok && gate.counted(m), !ok && g.isEarly(m):
		return nil // again, as callers are told to do: it counts once
	case !ok && len(g.early) < maxEarly:
		g.early = append(g.early, early{m, len(raw.Payload().GetData())})
		return nil
	case !ok:
		return refusal(NotOpen, m.Gate, fmt.Sprintf("%d votes wait for gates already; open the gate before people vote", maxEarly))
	case g.exact && gate.deadline != nil && g.source.Late(number, gate.deadline):
		return gate.late()
	}
	_, err = gate.cast(ctx, m)
	return err
}

func (g *Gates) isEarly(m message) bool {
	return slices.ContainsFunc(g.early, func(e early) bool { return e.Gate == m.Gate && e.decision() == m.decision() })
}

func (g *Gates) status() Status {
	s := Status{Gates: []GateStatus{}, Early: len(g.early), Newer: len(g.newer)}
	s.DeadLetters.Count = g.dead.Count
	for _, letter := range g.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, signals.DeadLetter(letter))
	}
	for _, gate := range g.order {
		s.Gates = append(s.Gates, gate.status())
	}
	return s
}

// read decodes a vote, from an update or from a signal.
func read(raw converter.RawValue) (message, error) {
	var m message
	if err := wire.Strict(raw, wireVersion, &m); err != nil {
		return m, refusalOf("", err)
	}
	return m, m.check()
}
