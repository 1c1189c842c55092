package sqlstore_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// BenchmarkSQLite compares with what the business pays without a store: one
// statement, flushed to disk.
func BenchmarkSQLite(b *testing.B) { benchmark(b, openSQLite(b)) }

func benchmark(b *testing.B, db database) {
	const write = "INSERT INTO charge VALUES ('ann', 20)"
	store := db.store(b)
	result := driver.Completion{State: driver.StateCompleted, Result: make([]byte, 256)}
	run := func(ctx context.Context, tx *sql.Tx, _ driver.Record) (driver.Completion, error) {
		_, err := tx.ExecContext(ctx, write)
		return result, err
	}
	var n uint64
	fresh := func() driver.Claim {
		c := claim(0, 1)
		n++
		binary.BigEndian.PutUint64(c.Key[:], n)
		return c
	}
	first := fresh()
	_, err := store.Transact(b.Context(), first, run)
	require.NoError(b, err)
	for _, bench := range []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"business alone", func(ctx context.Context) error {
			_, err := db.ExecContext(ctx, write)
			return err
		}},
		{"transact", func(ctx context.Context) error {
			_, err := store.Transact(ctx, fresh(), run)
			return err
		}},
		{"claim and finish", func(ctx context.Context) error {
			c := fresh()
			_, err := store.Claim(ctx, c)
			require.NoError(b, err)
			return store.Finish(ctx, ref(c, 1), result)
		}},
		{"replay", func(ctx context.Context) error {
			_, err := store.Get(ctx, first.Key)
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, bench.do(b.Context()))
			}
		})
	}
}
