package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// An Order is what is to be paid.
type Order struct {
	ID    string `json:"order"`
	Cents int64  `json:"cents"`
}

// A Receipt is the service's answer.
type Receipt struct {
	ID string `json:"id"`
}

// Pay charges the card. That the activity takes effect once is its worker's
// business: the workflow is as it always was.
func Pay(ctx workflow.Context, o Order) (Receipt, error) {
	policy := retry.Fast(retry.MaximumAttempts(0))
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second, HeartbeatTimeout: time.Second, ScheduleToCloseTimeout: 5 * time.Minute, RetryPolicy: &policy,
	})
	var receipt Receipt
	err := workflow.ExecuteActivity(ctx, "Charge", o).Get(ctx, &receipt)
	return receipt, err
}

// Payments is the service.
type Payments struct {
	Address string
	HTTP    *http.Client // with idempotency.Transport, which sends the key
}

// Charge charges the card.
func (p *Payments) Charge(ctx context.Context, o Order) (Receipt, error) {
	stop := heartbeat.Start(ctx, heartbeat.Options{}) // a worker that is killed is missed within a second
	defer stop()
	body, err := json.Marshal(o)
	if err != nil {
		return Receipt{}, retry.Permanent(err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.Address+"/charges", bytes.NewReader(body))
	if err != nil {
		return Receipt{}, retry.Permanent(err)
	}
	var receipt Receipt
	if err := p.do(request, &receipt); err != nil {
		return Receipt{}, err
	}
	mayDie(ctx, afterEffect)
	return receipt, nil
}

// Ask finds out what has become of a charge, at a service that knows no keys.
func (p *Payments) Ask(order string) func(context.Context, idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
	return func(ctx context.Context, _ idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.Address+"/charges?order="+url.QueryEscape(order), nil)
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
}

func (p *Payments) do(request *http.Request, answer any) error {
	response, err := p.HTTP.Do(request)
	if err != nil {
		return fmt.Errorf("%s: %w", request.URL.Path, err)
	}
	defer response.Body.Close() //nolint:errcheck // it was read
	if err := retry.CheckResponse(response); err != nil {
		return fmt.Errorf("%s: %w", request.URL.Path, err)
	}
	return json.NewDecoder(response.Body).Decode(answer)
}
