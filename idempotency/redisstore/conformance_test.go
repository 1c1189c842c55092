//go:build servers

package redisstore_test

import (
	"flag"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

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

var soakKeys = flag.Int("soak", 120, "how many keys TestSoak works on")

// TestSoak cuts connections, and lets the server crash and start again from a
// disk that has all. The client does not send calls again by itself: an answer
// that is lost leaves the outcome open.
func TestSoak(t *testing.T) {
	t.Parallel()
	addr := storetest.Redis(t, "--appendonly", "yes", "--appendfsync", "always", "--enable-debug-command", "yes")
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	proxy := storetest.NewProxy(t, addr, seed)
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr, MaxRetries: -1, DialerRetries: 1, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = client.Close() })
	admin := redis.NewClient(&redis.Options{Addr: addr, MaxRetries: -1, DialerRetries: 1})
	t.Cleanup(func() { _ = admin.Close() })
	crashes := 0
	crash := func(key int) {
		require.Eventually(t, func() bool { return admin.Ping(t.Context()).Err() == nil }, time.Minute, time.Millisecond, "the server is back")
		if key%40 == 39 {
			crashes++
			time.AfterFunc(time.Duration(key%5)*time.Millisecond, func() { _ = admin.Do(t.Context(), "DEBUG", "CRASH-AND-RECOVER").Err() })
		}
	}
	proxy.Cut(0.03)
	store := redisstore.New(client, redisstore.Options{Prefix: prefix("soak")})
	calls, unknown := storetest.Soak{Store: store, Keys: *soakKeys, Seed: seed, Break: crash}.Run(t)
	t.Logf("%d calls, of %d the outcome is unknown; %d connections cut, %d crashes", calls, unknown, proxy.Cuts(), crashes)
}
