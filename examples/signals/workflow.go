package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Item is one line of an order.
type Item struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// Validate refuses what decodes and is no item. The workflow never sees it;
// Items.Status lists it.
func (i Item) Validate() error {
	if i.ID == "" || i.Cents <= 0 {
		return errors.New("an item needs an id and a positive price in cents")
	}
	return nil
}

// These three are all that one can say to an order: programs and the workflow
// share them, so names and types cannot differ.
var (
	// Items puts an item into the order. It has an ID, so a sender that does
	// not know whether its message has arrived sends it again.
	Items = signals.New[Item]("item").WithID(func(i Item) string { return i.ID })
	// Checkout closes the order, and answers with what is in it.
	Checkout = signals.NewUpdate[struct{}, Summary]("checkout")
	// Progress asks what is in the order so far.
	Progress = signals.NewQuery[Summary]("progress")
)

// most is how many items are packed together.
const most = 100

// Summary is what is in an order.
type Summary struct {
	Items int `json:"items"`
	Cents int `json:"cents"`
	Runs  int `json:"runs"`
}

// Input starts an order, and each run of it. Only Every is set at first.
type Input struct {
	Every   int                   `json:"every"` // continue as new after so many items
	Summary Summary               `json:"summary"`
	Carried signals.ContinueState `json:"carried"`
}

// Order collects items and packs them, until Checkout. This is the part to
// copy.
//
// The history of a run cannot grow without end. So after some items Order
// continues as new: the same workflow ID goes on in a new run with an empty
// history. What that must know is in its input, also the items that have
// arrived and were not packed yet.
func Order(ctx workflow.Context, in Input) (Summary, error) {
	items := Items.Channel(ctx, signals.Options{ContinueState: in.Carried})
	sum := in.Summary
	sum.Runs++
	if err := Progress.Handle(ctx, func() (Summary, error) { return sum, nil }); err != nil {
		return sum, err
	}
	// Checkout ends the collecting, and answers when all is packed.
	closing, complete := false, false
	err := Checkout.Handle(ctx, nil, func(ctx workflow.Context, _ struct{}) (Summary, error) {
		closing = true
		err := workflow.Await(ctx, func() bool { return complete })
		return sum, err
	})
	if err != nil {
		return sum, err
	}

	for here := 0; ; {
		// Many items at once are packed 100 by 100; few are packed when no more
		// has come for 2 seconds, or at once when the order closes.
		batch, err := items.ReceiveBatch(ctx, signals.BatchOptions{
			Max: most, IdleTimeout: 2 * time.Second, Stop: func() bool { return closing },
		})
		if err != nil {
			return sum, err // canceled
		}
		if len(batch) == 0 {
			break // the order closes, and nothing waits
		}
		if err := pack(ctx, batch, &sum); err != nil {
			return sum, err
		}
		here += len(batch)
		if here < in.Every && !signals.ShouldContinueAsNew(ctx) {
			continue
		}
		// Not ok is no failure: a Checkout waits for its answer, or too much
		// is unpacked to hand it on. Then this run does some more.
		if carried, ok := signals.NewContinueState(ctx, items); ok {
			return sum, workflow.NewContinueAsNewError(ctx, Order, Input{Every: in.Every, Summary: sum, Carried: carried})
		}
	}

	// All items that were sent before the Checkout are packed, and those that
	// came meanwhile. From here on nothing blocks but the answer to the
	// Checkout, so who sends later is refused by the server, and knows.
	complete = true
	err = workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
	return sum, err
}

// pack has the items packed and counts them. It fails when the order is
// canceled.
func pack(ctx workflow.Context, batch []Item, sum *Summary) error {
	var do *Activities // only names the activity
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
		},
	})
	if err := workflow.ExecuteActivity(ctx, do.Pack, batch).Get(ctx, nil); err != nil {
		return err
	}
	for _, item := range batch {
		sum.Items++
		sum.Cents += item.Cents
	}
	return nil
}
