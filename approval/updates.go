package approval

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// updates handle the updates of a run.
type updates struct{ *Gates }

// registerUpdates registers the handlers of updates. The SDK queues updates that came with
// the start of the run, or that a reset has put back, and runs them as soon as there is a
// handler. So registerUpdates first yields a few times, without waiting for an event, so
// that the workflow can open its first gates and set handlers of its own.
func registerUpdates(ctx workflow.Context, g updates) {
	_ = wait.Yield(ctx, func() bool { return len(g.order) > 0 }) // never canceled
	if g.claim.Again() {
		return // the first Gates has registered them
	}
	for _, u := range []struct {
		name, description string
		handler, validate any
	}{
		{protocol.UpdateDecide, "Approve or reject at a gate", countedHandler(g.decide), countedValidator(g.validate)},
		{
			protocol.UpdateChange, "Extend, shorten, withdraw, make again, delegate or reassign a gate",
			countedHandler(g.change), countedValidator(g.validateChange),
		},
	} {
		if err := workflow.SetUpdateHandlerWithOptions(ctx, u.name, u.handler, workflow.UpdateHandlerOptions{
			Validator:   u.validate,
			Description: u.description,
		}); err != nil {
			// the handlers of this package are valid
			workflow.GetLogger(ctx).Error("approval: decisions by update are not possible; votes by signal count", "Update", u.name, "Error", err)
		}
	}
}

// validate refuses a vote by update before the server writes it to history. It does not run
// on replay, so it changes nothing.
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
		return err // else the handler checks again, after the queued votes
	}
	return gate.validateSubject(m.Subject) // last: an actor who may not decide runs none of the program's code
}

// addressed returns the gate that an update is for. A decision that was counted before gets
// its receipt, also when the run takes no more updates.
func (g updates) addressed(ctx workflow.Context, m signable, proof, id string, d protocol.Decision, content string) (*gate, error) {
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

// decide counts a vote by update, after the votes by signal that history recorded before
// it, which may close the gate.
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
	m.validated = true
	return gate.countInOrder(ctx, m, afterAll)
}

// validateChange refuses a change before the server writes it to history. It makes the
// change on a copy.
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
		return err // else the handler checks again, after the queued votes
	}
	return gate.validateSubject(m.Subject)
}

// change makes a change, after counting the votes by signal that history recorded before
// it.
func (g updates) change(ctx workflow.Context, raw converter.RawValue) (protocol.Receipt, error) {
	m, err := protocol.ReadChange(raw)
	if err != nil {
		return protocol.Receipt{}, err
	}
	g.drainSignals(ctx)
	gate, ok := g.byID[m.Gate]
	if !ok {
		return protocol.Receipt{}, g.notOpen(m.Gate)
	}
	if first, ok := gate.receiptOf(m.Decision()); ok {
		return first.Again(m.Content())
	}
	gate.applyFired(ctx)
	then, err := applyChange(gate, gate.tally, m, workflow.Now(ctx))
	if err != nil {
		return protocol.Receipt{}, err
	}
	then(ctx)
	r := gate.receipt(m.ID)
	gate.addReceipt(m.Decision(), r, m.Content())
	gate.applyState(ctx)
	return r, nil
}
