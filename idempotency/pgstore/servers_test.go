//go:build servers

package pgstore_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	testHistory(t, open(t))
}

var names atomic.Int64 // of schemas and tables

// A shop is a store, and the business beside it, in a schema of its own.
type shop struct {
	*pgstore.Store
	*pgxpool.Pool
	tap tap
}

// open makes a shop. Its connections are tapped.
func open(tb testing.TB) *shop {
	tb.Helper()
	schema := fmt.Sprintf("shop_%d", names.Add(1))
	config, err := pgxpool.ParseConfig(storetest.PostgreSQL(tb))
	require.NoError(tb, err)
	config.ConnConfig.RuntimeParams["search_path"] = schema
	config.MaxConns = 6
	s := &shop{}
	config.ConnConfig.DialFunc = s.tap.dial
	s.Pool, err = pgxpool.NewWithConfig(tb.Context(), config)
	require.NoError(tb, err)
	tb.Cleanup(s.Close)
	for _, statement := range []string{
		"CREATE SCHEMA " + schema,
		"CREATE TABLE charge (customer text NOT NULL, euros integer NOT NULL CHECK (euros > 0))",
	} {
		_, err = s.Exec(tb.Context(), statement)
		require.NoError(tb, err)
	}
	s.Store, err = pgstore.New(s.Pool, pgstore.Options{})
	require.NoError(tb, err)
	require.NoError(tb, s.Migrate(tb.Context()))
	return s
}

const chargeAnn = "INSERT INTO charge VALUES ('ann', $1)"

// charges counts what the business has done.
func (s *shop) charges(t *testing.T) (n int) {
	t.Helper()
	require.NoError(t, s.QueryRow(t.Context(), "SELECT count(*) FROM charge").Scan(&n))
	return n
}

// charge does it once, in a transaction.
func charge(ctx context.Context, tx pgx.Tx, _ driver.Record) (driver.Completion, error) {
	_, err := tx.Exec(ctx, chargeAnn, 20)
	return done, err
}

func claim(key, owner byte) driver.Claim {
	return driver.Claim{
		Key: driver.Key{key}, Owner: driver.Owner{owner}, Fingerprint: []byte("input"),
		Lease: time.Minute, Retain: time.Hour, Info: driver.Info{Namespace: "shop", Attempt: 1},
	}
}

func ref(c driver.Claim, fence int64) driver.Ref {
	return driver.Ref{Key: c.Key, Owner: c.Owner, Fence: fence}
}

var done = driver.Completion{State: driver.StateCompleted, Result: []byte("receipt 7")}

func TestStore(t *testing.T) {
	t.Parallel()
	pool := open(t).Pool
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		store, err := pgstore.New(pool, pgstore.Options{Table: fmt.Sprintf("records_%d", names.Add(1))})
		require.NoError(t, err)
		require.NoError(t, store.Migrate(t.Context()))
		return storetest.Harness{Store: store}
	})
}
