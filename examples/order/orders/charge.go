package orders

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// charge charges the card once. The activity is idempotent: each attempt gives
// the provider the same key. When its time is over and nobody knows what the last
// attempt did, a person looks it up. Once it has begun it is not canceled: what
// was charged must be known, so that it can be paid back.
func (p *process) charge(ctx workflow.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	options := external(p.ChargeWithin, "charge "+p.ID)
	ctx = workflow.WithActivityOptions(ctx, options)
	err := workflow.ExecuteActivity(ctx, do.Charge, p.Order).Get(ctx, &p.told.Charge)
	switch {
	case err == nil:
		p.charged()
		return "", nil
	case retry.IsNonRetryable(err, *options.RetryPolicy):
		return reason("", err), nil // the provider has said no
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
	if out.State != approval.Approved {
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
