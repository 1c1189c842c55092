// Package desk is a client of the API of orders: what a shop, a warehouse and the
// people in an office send.
package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
)

// A Desk sends requests. It is safe for concurrent use.
type Desk struct {
	URL  string
	HTTP *http.Client
}

// An Answer is what came back.
type Answer struct {
	Status int
	Text   string
}

// OK says that what was sent is done, or durable.
func (a Answer) OK() bool { return a.Status == http.StatusOK || a.Status == http.StatusAccepted }

// Err is nil, or what a refusal says.
func (a Answer) Err() error {
	if a.OK() {
		return nil
	}
	return fmt.Errorf("HTTP %d: %s", a.Status, a.Text)
}

// Submit starts an order of who; again, it changes nothing.
func (d *Desk) Submit(ctx context.Context, who string, o orders.Order) (Answer, error) {
	return d.send(ctx, http.MethodPost, "/orders", who, "", o)
}

// Item says that an item is there; again, it changes nothing.
func (d *Desk) Item(ctx context.Context, order, item string) (Answer, error) {
	return d.send(ctx, http.MethodPost, "/orders/"+url.PathEscape(order)+"/items", "cleo", "", orders.Item{ID: item})
}

// Cancel cancels an order.
func (d *Desk) Cancel(ctx context.Context, order string) (Answer, error) {
	return d.send(ctx, http.MethodDelete, "/orders/"+url.PathEscape(order), "cleo", "", nil)
}

// Decide is a person's decision on a gate of a workflow. With the same key it
// counts once, however often it is sent.
func (d *Desk) Decide(ctx context.Context, who, key, workflow, gate string, c policy.Choice) (Answer, error) {
	return d.send(ctx, http.MethodPost, "/approvals/decide", who, key, map[string]string{
		"workflow": workflow, "gate": gate,
		"choice": string(c),
	})
}

// Progress is where an order stands. Without an answer there is an error.
func (d *Desk) Progress(ctx context.Context, order string) (orders.Result, error) {
	var r orders.Result
	a, err := d.send(ctx, http.MethodGet, "/orders/"+url.PathEscape(order), "cleo", "", nil)
	if err == nil {
		err = a.Err()
	}
	if err == nil {
		err = json.Unmarshal([]byte(a.Text), &r)
	}
	return r, err
}

func (d *Desk) send(ctx context.Context, method, path, who, key string, body any) (Answer, error) {
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return Answer{}, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, d.URL+path, bytes.NewReader(text))
	if err != nil {
		return Answer{}, err
	}
	r.SetBasicAuth(who, "")
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	response, err := d.HTTP.Do(r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	answer, err := io.ReadAll(response.Body)
	return Answer{response.StatusCode, strings.TrimSpace(string(answer))}, err
}
