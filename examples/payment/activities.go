package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// Payments calls a payment service.
type Payments struct {
	Address string
	HTTP    *http.Client // with idempotency.Transport, which sends the key
}

// Charge charges the card.
func (p *Payments) Charge(ctx context.Context, o Order) (Receipt, error) {
	stop := heartbeat.Start(ctx, heartbeat.Options{}) // the server detects a killed worker within a second
	defer stop()
	body, err := json.Marshal(o)
	if err != nil {
		return Receipt{}, retry.NonRetryable(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Address+"/charges", bytes.NewReader(body))
	if err != nil {
		return Receipt{}, retry.NonRetryable(err)
	}
	var receipt Receipt
	if err := p.do(request, &receipt); err != nil {
		return Receipt{}, err
	}
	crashIfAt(ctx, afterEffect)
	return receipt, nil
}

// Reconcile asks a service that ignores keys whether an order was charged.
func (p *Payments) Reconcile(ctx context.Context, _ idempotency.PriorAttempt, o Order) (idempotency.Reconciliation, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Address+"/charges?order="+url.QueryEscape(o.ID), nil)
	if err != nil {
		return idempotency.Reconciliation{}, err
	}
	var entry struct {
		Charges int `json:"charges"`
	}
	if err := p.do(request, &entry); err != nil {
		return idempotency.Reconciliation{}, err
	}
	if entry.Charges > 0 {
		return idempotency.Completed(Receipt{ID: "as the service says"}), nil
	}
	return idempotency.NotStarted(), nil
}

func (p *Payments) do(request *http.Request, answer any) error {
	response, err := p.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", request.URL.Path, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	if err := classify.CheckResponse(response); err != nil {
		return fmt.Errorf("%s: %w", request.URL.Path, err)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
