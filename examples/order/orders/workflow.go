// Package orders implements a process of several steps that take effect outside. It shows
// how the packages of this library work together.
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

// Process takes an order from its arrival to the parcel. This may take days, while workers
// and servers restart. If a step fails, Process undoes the steps before it.
func Process(ctx workflow.Context, in Input) (Result, error) {
	p, err := newProcess(ctx, in)
	if err != nil {
		return Result{}, err
	}
	err = p.runAndUndo(ctx)
	for _, item := range p.items.Drain(ctx) { // after all waits; without duplicates
		p.result.Late = append(p.result.Late, item.ID)
	}
	return p.result, err
}

// runAndUndo runs the steps, and undoes them when one of them ends the order.
func (p *process) runAndUndo(ctx workflow.Context) error {
	why, err := p.run(ctx)
	switch {
	case why == "" && err == nil:
		p.enter(ctx, StateShipped)
	case p.result.Charged:
		// The customer gets the money back after any failure, and after a cancellation.
		ctx, _ = workflow.NewDisconnectedContext(ctx)
		p.result.Why = reason(why, err)
		p.enter(ctx, StateRefunding)
		if failed := p.compensate(ctx); failed != nil {
			return retry.Propagate(failed)
		}
		p.enter(ctx, StateRefunded)
	default:
		p.result.Why = reason(why, err)
		p.enter(ctx, StateRefused)
	}
	if temporal.IsCanceledError(err) {
		return err
	}
	return nil
}

// A process holds the state of one order.
type process struct {
	Order
	Terms
	gates  *approval.Gates
	items  *signals.Channel[Item]
	undo   []any  // activities that undo the steps, in the order of the steps
	result Result // what Progress answers
}

// newProcess registers the messages of an order before anything waits.
func newProcess(ctx workflow.Context, in Input) (*process, error) {
	p := &process{Order: in.Order, Terms: in.Terms, result: Result{Order: in.Order.ID}}
	p.items = ItemReady.Channel(ctx, signals.Options{})
	if err := Progress.Handle(ctx, func() (Result, error) { return p.result, nil }); err != nil {
		return nil, err
	}
	var err error
	p.gates, err = approval.NewGates(ctx, approval.Options{Notify: "Tell", Inbox: true})
	return p, err
}

// run runs the steps. If a rule or a person stops the order, which is no error, why says
// why.
func (p *process) run(ctx workflow.Context) (why string, err error) {
	for _, step := range []struct {
		state State
		do    func(workflow.Context) (string, error)
	}{
		{StateScreening, p.screen}, {StateApproving, p.approve}, {StateCharging, p.charge}, {StateCollecting, p.collect}, {StateShipping, p.ship},
	} {
		p.enter(ctx, step.state)
		if why, err := step.do(ctx); why != "" || err != nil {
			return why, err
		}
	}
	return "", nil
}

// enter publishes the state of the order, to queries and in the Web UI.
func (p *process) enter(ctx workflow.Context, s State) {
	p.result.State = s
	text := fmt.Sprintf("**%s**, %d.%02d euros", s, p.Cents/100, p.Cents%100)
	if p.result.Why != "" {
		text += ": " + p.result.Why
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
