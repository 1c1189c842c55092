package memstore_test

import (
	"context"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// What package idempotency asks of a store for an activity that runs twice.
func ExampleStore() {
	ctx, store := context.Background(), memstore.New(memstore.Options{})
	c := idempotency.Claim{Key: idempotency.Digest{7}, Owner: idempotency.Owner{1}, Lease: time.Minute, Retain: time.Hour}
	got, err := store.Claim(ctx, c)
	fmt.Println("first attempt: won", got.Won, err)
	ref := idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}
	fmt.Println("finish:", store.Finish(ctx, ref, idempotency.Final{State: idempotency.Done, Result: []byte("20 euros")}))

	c.Owner = idempotency.Owner{2}
	got, err = store.Claim(ctx, c)
	fmt.Printf("second attempt: won %t, %s, %v\n", got.Won, got.Record.Result, err)
	// Output:
	// first attempt: won true <nil>
	// finish: <nil>
	// second attempt: won false, 20 euros, <nil>
}
