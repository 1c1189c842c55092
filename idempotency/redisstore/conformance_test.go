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

var prefixes atomic.Int64

// open returns a store with records of its own, and its client.
func open(tb testing.TB) (*redis.Client, *redisstore.Store) {
	tb.Helper()
	client := redis.NewClient(&redis.Options{Addr: storetest.Redis(tb), ContextTimeoutEnabled: true})
	tb.Cleanup(func() { _ = client.Close() })
	return client, redisstore.New(client, redisstore.Options{Prefix: fmt.Sprintf("shop %d [*]:", prefixes.Add(1))})
}
