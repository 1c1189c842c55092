package approval

import (
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// open adds a gate and gives it the votes that came before it was there.
func (g *Gates) open(ctx workflow.Context, id string, fits fitness, write func(terms) opening) (*gate, error) {
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
	g.goOn()
	switch {
	case !protocol.IsID(id):
		return nil, refusal(ReasonInvalidRequest, "", fmt.Sprintf("its ID has %d bytes; set Request.ID to 1 to %d bytes of UTF-8", len(id),
			protocol.MaxID))
	case g.byID[id] != nil && g.byID[id].resumed:
		gate := g.byID[id]
		gate.fits, gate.resumed = fits, false
		return gate, nil
	case g.byID[id] != nil:
		return nil, refusal(ReasonInvalidRequest, id, "a gate of this ID was opened before in this run; use another ID")
	}
	o := g.record(ctx, func() opening { return write(g.terms(ctx)) })
	if o.Refused != "" {
		return nil, refusal(ReasonInvalidRequest, id, o.Refused)
	}
	o.require(ctx)
	now := workflow.Now(ctx)
	opened := &gate{
		gates: g, id: id, title: o.Title, requester: o.Requester, managers: o.Managers, subject: o.Subject, terms: o.terms,
		fits: fits, opened: now,
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
