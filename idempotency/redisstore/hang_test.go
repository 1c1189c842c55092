package redisstore_test

import (
	"context"
	"io"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/redisstore"
)

// TestServerHangs has a server that takes what it is sent and never answers, and
// clients that do not look at their contexts.
func TestServerHangs(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(io.Discard, conn) }()
		}
	}()
	client := redis.NewClient(&redis.Options{Addr: listener.Addr().String(), ReadTimeout: -1, WriteTimeout: -1})
	t.Cleanup(func() { _ = client.Close() })
	store := redisstore.New(client, redisstore.Options{})
	t.Run("a call ends with its context", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		begin := time.Now()
		_, err := store.Claim(ctx, claimed)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, time.Since(begin), 3*time.Second)
	})
	t.Run("a call has a limit of its own", func(t *testing.T) {
		t.Parallel()
		begin := time.Now()
		require.ErrorIs(t, store.Renew(t.Context(), driver.Ref{}, driver.Renewal{}), context.DeadlineExceeded)
		require.Less(t, time.Since(begin), 15*time.Second)
	})
}

var claimed = driver.Claim{Lease: time.Second, Retain: time.Second}

// A hook of the user's that panics must not end the process.
func TestClientPanics(t *testing.T) {
	t.Parallel()
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", Dialer: func(context.Context, string, string) (net.Conn, error) {
		//archtest:panic what is tested
		panic("no dialer")
	}})
	t.Cleanup(func() { _ = client.Close() })
	_, err := redisstore.New(client, redisstore.Options{}).Get(t.Context(), driver.Key{})
	require.ErrorContains(t, err, "could not read a record")
}

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
