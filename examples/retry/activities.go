package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// callTimeout limits one call. It is below StartToClose: when Temporal ends an
// attempt, no code of it runs any more, so the breaker would not learn of the failure.
const callTimeout = 2 * time.Second

// Activities calls the payment service.
type Activities struct {
	URL     string
	HTTP    *http.Client
	Breaker *Breaker
}

// newHTTPClient returns a client that makes one request for each call. With keep-alive,
// net/http itself repeats a request that has an idempotency key, outside the plan.
func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// Charge charges an order and returns the receipt. It wraps errors as usual: the
// interceptor finds the cause.
func (a *Activities) Charge(ctx context.Context, order Order) (string, error) {
	receipt, err := a.Breaker.Call(func() (string, error) { return a.post(ctx, order) })
	if err != nil {
		return "", fmt.Errorf("charging order %s: %w", order.ID, err)
	}
	return receipt, nil
}

func (a *Activities) post(ctx context.Context, order Order) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/charges/%s?cents=%d", a.URL, order.ID, order.Cents), nil)
	if err != nil {
		return "", err
	}
	// An attempt that failed may have charged. The service charges once for each key.
	request.Header.Set("Idempotency-Key", order.ID)
	response, err := a.HTTP.Do(request)
	if err != nil {
		return "", err
	}
	if err := classify.CheckResponse(response); err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	receipt, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	return string(receipt), err
}
