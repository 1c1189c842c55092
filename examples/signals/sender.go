package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// senders is how many send single items at the same time.
const senders = 8

// A sender fills an order, and keeps book of what it was promised.
type sender struct {
	client  client.Client
	orderID string
	say     func(format string, args ...any)

	sent     []Item // each once
	messages int    // single messages, those that are sent twice included
	twice    int    // items that were sent a second time, on purpose

	mu    sync.Mutex
	acked map[string]bool
	again int // messages that were sent again since a call has failed
}

// fill plays the whole story.
func (s *sender) fill(ctx context.Context, o options) (Summary, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := s.burst(ctx, o.items); err != nil {
		return Summary{}, err
	}
	s.say("burst      %d items are sent by a batcher, and acknowledged", o.items)
	if err := s.continued(ctx); err != nil {
		return Summary{}, err
	}
	if err := s.singles(ctx, o.items/8); err != nil {
		return Summary{}, err
	}
	s.say("singles    %d items are sent one by one, and %d of all items a second time", o.items/8, s.twice)
	sum, err := s.checkout(ctx) // at once: what was acknowledged must be in
	if err != nil {
		return Summary{}, err
	}
	s.say("checkout   %d items, %d.%02d euros, %d runs", sum.Items, sum.Cents/100, sum.Cents%100, sum.Runs)
	return sum, nil
}

// burst sends many items at once, in few signals.
func (s *sender) burst(ctx context.Context, n int) error {
	items := newItems(s.orderID, len(s.sent), n)
	s.sent = append(s.sent, items...)
	batcher := Items.Batcher(s.client, signals.Ref{WorkflowID: s.orderID})
	for _, item := range items {
		if err := s.acknowledged(ctx, func() error { return batcher.Add(ctx, item) }); err != nil {
			return err
		}
	}
	if err := s.acknowledged(ctx, func() error { return batcher.Flush(ctx) }); err != nil {
		return err
	}
	s.acks(items) // not before: Add only collects
	return nil
}

// singles sends n items one by one, every fifth of them twice, and some of the
// burst for the second time. Those were received by runs that have ended.
func (s *sender) singles(ctx context.Context, n int) error {
	var copies []Item
	for i, item := range s.sent {
		if i%20 == 0 {
			copies = append(copies, item)
		}
	}
	items := newItems(s.orderID, len(s.sent), n)
	s.sent = append(s.sent, items...)
	for i, item := range items {
		if i%5 == 0 {
			copies = append(copies, item)
		}
	}
	s.twice, s.messages = len(copies), n+len(copies)

	queue := make(chan Item, s.messages)
	for _, item := range append(items, copies...) {
		queue <- item
	}
	close(queue)
	errs := make([]error, senders)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			for item := range queue {
				if errs[i] = s.deliver(ctx, item); errs[i] != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return cmp.Or(errs...) // the first; they are alike
}

// deliver sends one item.
func (s *sender) deliver(ctx context.Context, item Item) error {
	send := func() error { return Items.Send(ctx, s.client, signals.Ref{WorkflowID: s.orderID}, item) }
	if err := s.acknowledged(ctx, send); err != nil {
		return err
	}
	s.acks([]Item{item})
	return nil
}

// acknowledged calls send until it succeeds: a message that failed may have
// been delivered, and its ID makes it harmless to send it again.
func (s *sender) acknowledged(ctx context.Context, send func() error) error {
	pause := time.NewTicker(100 * time.Millisecond)
	defer pause.Stop()
	for {
		err := send()
		if !errors.Is(err, signals.ReasonOutcomeUnknown) {
			return err // nil, or a failure that stays
		}
		select {
		case <-ctx.Done():
			return err
		case <-pause.C:
		}
		s.mu.Lock()
		s.again++
		s.mu.Unlock()
	}
}

func (s *sender) acks(items []Item) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.acked == nil {
		s.acked = map[string]bool{}
	}
	for _, item := range items {
		s.acked[item.ID] = true
	}
}

// continued waits until the order is in its second run.
func (s *sender) continued(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		now, err := Progress.Get(ctx, s.client, signals.Ref{WorkflowID: s.orderID})
		if err == nil && now.Runs > 1 {
			s.say("continued  run %d goes on, %d items are packed", now.Runs, now.Items)
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("the order did not continue as new"), context.Cause(ctx), err)
		case <-tick.C: // not yet, or no answer between two runs: ask again
		}
	}
}

// checkout closes the order. With an ID of its own it may be sent again.
func (s *sender) checkout(ctx context.Context) (sum Summary, err error) {
	err = s.acknowledged(ctx, func() error {
		sum, err = Checkout.Execute(ctx, s.client, signals.Ref{WorkflowID: s.orderID}, "checkout", struct{}{})
		return err
	})
	return sum, err
}

// newItems makes items with IDs from first on.
func newItems(prefix string, first, n int) []Item {
	items := make([]Item, n)
	for i := range items {
		items[i] = Item{ID: fmt.Sprintf("%s-%04d", prefix, first+i), Cents: 100 + i}
	}
	return items
}
