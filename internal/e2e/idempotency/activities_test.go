package idempotency_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// The activities, each with another way to close the gap between the effect and
// its record.
const (
	inTx        = "InTx"
	passThrough = "PassThrough"
	reconcile   = "Reconcile"
	lease       = "Lease" // nothing closes it
	bare        = "Bare"  // no guard at all
	holding     = "Hold"  // a person does
	nested      = "Nested"
)

type runs = func(context.Context, Order) (string, error)

var byID = idempotency.KeyFunc(func(o Order) string { return o.ID })

func activities(guard *idempotency.Guard, store driver.Transactor[*sql.Tx], effects string) map[string]runs {
	s := service{address: effects, client: &http.Client{
		Timeout:   10 * time.Second,
		Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{strings.TrimPrefix(effects, "http://")}}),
	}}
	return map[string]runs{
		inTx:        idempotency.InTx(guard, store, insertBooking, idempotency.ActivityOptions{}),
		passThrough: idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{PassThrough: true}),
		lease:       idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{}),
		bare:        s.charge,
		holding:     idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{ReviewAbandoned: true, Key: byID}),
		nested:      idempotency.Wrap(guard, s.nested(guard), idempotency.ActivityOptions{PassThrough: true}),
		byRun:       idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{PassThrough: true}),
		byChain:     idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{PassThrough: true, ChainStep: "charge"}),
		byBusiness:  idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{PassThrough: true, Key: byID}),
		slow:        idempotency.Wrap(guard, s.slow, idempotency.ActivityOptions{PassThrough: true}),
		reconcile: func(ctx context.Context, o Order) (string, error) { // the question needs to know the order
			return idempotency.Wrap(guard, s.charge, idempotency.ActivityOptions{Reconcile: s.ask(o)})(ctx, o)
		},
	}
}

// insertBooking is the business write of InTx.
func insertBooking(ctx context.Context, tx *sql.Tx, o Order) (string, error) {
	_, err := tx.ExecContext(ctx, `INSERT INTO bookings (order_id) VALUES ('`+o.ID+`')`) // both databases take it so
	dies(ctx, InTheTx)
	work(ctx, o)
	return "booked " + o.ID, err
}

// service is that of package payments.
type service struct {
	address string
	client  *http.Client
}

func (s service) charge(ctx context.Context, o Order) (string, error) {
	body, err := json.Marshal(map[string]any{"order": o.ID, "cents": 1})
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address+"/charges", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	var receipt payments.Receipt
	if err := s.do(request, &receipt); err != nil {
		return "", err
	}
	dies(ctx, Effected)
	work(ctx, o)
	return receipt.ID, nil
}

// work takes its time after the effect.
func work(ctx context.Context, o Order) {
	select {
	case <-time.After(o.Work):
	case <-ctx.Done():
	}
}

// nested charges a part of the order by guarded work of its own, and the order.
func (s service) nested(guard *idempotency.Guard) runs {
	return func(ctx context.Context, o Order) (string, error) {
		part := Order{ID: o.ID + "-part", Work: o.Work}
		_, err := idempotency.Do(ctx, guard, "part", part.ID, func(ctx context.Context) (string, error) { return s.charge(ctx, part) },
			idempotency.ActivityOptions{PassThrough: true})
		if err != nil {
			return "", err
		}
		return s.charge(ctx, o)
	}
}

// ask finds out whether an order was charged.
func (s service) ask(o Order) func(context.Context, idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
	return func(ctx context.Context, _ idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/charges?order="+url.QueryEscape(o.ID), nil)
		if err != nil {
			return idempotency.Reconciliation{}, err
		}
		var entry payments.Entry
		if err := s.do(request, &entry); err != nil {
			return idempotency.Reconciliation{}, err
		}
		if entry.Charges > 0 {
			return idempotency.Completed("found"), nil
		}
		return idempotency.NotStarted(), nil
	}
}

// charged is how often the service was asked to charge an order.
func (s service) charged(ctx context.Context, o Order) int {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.address+"/charges?order="+url.QueryEscape(o.ID), nil)
	var entry payments.Entry
	if err == nil {
		_ = s.do(request, &entry) // none
	}
	return entry.Requests
}

func (s service) do(request *http.Request, answer any) error {
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", request.Method, request.URL.Path, response.Status)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
