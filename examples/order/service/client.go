package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// A Client calls the API of orders. It is safe for concurrent use.
type Client struct {
	// URL addresses the API, as in http://127.0.0.1:8080.
	URL string
	// User signs in with each request.
	User string
	HTTP *http.Client
}

// As returns a client that signs in as another user.
func (c Client) As(user string) Client {
	c.User = user
	return c
}

// A StatusError reports a request that the API did not accept.
type StatusError struct {
	Status int
	Text   string
}

func (e *StatusError) Error() string { return fmt.Sprintf("HTTP %d: %s", e.Status, e.Text) }

// Submit starts an order. Sending the same order again changes nothing.
func (c Client) Submit(ctx context.Context, o orders.Order) error {
	_, err := c.call(ctx, http.MethodPost, "/orders", "", o)
	return err
}

// ReportItem reports that an item is there. Reporting it again changes nothing.
func (c Client) ReportItem(ctx context.Context, order, item string) error {
	_, err := c.call(ctx, http.MethodPost, "/orders/"+url.PathEscape(order)+"/items", "", orders.Item{ID: item})
	return err
}

// Cancel asks for the cancellation of an order.
func (c Client) Cancel(ctx context.Context, order string) error {
	_, err := c.call(ctx, http.MethodDelete, "/orders/"+url.PathEscape(order), "", nil)
	return err
}

// A Decision is the vote of the client's user on a gate of an order.
type Decision struct {
	Order, Gate string
	Choice      policy.Choice
	// Key lets the decision be sent again: with the same key it counts once.
	Key string
}

// Decide votes. If no worker answers, the API sends the vote as a signal: then it is
// queued, and counts when a worker runs again.
func (c Client) Decide(ctx context.Context, d Decision) (queued bool, err error) {
	r, err := c.call(ctx, http.MethodPost, "/approvals/decide", d.Key, map[string]string{
		"workflow": WorkflowID(d.Order), "gate": d.Gate, "choice": string(d.Choice),
	})
	return r.status == http.StatusAccepted, err
}

// Progress returns where an order stands.
func (c Client) Progress(ctx context.Context, order string) (result orders.Result, err error) {
	r, err := c.call(ctx, http.MethodGet, "/orders/"+url.PathEscape(order), "", nil)
	if err == nil {
		err = json.Unmarshal(r.body, &result)
	}
	return result, err
}

// WaitReady waits until the worker is ready, as /readyz says, for a minute at most.
func (c Client) WaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		_, err := c.call(ctx, http.MethodGet, "/readyz", "", nil)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the worker at %s is not ready (%w): %w", c.URL, err, context.Cause(ctx))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

type response struct {
	status int
	body   []byte
}

func (c Client) call(ctx context.Context, method, path, key string, payload any) (response, error) {
	var text []byte
	if payload != nil {
		var err error
		if text, err = json.Marshal(payload); err != nil {
			return response{}, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(text))
	if err != nil {
		return response{}, err
	}
	request.SetBasicAuth(c.User, "")
	request.Header.Set("Content-Type", "application/json")
	if key != "" {
		request.Header.Set("Idempotency-Key", key)
	}
	answer, err := c.HTTP.Do(request)
	if err != nil {
		return response{}, err
	}
	defer answer.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode >= 300 {
		err = &StatusError{answer.StatusCode, strings.TrimSpace(string(body))}
	}
	return response{answer.StatusCode, body}, err
}
