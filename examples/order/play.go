package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/desk"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// play runs all scenes side by side.
func (s *stage) play(ctx context.Context, chosen []scene) error {
	start, failed := time.Now(), make([]error, len(chosen))
	var mu sync.Mutex
	var all sync.WaitGroup
	for i, sc := range chosen {
		all.Go(func() {
			failed[i] = s.perform(ctx, sc, func(format string, args ...any) {
				mu.Lock()
				defer mu.Unlock()
				_, _ = fmt.Fprintf(s.out, "%5.1fs  %-10s  %s\n", time.Since(start).Seconds(), sc.name, fmt.Sprintf(format, args...))
			})
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// perform sends one order, does what people do about it, and looks how it ends.
func (s *stage) perform(ctx context.Context, sc scene, say func(string, ...any)) error {
	id := sc.fails + sc.name + "-" + s.run
	if sc.fails != "" {
		id = sc.fails + s.run
	}
	if err := done(s.desk.Submit(ctx, "cleo", orders.Order{ID: id, Cents: sc.cents, Items: max(sc.items, 1)})); err != nil {
		return err
	}
	say("%s: %s", service.WorkflowID(id), sc.what)
	for i := range sc.items {
		for range 2 { // a warehouse may say everything twice
			if err := done(s.desk.Item(ctx, id, fmt.Sprint("item-", i+1))); err != nil {
				return fmt.Errorf("order %s did not get an item: %w", id, err)
			}
		}
	}
	r, err := s.attend(ctx, id, sc, say)
	if err != nil {
		return err
	}
	paid := s.partners.Payments.Ledger()[id]
	say("%s: %s", r.State, outcome(r, paid))
	if n := s.partners.Parcels()[id]; (n > 0) != (r.State == orders.Shipped) {
		return fmt.Errorf("order %s is %s, and %d parcels are on their way", id, r.State, n)
	}
	if r.State != sc.state || paid.Charges != sc.charges || paid.Refunds != sc.refunds {
		return fmt.Errorf("order %s is %s with %d charges and %d refunds; %s with %d and %d was promised",
			id, r.State, paid.Charges, paid.Refunds, sc.state, sc.charges, sc.refunds)
	}
	return nil
}

func outcome(r orders.Result, paid payments.Entry) string {
	told := []string{fmt.Sprintf("charged %d times, paid back %d times, by %d requests", paid.Charges, paid.Refunds, paid.Requests)}
	if r.Parcel != "" {
		told = append(told, fmt.Sprintf("%s with %d items", r.Parcel, len(r.Items)))
	}
	if r.Why != "" {
		told = append(told, r.Why)
	}
	return strings.Join(told, "; ")
}

// endWithin is several times what the longest scene takes.
const endWithin = 2 * time.Minute

// attend watches an order until it has ended, and does what is asked of people.
func (s *stage) attend(ctx context.Context, id string, sc scene, say func(string, ...any)) (orders.Result, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, endWithin, fmt.Errorf("it has not ended within %s; a worker of your own needs ORDER_PACE=%s",
		endWithin, pace))
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for last := orders.State(""); ; {
		r, err := s.desk.Progress(ctx, id)
		if err == nil && r.State != last {
			switch last = r.State; {
			case last.Ended():
				return r, nil
			case last == orders.Approving && sc.large != "":
				err = s.decide(ctx, "sam", id, orders.GateLarge, sc.large, say)
			case last == orders.Unclear:
				say("unclear")
				err = s.decide(ctx, "ada", id, orders.GateCharge, sc.unclear, say)
			case last == orders.Collecting && sc.cancel:
				say("a person cancels it")
				err = done(s.desk.Cancel(ctx, id))
			}
			if err != nil {
				return r, err
			}
		}
		select {
		case <-ctx.Done():
			return r, fmt.Errorf("order %s is %s: %w", id, r.State, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

func (s *stage) decide(ctx context.Context, who, id, gate string, c policy.Choice, say func(string, ...any)) error {
	say("%s decides on %s: %s", who, gate, c)
	return done(s.desk.Decide(ctx, who, "", service.WorkflowID(id), gate, c))
}

// done is what keeps a request from being done.
func done(a desk.Answer, err error) error {
	if err != nil {
		return err
	}
	return a.Err()
}
