package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// callLimit is how long one call may take. It is shorter than StartToClose: an
// attempt that Temporal ends runs no code any more, so nobody would tell the
// breaker, and the wait would have no jitter.
const callLimit = 2 * time.Second

// Activities are the steps outside the workflow.
type Activities struct {
	URL     string
	HTTP    *http.Client
	Breaker *Breaker
}

// newHTTPClient makes one request of one call. Over a connection that is used
// again, net/http itself repeats a request that has an idempotency key, and no
// plan knows of it.
func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// Charge charges an order and returns the receipt. Errors are wrapped as usual:
// the interceptor finds what is inside.
func (a *Activities) Charge(ctx context.Context, order Order) (string, error) {
	receipt, err := a.Breaker.Call(func() (string, error) { return a.post(ctx, order) })
	if err != nil {
		return "", fmt.Errorf("charging order %s: %w", order.ID, err)
	}
	return receipt, nil
}

func (a *Activities) post(ctx context.Context, order Order) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("%s/charges/%s?cents=%d", a.URL, order.ID, order.Cents), nil)
	if err != nil {
		return "", err
	}
	// An attempt that failed may have charged. With its key the service does so
	// once.
	request.Header.Set("Idempotency-Key", order.ID)
	request.Header.Set(attemptHeader, strconv.Itoa(int(activity.GetInfo(ctx).Attempt)))
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
