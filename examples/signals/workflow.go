package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// An Item adds one line to an order.
type Item struct {
	ID    string `json:"id"`
	Cents int    `json:"cents"`
}

// Validate refuses a bad item. It becomes a dead letter, which Items.Status lists.
func (i Item) Validate() error {
	if i.ID == "" || i.Cents <= 0 {
		return errors.New("an item needs an id and a positive price in cents")
	}
	return nil
}

// Messages of an order. Programs and the workflow share them, so names and types cannot
// differ.
var (
	// Items puts an item into the order. It has an ID, so it can be sent again.
	Items = signals.New[Item]("item").WithID(func(i Item) string { return i.ID })
	// Checkout closes the order and returns what is in it.
	Checkout = signals.NewUpdate[struct{}, Summary]("checkout")
	// Progress returns what is in the order so far.
	Progress = signals.NewQuery[Summary]("progress")
)

// maxBatch limits the number of items that are packed together.
const maxBatch = 100

// A Summary counts the items of an order.
type Summary struct {
	Items int `json:"items"`
	Cents int `json:"cents"`
	Runs  int `json:"runs"`
}

// An Input starts an order, and each run of it. Set only Every.
type Input struct {
	Every   int                   `json:"every"` // continue as new after this many items
	Summary Summary               `json:"summary"`
	Signals signals.ContinueState `json:"signals"`
}

// Order collects items and packs them, until Checkout. After some items it continues as
// new, in a run with an empty history. The input of the new run has the items that have
// arrived and are not packed.
func Order(ctx workflow.Context, in Input) (Summary, error) {
	items := Items.Channel(ctx, signals.Options{ContinueState: in.Signals})
	sum := in.Summary
	sum.Runs++
	if err := Progress.Handle(ctx, func() (Summary, error) { return sum, nil }); err != nil {
		return sum, err
	}
	closing, complete := false, false
	err := Checkout.Handle(ctx, nil, func(ctx workflow.Context, _ struct{}) (Summary, error) {
		closing = true
		err := workflow.Await(ctx, func() bool { return complete })
		return sum, err
	})
	if err != nil {
		return sum, err
	}

	for packed := 0; ; {
		// A batch is full, or no item has come for 2 seconds, or the order closes.
		batch, err := items.ReceiveBatch(ctx, signals.BatchOptions{
			Max: maxBatch, IdleTimeout: 2 * time.Second, Stop: func() bool { return closing },
		})
		if err != nil {
			return sum, err // canceled
		}
		if len(batch) == 0 {
			break // the order closes, and all items are packed
		}
		if err := pack(ctx, batch, &sum); err != nil {
			return sum, err
		}
		packed += len(batch)
		if packed < in.Every && !signals.ShouldContinueAsNew(ctx) {
			continue
		}
		// Without ok this run continues: a Checkout waits for its answer, or too many items
		// are left for the input of a new run.
		if state, ok := signals.NewContinueState(ctx, items); ok {
			return sum, workflow.NewContinueAsNewError(ctx, Order, Input{Every: in.Every, Summary: sum, Signals: state})
		}
	}

	// Only the answer to the Checkout is left, so the server refuses an item that is sent
	// later.
	complete = true
	err = workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
	return sum, err
}

// pack packs and counts items.
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
