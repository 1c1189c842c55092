package approval

import (
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// validateChange refuses a change before it is written to history. It tries it
// out on a copy.
func (g *Gates) validateChange(ctx workflow.Context, raw converter.RawValue) error {
	m, err := protocol.ReadChange(raw)
	if err != nil {
		return err
	}
	gate, err := g.addressed(ctx, m, m.Proof, m.Gate, m.Decision(), m.Content())
	if err != nil {
		return err
	}
	err = gate.rehearse(m, workflow.Now(ctx))
	if err != nil && (g.source.Len() == 0 || reasonOf(err) == ReasonMalformed) {
		return err // else votes that have come by signal are counted first: the handler looks again
	}
	return gate.fit(m.Subject)
}

// manage makes a change. Votes by signal that history recorded before are
// counted first.
func (g *Gates) manage(ctx workflow.Context, raw converter.RawValue) (protocol.Receipt, error) {
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
	then, err := gate.try(gate.tally, m, workflow.Now(ctx))
	if err != nil {
		return protocol.Receipt{}, err
	}
	then(ctx)
	r := gate.receipt(m.ID)
	gate.remember(decided{m.Decision(), protocol.KeptReceipt{Receipt: r, Content: m.Content()}})
	gate.applyState(ctx)
	return r, nil
}
