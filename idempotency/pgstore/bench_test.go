//go:build servers

package pgstore_test

import (
	"context"
	"encoding/binary"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// BenchmarkStore compares with what the business pays without a store: one
// statement, which is a transaction. The server flushes each commit to disk.
func BenchmarkStore(b *testing.B) {
	s := open(b)
	result := driver.Completion{State: driver.StateCompleted, Result: make([]byte, 256)}
	var n uint64
	fresh := func() driver.Claim {
		c := claim(0, 1)
		n++
		binary.BigEndian.PutUint64(c.Key[:], n)
		return c
	}
	claimed := func(ctx context.Context) driver.Claim {
		c := fresh()
		got, err := s.Claim(ctx, c)
		require.NoError(b, err)
		require.True(b, got.Won)
		return c
	}
	for _, bench := range []struct {
		name string
		do   func(ctx context.Context) error
	}{
		{"business alone", func(ctx context.Context) error {
			_, err := s.Exec(ctx, chargeAnn, 20)
			return err
		}},
		{"business alone, in a transaction", func(ctx context.Context) error {
			return pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
				_, err := tx.Exec(ctx, chargeAnn, 20)
				return err
			})
		}},
		{"transact", func(ctx context.Context) error {
			_, err := s.Transact(ctx, fresh(), charge)
			return err
		}},
		{"claim", func(ctx context.Context) error {
			claimed(ctx)
			return nil
		}},
		{"claim and finish", func(ctx context.Context) error { return s.Finish(ctx, ref(claimed(ctx), 1), result) }},
		{"replay", func(ctx context.Context) error {
			c := claim(0, 1)
			binary.BigEndian.PutUint64(c.Key[:], 1) // the first transaction's
			_, err := s.Get(ctx, c.Key)
			return err
		}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			start := s.tap.trips.Load()
			for b.Loop() {
				require.NoError(b, bench.do(b.Context()))
			}
			b.ReportMetric(float64(s.tap.trips.Load()-start)/float64(b.N), "trips/op")
		})
	}
}
