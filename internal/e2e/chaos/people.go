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
	"github.com/temporal-patterns/temporal-patterns/examples/order/desk"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

const pause = 300 * time.Millisecond // of people whose request had no answer

// order sends one order, and does what people do about it.
func (r *rig) order(ctx context.Context, p plan) error {
	if err := sleep(ctx, p.at); err != nil {
		return err
	}
	id := p.order.ID
	acknowledged, err := r.insist(ctx, allEnd, id, func() (desk.Answer, error) { return r.desk.Submit(ctx, "cleo", p.order) })
	if err != nil || !acknowledged {
		return err
	}
	r.book.note(func(b *book) { b.started++ })
	tasks := []func() error{func() error { return r.deliver(ctx, p) }}
	for _, v := range p.votes {
		tasks = append(tasks, func() error { return r.vote(ctx, id, v) })
	}
	if strings.HasPrefix(id, partners.Lost) {
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

// insist sends the same request again until it is acknowledged. It gives up when
// the request is refused for good: the book notes that as a violation of the
// promise. It also gives up when the order has ended. An earlier request without
// an answer may have counted then, so nothing is promised of it.
func (r *rig) insist(ctx context.Context, promise, order string, send func() (desk.Answer, error)) (acknowledged bool, err error) {
	for {
		a, err := send()
		switch {
		case err != nil: // there was no answer
		case a.OK():
			if a.Status == http.StatusAccepted {
				r.book.note(func(b *book) { b.queued++ })
			}
			return true, nil
		case a.Status == http.StatusNotFound:
			if p, err := r.desk.Progress(ctx, order); err == nil && p.State.Ended() {
				return false, nil
			}
		case final(a.Status):
			r.book.note(func(b *book) { b.refused[promise] = append(b.refused[promise], fmt.Sprintf("%s: %v", order, a.Err())) })
			return false, nil
		}
		if err := sleep(ctx, pause); err != nil {
			return false, err
		}
	}
}

// final says that sending the same again cannot help.
func final(status int) bool {
	switch status {
	case http.StatusNotFound, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return status >= 400 && status < 500
}

// deliver tells of each item, twice: the sender does not remember what it has sent.
func (r *rig) deliver(ctx context.Context, p plan) error {
	if p.state == orders.Refused { // nobody waits for its items
		return nil
	}
	for i := range p.order.Items {
		item := fmt.Sprint("item-", i+1)
		for again := range 2 {
			told := item
			if again > 0 && r.without == ids {
				told += "-again"
			}
			acknowledged, err := r.insist(ctx, itemsOnce, p.order.ID, func() (desk.Answer, error) { return r.desk.Item(ctx, p.order.ID, told) })
			switch {
			case err != nil:
				return err
			case acknowledged && again == 0:
				r.book.note(func(b *book) { b.items[p.order.ID] = append(b.items[p.order.ID], item) })
			}
		}
	}
	return nil
}

// vote decides on a large order.
func (r *rig) vote(ctx context.Context, order string, v vote) error {
	if err := sleep(ctx, v.after); err != nil {
		return err
	}
	d := decided{order, orders.GateLarge, v.who, v.choice}
	if err := r.decide(ctx, d); err != nil || !v.twice {
		return err
	}
	_, err := r.insist(ctx, votesCount, order, r.decision(ctx, d))
	return err
}

// decide sends a decision until it is acknowledged, and then it is in the book.
func (r *rig) decide(ctx context.Context, d decided) error {
	if r.without == ack {
		sent, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		_, _ = r.decision(sent, d)() // it was sent: so it is done
	} else if acknowledged, err := r.insist(ctx, votesCount, d.order, r.decision(ctx, d)); err != nil || !acknowledged {
		return err
	}
	r.book.note(func(b *book) { b.votes = append(b.votes, d) })
	return nil
}

// decision has the same key each time.
func (r *rig) decision(ctx context.Context, d decided) func() (desk.Answer, error) {
	return func() (desk.Answer, error) {
		return r.desk.Decide(ctx, d.who, d.who+"-"+d.order, service.WorkflowID(d.order), d.gate, d.choice)
	}
}

// lookUp is ada, who looks into the ledger when nobody knows of a charge.
func (r *rig) lookUp(ctx context.Context, order string) error {
	for {
		p, err := r.desk.Progress(ctx, order)
		switch {
		case err == nil && p.State == orders.Unclear:
			c := policy.ChoiceReject
			if r.partners.Payments.Ledger()[order].Charges > 0 {
				c = policy.ChoiceApprove
			}
			return r.decide(ctx, decided{order, orders.GateCharge, "ada", c})
		case err == nil && p.State.Ended():
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
