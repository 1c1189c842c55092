package storetest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"sync/atomic"
	"testing"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Benchmark measures what activities ask of a store, with results of 256 bytes.
// Its records stay in the store. The names are the same for all stores, so that
// they can be compared line by line:
//
//   - claim+finish: the two calls around work that is done for the first time;
//   - claim+finish/parallel: the same on all cores, each call with a key of its own;
//   - replay: the read that finds work done, which a second attempt begins with;
//   - replay/claim: the claim that finds work done.
func Benchmark(b *testing.B, s driver.Store) {
	var k keys
	_, _ = rand.Read(k.prefix[:]) // never fails
	work := func(ctx context.Context) error {
		c := k.next()
		got, err := s.Claim(ctx, c)
		if err != nil {
			return err
		}
		return s.Finish(ctx, driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}, outcome)
	}
	b.Run("claim+finish", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if err := work(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("claim+finish/parallel", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if err := work(b.Context()); err != nil {
					b.Error(err)
					return
				}
			}
		})
	})
	if err := work(b.Context()); err != nil {
		b.Fatal(err)
	}
	found := k.at(k.used.Load())
	b.Run("replay", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if r, err := s.Get(b.Context(), found.Key); err != nil || r.State != driver.StateCompleted {
				b.Fatal(r.State, err)
			}
		}
	})
	b.Run("replay/claim", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := s.Claim(b.Context(), found); err != nil || got.Record.State != driver.StateCompleted {
				b.Fatal(got.Record.State, err)
			}
		}
	})
}

var benchmarked = claim("", "benchmark")

var outcome = driver.Completion{State: driver.StateCompleted, Result: bytes.Repeat([]byte{7}, 256)}

// keys makes keys that are new in each run, so that a store may keep those of other runs.
type keys struct {
	prefix [16]byte
	used   atomic.Uint64
}

func (k *keys) next() driver.Claim { return k.at(k.used.Add(1)) }

func (k *keys) at(n uint64) driver.Claim {
	c := benchmarked
	copy(c.Key[:], k.prefix[:])
	binary.BigEndian.PutUint64(c.Key[24:], n)
	return c
}
