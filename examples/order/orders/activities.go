package orders

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// Activities call the services of others. One value serves all workers of a
// process.
type Activities struct {
	// Partners is the address of the services.
	Partners string
	// HTTP calls them. That of Charge and Refund must send the idempotency key.
	HTTP *http.Client
	// Told gets what people are told; nil tells nobody.
	Told func(approval.Notice)
}

// Screen asks how likely fraud is, from 0 to 100.
func (a *Activities) Screen(ctx context.Context, o Order) (int, error) {
	var answer struct {
		Score int `json:"score"`
	}
	err := a.post(ctx, "/scores", o, &answer)
	return answer.Score, err
}

// money is what moves for an order.
type money struct {
	Order string `json:"order"`
	Cents int64  `json:"cents"`
}

// Charge charges the card and returns the provider's receipt. Only HTTP 402 says
// that nothing was charged, and becomes [Declined]: a provider answers the same key
// with the same result, so an attempt whose answer was lost has not charged either.
// Any other failure may come after such an attempt, and says nothing about it.
func (a *Activities) Charge(ctx context.Context, o Order) (string, error) {
	receipt, err := a.move(ctx, "/charges", o)
	var refused *classify.ResponseError
	if errors.As(err, &refused) && refused.StatusCode == http.StatusPaymentRequired {
		return "", temporal.NewNonRetryableApplicationError(err.Error(), Declined, err)
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
	err := a.post(ctx, path, money{o.ID, o.Cents}, &receipt)
	return receipt.ID, err
}

// Pack packs the items. It may be done again: a parcel is packed or not.
func (a *Activities) Pack(ctx context.Context, o Order) error {
	return a.post(ctx, parcel(o, "pack"), o, nil)
}

// Send hands the parcel over and returns its number. An order has one parcel, so
// asking again gets the same number. What was paid back is not sent, by the
// provider's books: a run that was reset to before the refund has the receipt of
// the charge, and nothing else would keep it from giving the goods away.
func (a *Activities) Send(ctx context.Context, o Order) (string, error) {
	var paid struct {
		Refunds int `json:"refunds"`
	}
	if err := a.call(ctx, http.MethodGet, "/charges?order="+url.QueryEscape(o.ID), nil, &paid); err != nil {
		return "", err
	}
	if paid.Refunds > 0 {
		return "", temporal.NewNonRetryableApplicationError("the order was paid back; take a new order", PaidBack, nil)
	}
	var sent struct {
		Number string `json:"number"`
	}
	err := a.post(ctx, parcel(o, "send"), o, &sent)
	return sent.Number, err
}

// Recall calls the parcel back, if there is one, and keeps it from being sent later.
func (a *Activities) Recall(ctx context.Context, o Order) error {
	return a.post(ctx, parcel(o, "recall"), o, nil)
}

// parcel is the path of what is done with a parcel. An ID may have any characters.
func parcel(o Order, what string) string { return "/parcels/" + url.PathEscape(o.ID) + "/" + what }

// Tell tells people about a gate.
func (a *Activities) Tell(_ context.Context, n approval.Notice) error {
	if a.Told != nil {
		a.Told(n)
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

// call reads JSON. What the service answers decides whether it is tried again: see
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
	defer response.Body.Close() //nolint:errcheck // it was read
	if err := classify.CheckResponse(response); err != nil {
		return fmt.Errorf("calling %s: %w", path, err)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
