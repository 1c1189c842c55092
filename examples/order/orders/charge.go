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

// Types of errors of the activities.
const (
	// Declined is that of Charge when the card was declined: no attempt has charged.
	Declined = "CardDeclined"
	// PaidBack is that of Send when the order was paid back.
	PaidBack = "PaidBack"
)

// charge charges the card once. The activity is idempotent: each attempt gives
// the provider the same key. When it fails and the card was not declined, nobody
// knows what its attempts did, and a person looks it up: whether a retry could help
// is another question. Once it has begun it is not canceled: what was charged must
// be known, so that it can be paid back.
func (p *process) charge(ctx workflow.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	ctx = workflow.WithActivityOptions(ctx, external(p.ChargeWithin, "charge "+p.ID))
	err := workflow.ExecuteActivity(ctx, do.Charge, p.Order).Get(ctx, &p.told.Charge)
	var app *temporal.ApplicationError
	switch {
	case err == nil:
		p.charged()
		return "", nil
	case errors.As(err, &app) && app.Type() == Declined:
		return app.Message(), nil
	}
	return p.lookUp(ctx)
}

// lookUp asks a person whether an unclear charge was made.
func (p *process) lookUp(ctx workflow.Context) (string, error) {
	p.enter(ctx, Unclear)
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

// charged notes that there is money to pay back.
func (p *process) charged() {
	p.told.Charged = true
	p.undo = append(p.undo, do.Refund)
}

// compensateWithin is long: nobody else pays back.
const compensateWithin = 7 * 24 * time.Hour

// compensate undoes what was done, the last thing first. What fails does not keep
// the rest from being undone.
func (p *process) compensate(ctx workflow.Context) (failed error) {
	ctx = workflow.WithActivityOptions(ctx, external(compensateWithin, "compensate "+p.ID))
	for _, activity := range slices.Backward(p.undo) {
		failed = errors.Join(failed, workflow.ExecuteActivity(ctx, activity, p.Order).Get(ctx, nil))
	}
	return failed
}
