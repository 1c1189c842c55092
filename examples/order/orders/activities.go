package orders

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// Activities call the external services. One value serves all workers of a process.
type Activities struct {
	// Partners addresses the services.
	Partners string
	// HTTP calls the services. Its transport must send the idempotency key.
	HTTP *http.Client
	// Notify sends notices to people. Nil sends none.
	Notify func(approval.Notice)
}

// Screen asks how likely fraud is, from 0 to 100.
func (a *Activities) Screen(ctx context.Context, o Order) (int, error) {
	var answer struct {
		Score int `json:"score"`
	}
	err := a.post(ctx, "/scores", o, &answer)
	return answer.Score, err
}

// A payment asks the provider to charge or pay back.
type payment struct {
	Order string `json:"order"`
	Cents int64  `json:"cents"`
}

// Charge charges the card and returns the provider's receipt. Only HTTP 402 says that
// nothing was charged, and becomes an error of type declined: a provider answers the same
// key with the same result, so an attempt whose answer was lost has not charged either.
// After any other failure an earlier attempt may have charged.
func (a *Activities) Charge(ctx context.Context, o Order) (string, error) {
	receipt, err := a.move(ctx, "/charges", o)
	var refused *classify.ResponseError
	if errors.As(err, &refused) && refused.StatusCode == http.StatusPaymentRequired {
		return "", temporal.NewNonRetryableApplicationError(err.Error(), declined, err)
	}
	return receipt, err
}

// Refund pays back what was charged.
func (a *Activities) Refund(ctx context.Context, o Order) (string, error) {
	return a.move(ctx, "/refunds", o)
}

func (a *Activities) move(ctx context.Context, path string, o Order) (string, error) {
	var receipt struct {
		ID string `json:"id"`
	}
	err := a.post(ctx, path, payment{o.ID, o.Cents}, &receipt)
	return receipt.ID, err
}

// Pack packs the items. It may run again: a parcel is packed or not.
func (a *Activities) Pack(ctx context.Context, o Order) error {
	return a.post(ctx, parcel(o, "pack"), o, nil)
}

// Send hands the parcel over and returns its number. An order has one parcel, so a second
// call returns the same number. Send asks the provider first, and does not send an order
// that was paid back: a run that was reset to before the refund still has the receipt.
func (a *Activities) Send(ctx context.Context, o Order) (string, error) {
	var paid struct {
		Refunds int `json:"refunds"`
	}
	if err := a.call(ctx, http.MethodGet, "/charges?order="+url.QueryEscape(o.ID), nil, &paid); err != nil {
		return "", err
	}
	if paid.Refunds > 0 {
		return "", temporal.NewNonRetryableApplicationError("the order was paid back; take a new order", paidBack, nil)
	}
	var sent struct {
		Number string `json:"number"`
	}
	err := a.post(ctx, parcel(o, "send"), o, &sent)
	return sent.Number, err
}

// Recall calls the parcel back, or keeps it from being sent later.
func (a *Activities) Recall(ctx context.Context, o Order) error {
	return a.post(ctx, parcel(o, "recall"), o, nil)
}

// parcel returns a path. An ID may have any characters.
func parcel(o Order, what string) string { return "/parcels/" + url.PathEscape(o.ID) + "/" + what }

// Tell notifies people about a gate.
func (a *Activities) Tell(_ context.Context, n approval.Notice) error {
	if a.Notify != nil {
		a.Notify(n)
	}
	return nil
}

// post sends JSON and reads JSON.
func (a *Activities) post(ctx context.Context, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return retry.NonRetryable(err)
	}
	return a.call(ctx, http.MethodPost, path, text, answer)
}

// call reads JSON. The answer decides whether Temporal retries, see
// classify.CheckResponse.
func (a *Activities) call(ctx context.Context, method, path string, body []byte, answer any) error {
	request, err := http.NewRequestWithContext(ctx, method, a.Partners+path, bytes.NewReader(body))
	if err != nil {
		return retry.NonRetryable(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := a.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("calling %s: %w", path, err)
	}
	defer response.Body.Close() //nolint:errcheck // the body was read
	if err := classify.CheckResponse(response); err != nil {
		return fmt.Errorf("calling %s: %w", path, err)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

// A Registry registers workflows and activities: a worker.Worker, or the SDK's test
// environment.
type Registry interface {
	worker.ActivityRegistry
	RegisterWorkflowWithOptions(w any, o workflow.RegisterOptions)
}

// retainFor says how long a record keeps money from moving again: longer than
// compensateWithin, and than an order may be started again.
const retainFor = 90 * 24 * time.Hour

// Register registers the workflow and its activities. The guard of Charge and Refund has
// the order's ID as key: for one order, money moves once while the record is kept,
// whichever run asks for it, and each attempt gives the provider the same key. If your
// provider forgets keys, set ActivityOptions.DownstreamTTL. An order that was paid back
// can be started again and is not shipped, see [Activities.Send]. Do not reset an order
// while it is being paid back.
func Register(r Registry, guard *idempotency.Guard, a *Activities) error {
	r.RegisterWorkflowWithOptions(Process, workflow.RegisterOptions{Name: Name})
	once := idempotency.ActivityOptions{Key: idempotency.KeyFunc(func(o Order) string { return o.ID }), PassThrough: true, Retain: retainFor}
	return idempotency.Register(r, guard, a, map[string]idempotency.ActivityOptions{"Charge": once, "Refund": once})
}
