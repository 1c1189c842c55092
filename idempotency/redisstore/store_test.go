package redisstore_test

import (
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
)

// TestNoServer wants errors that leave the outcome open.
func TestNoServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	client := redis.NewClient(&redis.Options{Addr: l.Addr().String(), MaxRetries: -1, DialerRetries: 1})
	defer client.Close()
	store := redisstore.New(client, redisstore.Options{})
	ctx, ref, done := t.Context(), driver.Ref{}, driver.Completion{State: driver.StateCompleted}
	for name, call := range map[string]func() error{
		"claim a record": func() error {
			_, err := store.Claim(ctx, driver.Claim{Lease: time.Second, Retain: time.Second})
			return err
		},
		"read a record":    func() error { _, err := store.Get(ctx, ref.Key); return err },
		"renew a lease":    func() error { return store.Renew(ctx, ref, driver.Renewal{}) },
		"finish a record":  func() error { return store.Finish(ctx, ref, done) },
		"release a record": func() error { return store.Release(ctx, ref) },
		"list records":     func() error { _, err := store.List(ctx, driver.Query{Limit: 1}); return err },
		"resolve a record": func() error { return store.Resolve(ctx, ref.Key, 1, done) },
		"forget a record":  func() error { return store.Delete(ctx, ref.Key) },
	} {
		err := call()
		require.ErrorContains(t, err, "redisstore: could not "+name)
		require.NotErrorIs(t, err, driver.ErrLeaseLost)
		require.NotErrorIs(t, err, driver.ErrNoRecord)
	}
}
