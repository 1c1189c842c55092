package pgstore_test

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
)

// A charge and the record of it are sent at once, and are one transaction.
func ExampleStore_Batch() {
	ctx := context.Background()
	pool, err := pgxpool.New(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	store, err := pgstore.New(pool, pgstore.Options{Schema: "billing"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	claim := idempotency.Claim{
		Key: idempotency.Digest{7}, Owner: idempotency.Owner{1},
		Lease: time.Minute, Retain: idempotency.DefaultRetain,
	}
	receipt := idempotency.Final{State: idempotency.Done, Result: []byte("receipt 7")}
	got, err := store.Batch(ctx, claim, receipt, func(batch *pgx.Batch) error {
		batch.Queue("INSERT INTO charge VALUES ($1, $2)", "ann", 20)
		return nil
	})
	fmt.Printf("%s, charged now: %t, error: %v\n", got.Record.Result, got.Won, err)
}
