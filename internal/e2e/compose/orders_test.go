//go:build docker

package compose_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

// patience is how long something may take while containers are killed.
const patience = 4 * time.Minute

// large needs the approval of a person.
const large = 4200_00

// api returns a client of one of the two workers; requests go to both in turn.
func api(i int) service.Client {
	return service.Client{URL: fmt.Sprint("http://127.0.0.1:", 8080+i%2), User: "cleo", HTTP: &http.Client{Timeout: 15 * time.Second}}
}

// untilOK repeats a request, to one worker and then to the other, until it is
// accepted. A refusal that a repetition cannot change ends the test.
func untilOK(ctx context.Context, what string, request func(service.Client) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		err := request(api(i))
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s is not accepted within %s: %w", what, patience, err)
		case <-tick.C:
		}
	}
}

func submit(ctx context.Context, id string) error {
	return untilOK(ctx, "order "+id, func(c service.Client) error {
		return c.Submit(ctx, orders.Order{ID: id, Cents: large, Items: 1})
	})
}

func approve(ctx context.Context, id string) error {
	return untilOK(ctx, "approval of "+id, func(c service.Client) error {
		_, err := c.As("sam").Decide(ctx, service.Decision{
			Order: id, Gate: orders.GateLarge, Choice: policy.ChoiceApprove, Key: "approve-" + id,
		})
		return err
	})
}

// reaches waits until an order is in a state, or has ended.
func reaches(ctx context.Context, id string, state orders.State) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		r, err := api(i).Progress(ctx, id)
		switch {
		case err == nil && r.State == state:
			return nil
		case err == nil && r.State.HasEnded():
			return fmt.Errorf("order %s is %s (%s), not %s", id, r.State, r.Why, state)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("order %s is %s after %s, not %s: %w", id, r.State, patience, state, err)
		case <-tick.C:
		}
	}
}

// finish approves an order, delivers its item twice, and waits for its parcel.
func finish(ctx context.Context, id string) error {
	if err := reaches(ctx, id, orders.StateApproving); err != nil {
		return err
	}
	if err := approve(ctx, id); err != nil {
		return err
	}
	for range 2 {
		if err := deliver(ctx, id); err != nil {
			return err
		}
	}
	return reaches(ctx, id, orders.StateShipped)
}

// deliver reports the item of an order. The order may have been shipped by a report
// whose answer was lost: then it takes no more.
func deliver(ctx context.Context, id string) error {
	return untilOK(ctx, "the item of "+id, func(c service.Client) error {
		err := c.ReportItem(ctx, id, "item-1")
		var refused *service.StatusError
		if errors.As(err, &refused) && refused.Status == http.StatusNotFound {
			if r, err := c.Progress(ctx, id); err == nil && r.State == orders.StateShipped {
				return nil
			}
		}
		return err
	})
}

// paid returns what the payment provider has moved for an order.
func paid(t *testing.T, id string) payments.Entry {
	t.Helper()
	address := docker(t, "inspect", "--format", "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}", containers(t)["partners_1"])
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+":8090/charges?order="+id, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	var entry payments.Entry
	require.NoError(t, json.NewDecoder(response.Body).Decode(&entry))
	return entry
}

func requireChargedOnce(t *testing.T, id string) {
	t.Helper()
	entry := paid(t, id)
	require.Equal(t, 1, entry.Charges, "order %s: %+v", id, entry)
	require.Zero(t, entry.Refunds, id)
	require.EqualValues(t, large, entry.Cents, id)
}
