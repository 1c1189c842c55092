package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

// An example is one order that the program sends. Its ID begins with name, by which the
// partners know what is to fail.
type example struct {
	name  string
	cents int64
	items int // that the warehouse reports
}

const (
	small = 42_00
	large = 4200_00 // people decide on it
)

var examples = []example{
	{"small-", small, 2},
	{"large-", large, 3},
	{"rejected-", large, 1}, // sam rejects it
	{partners.PrefixBusy, small, 1},
	{partners.PrefixFraud, small, 1},
	{partners.PrefixDeclined, small, 1},
	{partners.PrefixLost, small, 1},
	{partners.PrefixRevoked, small, 1},
	{"no-items-", small, 0},
	{partners.PrefixNoAddress, small, 1},
	{partners.PrefixSilent, small, 1},
	{"canceled-", small, 0}, // the customer cancels it while it waits for items
}

func names() string {
	var all []string
	for _, e := range examples {
		all = append(all, strings.TrimSuffix(e.name, "-"))
	}
	return strings.Join(all, " ")
}

// choose returns the examples of these names, or all of them.
func choose(chosen []string) (all []example, err error) {
	for _, name := range chosen {
		i := slices.IndexFunc(examples, func(e example) bool { return e.name == name+"-" })
		if i < 0 {
			return nil, fmt.Errorf("there is no order %q; give some of %s", name, names())
		}
		all = append(all, examples[i])
	}
	if len(all) == 0 {
		all = examples
	}
	return all, nil
}

// customers send orders, and decide as people do.
type customers struct {
	api       service.Client
	companies *partners.Partners
	run       string // ends the IDs of this program's orders
	start     time.Time

	mu  sync.Mutex
	out io.Writer
}

func newCustomers(url string, companies *partners.Partners, out io.Writer) *customers {
	return &customers{
		api: service.Client{URL: url, User: "cleo", HTTP: http.DefaultClient}, companies: companies,
		run: rand.Text()[:6], start: time.Now(), out: out,
	}
}

func (c *customers) printf(id, format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = fmt.Fprintf(c.out, "%5.1fs  %-17s  %s\n", time.Since(c.start).Seconds(), id, fmt.Sprintf(format, args...))
}

// order sends orders and waits until all of them have ended.
func (c *customers) order(ctx context.Context, all []example) error {
	if err := c.api.WaitReady(ctx); err != nil {
		return err
	}
	errs := make([]error, len(all))
	var each sync.WaitGroup
	for i, e := range all {
		each.Go(func() { errs[i] = c.send(ctx, e) })
	}
	each.Wait()
	return errors.Join(errs...)
}

// send sends one order, reports its items, and decides until it has ended.
func (c *customers) send(ctx context.Context, e example) error {
	id := e.name + c.run
	if err := c.api.Submit(ctx, orders.Order{ID: id, Cents: e.cents, Items: max(e.items, 1)}); err != nil {
		return err
	}
	for i := range 2 * e.items { // each item twice, as after a lost answer
		if err := c.api.ReportItem(ctx, id, fmt.Sprint("item-", i/2+1)); err != nil {
			return err
		}
	}
	result, err := c.decide(ctx, id)
	if err != nil {
		return err
	}
	paid := c.companies.Payments.Ledger()[id]
	c.printf(id, "%s: charged %d times, paid back %d times, by %d requests", result.State, paid.Charges, paid.Refunds, paid.Requests)
	if result.Parcel != "" {
		c.printf(id, "%s with %d items", result.Parcel, len(result.Items))
	}
	if result.Why != "" {
		c.printf(id, "because %s", result.Why)
	}
	return nil
}

// endWithin is several times longer than the slowest order takes.
const endWithin = 2 * time.Minute

// decide watches an order and does what people do, until the order has ended.
func (c *customers) decide(ctx context.Context, id string) (orders.Result, error) {
	late := fmt.Errorf("it has not ended within %s; with -api, start the worker with ORDER_PACE=%s", endWithin, pace)
	ctx, cancel := context.WithTimeoutCause(ctx, endWithin, late)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for last := orders.State(""); ; {
		result, err := c.api.Progress(ctx, id)
		if err == nil && result.State != last {
			last = result.State
			if last.HasEnded() {
				return result, nil
			}
			if err := c.react(ctx, id, last); err != nil {
				return result, err
			}
		}
		select {
		case <-ctx.Done():
			return result, fmt.Errorf("order %s is %s: %w", id, result.State, context.Cause(ctx))
		case <-tick.C:
		}
	}
}

// react does what people do when an order has reached a state.
func (c *customers) react(ctx context.Context, id string, state orders.State) error {
	switch {
	case state == orders.StateApproving && strings.HasPrefix(id, "large-"):
		return c.vote(ctx, "sam", id, orders.GateLarge, policy.ChoiceApprove)
	case state == orders.StateApproving && strings.HasPrefix(id, "rejected-"):
		return c.vote(ctx, "sam", id, orders.GateLarge, policy.ChoiceReject)
	case state == orders.StateUnclear: // a person looks into the ledger of the payment provider
		choice := policy.ChoiceReject
		if c.companies.Payments.Ledger()[id].Charges > 0 {
			choice = policy.ChoiceApprove
		}
		return c.vote(ctx, "ada", id, orders.GateCharge, choice)
	case state == orders.StateCollecting && strings.HasPrefix(id, "canceled-"):
		c.printf(id, "the customer cancels")
		return c.api.Cancel(ctx, id)
	}
	return nil
}

func (c *customers) vote(ctx context.Context, who, id, gate string, choice policy.Choice) error {
	c.printf(id, "%s decides on %s: %s", who, gate, choice)
	_, err := c.api.As(who).Decide(ctx, service.Decision{Order: id, Gate: gate, Choice: choice})
	return err
}
