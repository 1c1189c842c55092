//go:build servers

package redisstore_test

import (
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		_, store := open(t)
		return storetest.Harness{Store: store}
	})
}

func BenchmarkStore(b *testing.B) {
	_, store := open(b)
	storetest.Benchmark(b, store)
}

// open returns a store with records of its own, and its client.
func open(tb testing.TB) (*redis.Client, *redisstore.Store) {
	tb.Helper()
	client := dial(tb)
	return client, redisstore.New(client, redisstore.Options{Prefix: prefix("shop [*]")})
}

func dial(tb testing.TB) *redis.Client {
	tb.Helper()
	client := redis.NewClient(&redis.Options{Addr: storetest.Redis(tb), ContextTimeoutEnabled: true})
	tb.Cleanup(func() { _ = client.Close() })
	return client
}

var prefixes atomic.Int64

// prefix is one that no other test has, nor the same test in its next run.
func prefix(name string) string { return fmt.Sprintf("%s %d:", name, prefixes.Add(1)) }
