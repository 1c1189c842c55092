// Package orders is a process of several steps that take effect outside, over days
// if need be. It shows how the packages of this library go together.
package orders

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Process takes an order from its arrival to the parcel, over days if need be,
// while workers and servers come and go. Each step is in a file or two of its
// own; what a step cannot mend is undone at the end.
func Process(ctx workflow.Context, in Input) (Result, error) {
	p, err := newProcess(ctx, in)
	if err != nil {
		return Result{}, err
	}
	err = p.through(ctx)
	for _, item := range p.items.Drain(ctx) { // last of all; what was sent twice is none
		p.told.Late = append(p.told.Late, item.ID)
	}
	return p.told, err
}

// through goes through the steps, and undoes them when one of them ends the order.
func (p *process) through(ctx workflow.Context) error {
	why, err := p.run(ctx)
	switch {
	case why == "" && err == nil:
		p.enter(ctx, Shipped)
	case p.told.Charged:
		// Whatever has happened, a cancellation too, the customer gets the money back.
		ctx, _ = workflow.NewDisconnectedContext(ctx)
		p.told.Why = reason(why, err)
		p.enter(ctx, Refunding)
		if failed := p.compensate(ctx); failed != nil {
			return retry.Propagate(failed)
		}
		p.enter(ctx, Refunded)
	default:
		p.told.Why = reason(why, err)
		p.enter(ctx, Refused)
	}
	if temporal.IsCanceledError(err) {
		return err
	}
	return nil
}

// process is one order on its way.
type process struct {
	Order
	Terms
	gates *approval.Gates
	items *signals.Channel[Item]
	undo  []any  // the activities that undo what was done, in the order of that
	told  Result // what Progress answers
}

// newProcess registers all that may come from outside, first thing.
func newProcess(ctx workflow.Context, in Input) (*process, error) {
	p := &process{Order: in.Order, Terms: in.Terms, told: Result{Order: in.Order.ID}}
	p.items = ItemReady.Channel(ctx, signals.Options{})
	if err := Progress.Handle(ctx, func() (Result, error) { return p.told, nil }); err != nil {
		return nil, err
	}
	var err error
	p.gates, err = approval.NewGates(ctx, approval.Options{Notify: "Tell", Inbox: true})
	return p, err
}

// run goes through the steps. why is not empty when a rule or a person has
// stopped the order, which is no error.
func (p *process) run(ctx workflow.Context) (why string, err error) {
	for _, step := range []struct {
		state State
		do    func(workflow.Context) (string, error)
	}{
		{Screening, p.screen}, {Approving, p.approve}, {Charging, p.charge}, {Collecting, p.collect}, {Shipping, p.ship},
	} {
		p.enter(ctx, step.state)
		if why, err := step.do(ctx); why != "" || err != nil {
			return why, err
		}
	}
	return "", nil
}

// enter says where the order stands, to queries and in the Web UI.
func (p *process) enter(ctx workflow.Context, s State) {
	p.told.State = s
	text := fmt.Sprintf("**%s**, %d.%02d euros", s, p.Cents/100, p.Cents%100)
	if p.told.Why != "" {
		text += ": " + p.told.Why
	}
	workflow.SetCurrentDetails(ctx, text)
}

func reason(why string, err error) string {
	if err == nil {
		return why
	}
	var app *temporal.ApplicationError
	switch {
	case temporal.IsCanceledError(err):
		return "canceled"
	case errors.As(err, &app):
		return app.Message()
	}
	return err.Error()
}
