package pgstore_test

import (
	"context"
	"fmt"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
)

// The charge and its record are one transaction: the row is written once, however
// often Temporal runs the activity.
func Example() {
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
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	charge := idempotency.InTx(guard, store, func(ctx context.Context, tx pgx.Tx, customer string) (string, error) {
		_, err := tx.Exec(ctx, "INSERT INTO charge VALUES ($1, 20)", customer)
		return "receipt of " + customer, err
	}, idempotency.ActivityOptions{})
	_ = charge // register it as an activity
}
