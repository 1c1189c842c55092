package idempotencytest_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

// A store that is told nothing is a store like any other.
func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(*testing.T) storetest.Harness {
		clock := idempotencytest.NewClock()
		return storetest.Harness{Store: idempotencytest.NewStore(memstore.New(memstore.Options{Now: clock.Now})), Advance: clock.Advance}
	})
}

// A worker dies after the effect; the next attempt gives the service the same key.
func Example() {
	clock := idempotencytest.NewClock()
	store := idempotencytest.NewStore(memstore.New(memstore.Options{Now: clock.Now}))
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	charged := map[string]bool{} // by the service
	charge := func() (string, error) {
		return idempotency.Do(context.Background(), guard, "charge", "order-7", func(ctx context.Context) (string, error) {
			key, err := idempotency.DownstreamKey(ctx, "charge")
			charged[key] = true
			return "receipt", err
		}, idempotency.ActivityOptions{PassThrough: true})
	}
	store.Crash()
	_, _ = charge()
	store.Recover()
	clock.Advance(time.Hour) // its lease is over
	fmt.Println(charge())
	fmt.Println("charged:", len(charged))
	// Output:
	// receipt <nil>
	// charged: 1
}
