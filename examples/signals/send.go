package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// fill sends items to an order.
func fill(ctx context.Context, out io.Writer, c signals.Client, ref signals.Ref) error {
	// Many items in few signals.
	many := newItems(0, 2000)
	batcher := Items.Batcher(c, ref)
	for _, item := range many {
		if err := untilKnown(ctx, func() error { return batcher.Add(ctx, item) }); err != nil {
			return err
		}
	}
	if err := untilKnown(ctx, func() error { return batcher.Flush(ctx) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d items sent by a batcher\n", len(many))

	// Single items, and some of the first ones a second time.
	single := append(newItems(len(many), 250), many[:150]...)
	for _, item := range single {
		if err := untilKnown(ctx, func() error { return Items.Send(ctx, c, ref, item) }); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "%d items sent one by one, 150 of them for the second time\n", len(single))
	return nil
}

// checkout closes an order. The update has an ID, so it can be sent again too.
func checkout(ctx context.Context, c signals.Client, ref signals.Ref) (sum Summary, err error) {
	err = untilKnown(ctx, func() error {
		sum, err = Checkout.Execute(ctx, c, ref, "checkout", struct{}{})
		return err
	})
	return sum, err
}

// untilKnown calls send until its outcome is known: a message that failed may have been
// delivered, and its ID makes it harmless to send it again.
func untilKnown(ctx context.Context, send func() error) error {
	for {
		err := send()
		if !errors.Is(err, signals.ReasonOutcomeUnknown) {
			return err // nil, or a failure that stays
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// newItems returns n items with IDs from first on.
func newItems(first, n int) []Item {
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{ID: fmt.Sprintf("item-%04d", first+i), Cents: 100}
	}
	return items
}
