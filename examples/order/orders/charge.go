package orders

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Error types of the activities.
const (
	declined = "CardDeclined" // Charge: the card was declined, and no attempt has charged
	paidBack = "PaidBack"     // Send: the order was paid back
)

// charge charges the card once. The activity is idempotent: each attempt gives the
// provider the same key. If it fails for another reason than a declined card, an attempt
// may have charged, so a person looks it up. A charge that has begun is not canceled: the
// workflow must know whether there is money to pay back.
func (p *process) charge(ctx workflow.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	ctx = workflow.WithActivityOptions(ctx, external(p.ChargeWithin, "charge "+p.ID))
	err := workflow.ExecuteActivity(ctx, do.Charge, p.Order).Get(ctx, &p.result.Charge)
	var app *temporal.ApplicationError
	switch {
	case err == nil:
		p.charged()
		return "", nil
	case errors.As(err, &app) && app.Type() == declined:
		return app.Message(), nil
	}
	return p.lookUp(ctx)
}

// lookUp asks a person whether the card was charged.
func (p *process) lookUp(ctx workflow.Context) (string, error) {
	p.enter(ctx, StateUnclear)
	out, err := approval.Await(ctx, p.gates, approval.Request[Order]{
		ID: GateCharge, Subject: p.Order, Title: fmt.Sprintf("was order %s charged?", p.ID), Requester: "the order process", Policy: p.Unclear,
	})
	if err != nil {
		return "", err
	}
	if out.State != policy.StateApproved {
		return "the card was not charged", nil
	}
	p.charged()
	return "", nil
}

// charged notes that a later failure must pay back the money.
func (p *process) charged() {
	p.result.Charged = true
	p.undo = append(p.undo, do.Refund)
}

// compensateWithin limits the attempts to pay back. It is long, because no one else does.
const compensateWithin = 7 * 24 * time.Hour

// compensate undoes the steps, the last one first. It continues after a failure.
func (p *process) compensate(ctx workflow.Context) (failed error) {
	ctx = workflow.WithActivityOptions(ctx, external(compensateWithin, "compensate "+p.ID))
	for _, activity := range slices.Backward(p.undo) {
		failed = errors.Join(failed, workflow.ExecuteActivity(ctx, activity, p.Order).Get(ctx, nil))
	}
	return failed
}
