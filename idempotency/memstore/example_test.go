package memstore_test

import (
	"context"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// What package idempotency asks of a store for an activity that runs twice.
func ExampleStore() {
	ctx, store := context.Background(), memstore.New(memstore.Options{})
	c := driver.Claim{Key: driver.Key{7}, Owner: driver.Owner{1}, Lease: time.Minute, Retain: time.Hour}
	got, err := store.Claim(ctx, c)
	fmt.Println("first attempt: won", got.Won, err)
	ref := driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}
	fmt.Println("finish:", store.Finish(ctx, ref, driver.Completion{State: driver.StateCompleted, Result: []byte("20 euros")}))

	c.Owner = driver.Owner{2}
	got, err = store.Claim(ctx, c)
	fmt.Printf("second attempt: won %t, %s, %v\n", got.Won, got.Record.Result, err)
	// Output:
	// first attempt: won true <nil>
	// finish: <nil>
	// second attempt: won false, 20 euros, <nil>
}
