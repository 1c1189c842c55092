package approval

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// updates handle the updates of a run.
type updates struct{ *Gates }

// registerUpdates lets updates in. The SDK keeps those that came with the start of the
// run, or that a reset has put back, until there is a handler, and then handles
// them at once: so the workflow may open its first gates before. It has a few
// turns for that, in which it may set handlers of its own, and none of them waits
// for anything.
func registerUpdates(ctx workflow.Context, g updates) {
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

// validate refuses an update before it is written to history. It does not run
// on replay, so it may only look.
func (g updates) validate(ctx workflow.Context, raw converter.RawValue) error {
	m, err := read(raw)
	if err != nil {
		return err
	}
	gate, err := g.addressed(ctx, m, m.Proof, m.Gate, m.Decision(), m.Content())
	if err != nil {
		return err
	}
	err = gate.check(m, workflow.Now(ctx))
	if err != nil && (g.source.Len() == 0 || !gate.mayChange(err)) {
		return err // else the handler looks again
	}
	return gate.validateSubject(m.Subject) // last: who may not decide reaches none of the program's code
}

// addressed returns the gate that an update is for. What was counted under its ID
// has its receipt, also when the run takes nothing more.
func (g updates) addressed(ctx workflow.Context, m provable, proof, id string, d protocol.Decision, content string) (*gate, error) {
	gate, ok := g.byID[id]
	if !ok {
		if err := g.checkAccepts(id); err != nil {
			return nil, err
		}
		return nil, g.notOpen(id)
	}
	if err := gate.prove(ctx, m, proof); err != nil {
		return nil, err
	}
	if err := gate.repeated(d, content); err != nil {
		return nil, err
	}
	return gate, g.checkAccepts(id)
}

// decide counts a vote by update. Votes by signal that history recorded before
// the update are counted first, so they may have closed the gate.
func (g updates) decide(ctx workflow.Context, raw converter.RawValue) (protocol.Receipt, error) {
	m, err := read(raw)
	if err != nil {
		return protocol.Receipt{}, err
	}
	g.drainSignals(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return protocol.Receipt{}, g.notOpen(m.Gate)
	}
	m.judged = true
	return gate.cast(ctx, m, afterAll)
}

// validateChange refuses a change before it is written to history. It tries it
// out on a copy.
func (g updates) validateChange(ctx workflow.Context, raw converter.RawValue) error {
	m, err := protocol.ReadChange(raw)
	if err != nil {
		return err
	}
	gate, err := g.addressed(ctx, m, m.Proof, m.Gate, m.Decision(), m.Content())
	if err != nil {
		return err
	}
	err = rehearseChange(gate, m, workflow.Now(ctx))
	if err != nil && (g.source.Len() == 0 || reasonOf(err) == ReasonMalformed) {
		return err // else votes that have come by signal are counted first: the handler looks again
	}
	return gate.validateSubject(m.Subject)
}

// manage makes a change. Votes by signal that history recorded before are
// counted first.
func (g updates) manage(ctx workflow.Context, raw converter.RawValue) (protocol.Receipt, error) {
	m, err := protocol.ReadChange(raw)
	if err != nil {
		return protocol.Receipt{}, err
	}
	g.drainSignals(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return protocol.Receipt{}, g.notOpen(m.Gate)
	}
	if first, ok := gate.first(m.Decision()); ok {
		return first.Again(m.Content())
	}
	gate.tick(ctx)
	then, err := applyChange(gate, gate.tally, m, workflow.Now(ctx))
	if err != nil {
		return protocol.Receipt{}, err
	}
	then(ctx)
	r := gate.receipt(m.ID)
	gate.remember(decided{m.Decision(), protocol.KeptReceipt{Receipt: r, Content: m.Content()}})
	gate.applyState(ctx)
	return r, nil
}
