package orders

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/retry"
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

// Charge charges the card and returns the provider's receipt.
func (a *Activities) Charge(ctx context.Context, o Order) (string, error) {
	return a.move(ctx, "/charges", o)
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
	return a.post(ctx, "/parcels/"+o.ID+"/pack", o, nil)
}

// Send hands the parcel over and returns its number. An order has one parcel, so
// asking again gets the same number.
func (a *Activities) Send(ctx context.Context, o Order) (string, error) {
	var parcel struct {
		Number string `json:"number"`
	}
	err := a.post(ctx, "/parcels/"+o.ID+"/send", o, &parcel)
	return parcel.Number, err
}

// Recall calls the parcel back, if there is one, and keeps it from being sent later.
func (a *Activities) Recall(ctx context.Context, o Order) error {
	return a.post(ctx, "/parcels/"+o.ID+"/recall", o, nil)
}

// Tell tells people about a gate.
func (a *Activities) Tell(_ context.Context, n approval.Notice) error {
	if a.Told != nil {
		a.Told(n)
	}
	return nil
}

// post sends JSON and reads JSON. What the service answers decides whether it is
// tried again: see retry.CheckResponse.
func (a *Activities) post(ctx context.Context, path string, body, answer any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return retry.Permanent(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, a.Partners+path, bytes.NewReader(text))
	if err != nil {
		return retry.Permanent(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := a.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("calling %s: %w", path, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	if err := retry.CheckResponse(response); err != nil {
		return fmt.Errorf("calling %s: %w", path, err)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
