package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

const pause = 300 * time.Millisecond // before a request without an answer is sent again

// processOrder sends one order, its items, and the votes of people.
func (r *experiment) processOrder(ctx context.Context, p plan) error {
	if err := sleep(ctx, p.at); err != nil {
		return err
	}
	id := p.order.ID
	acknowledged, err := r.insist(ctx, allEnd, id, func() error { return r.api.Submit(ctx, p.order) })
	if err != nil || !acknowledged {
		return err
	}
	r.record.with(func(rec *record) { rec.started++ })
	tasks := []func() error{func() error { return r.deliver(ctx, p) }}
	for _, v := range p.votes {
		tasks = append(tasks, func() error { return r.vote(ctx, id, v) })
	}
	if strings.HasPrefix(id, partners.PrefixLost) {
		tasks = append(tasks, func() error { return r.lookUp(ctx, id) })
	}
	errs := make([]error, len(tasks))
	var all sync.WaitGroup
	for i, task := range tasks {
		all.Go(func() { errs[i] = task() })
	}
	all.Wait()
	return errors.Join(errs...)
}

// insist sends a request again until it is acknowledged. It gives up when the API refuses
// the request for good, and records that as a violation of the promise. It also gives up
// when the order has ended: an earlier request without an answer may have counted then,
// so nothing is promised of it.
func (r *experiment) insist(ctx context.Context, promise, order string, send func() error) (acknowledged bool, err error) {
	for {
		err := send()
		var refused *service.StatusError
		switch {
		case err == nil:
			return true, nil
		case !errors.As(err, &refused): // there was no answer
		case refused.Status == http.StatusNotFound:
			if p, err := r.api.Progress(ctx, order); err == nil && p.State.HasEnded() {
				return false, nil
			}
		case final(refused.Status):
			r.record.with(func(rec *record) {
				rec.refused[promise] = append(rec.refused[promise], fmt.Sprintf("%s: %v", order, refused))
			})
			return false, nil
		}
		if err := sleep(ctx, pause); err != nil {
			return false, err
		}
	}
}

// final reports whether sending the same request again cannot help.
func final(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return status >= 400 && status < 500
}

// deliver reports each item twice, as a sender does that does not know what it has sent.
func (r *experiment) deliver(ctx context.Context, p plan) error {
	if p.state == orders.StateRefused { // it waits for no items
		return nil
	}
	for i := range p.order.Items {
		item := fmt.Sprint("item-", i+1)
		for again := range 2 {
			id := item
			if again > 0 && r.without == ids {
				id += "-again"
			}
			acknowledged, err := r.insist(ctx, itemsOnce, p.order.ID, func() error { return r.api.ReportItem(ctx, p.order.ID, id) })
			switch {
			case err != nil:
				return err
			case acknowledged && again == 0:
				r.record.with(func(rec *record) { rec.items[p.order.ID] = append(rec.items[p.order.ID], item) })
			}
		}
	}
	return nil
}

// vote decides on a large order.
func (r *experiment) vote(ctx context.Context, order string, v vote) error {
	if err := sleep(ctx, v.after); err != nil {
		return err
	}
	d := acknowledgedVote{order, orders.GateLarge, v.who, v.choice}
	if err := r.decide(ctx, d); err != nil || !v.twice {
		return err
	}
	_, err := r.insist(ctx, votesCount, order, r.decision(ctx, d))
	return err
}

// decide sends a vote until it is acknowledged, and then records it.
func (r *experiment) decide(ctx context.Context, d acknowledgedVote) error {
	if r.without == ack {
		sent, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_ = r.decision(sent, d)() // acknowledged too early
	} else if acknowledged, err := r.insist(ctx, votesCount, d.order, r.decision(ctx, d)); err != nil || !acknowledged {
		return err
	}
	r.record.with(func(rec *record) { rec.votes = append(rec.votes, d) })
	return nil
}

// decision sends a vote with the same key each time.
func (r *experiment) decision(ctx context.Context, d acknowledgedVote) func() error {
	return func() error {
		queued, err := r.api.As(d.who).Decide(ctx, service.Decision{
			Order: d.order, Gate: d.gate, Choice: d.choice, Key: d.who + "-" + d.order,
		})
		if queued {
			r.record.with(func(rec *record) { rec.queued++ })
		}
		return err
	}
}

// lookUp decides on an unclear charge by the ledger, as ada does.
func (r *experiment) lookUp(ctx context.Context, order string) error {
	for {
		p, err := r.api.Progress(ctx, order)
		switch {
		case err == nil && p.State == orders.StateUnclear:
			c := policy.ChoiceReject
			if r.partners.Payments.Ledger()[order].Charges > 0 {
				c = policy.ChoiceApprove
			}
			return r.decide(ctx, acknowledgedVote{order, orders.GateCharge, "ada", c})
		case err == nil && p.State.HasEnded():
			return nil
		}
		if err := sleep(ctx, 3*pause); err != nil {
			return err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}
