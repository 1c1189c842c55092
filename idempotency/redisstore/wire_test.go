//go:build servers

package redisstore_test

import (
	"context"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var done = driver.Completion{State: driver.StateCompleted, Result: []byte("done")}

func claim(name byte) driver.Claim {
	return driver.Claim{
		Key: driver.Key{name}, Owner: driver.Owner{1}, Fingerprint: []byte("print"),
		Lease: time.Hour, Retain: 24 * time.Hour,
	}
}

// won claims a key.
func won(t *testing.T, s driver.Store, c driver.Claim) driver.Ref {
	t.Helper()
	got, err := s.Claim(t.Context(), c)
	require.NoError(t, err)
	require.True(t, got.Won, "the claim is won")
	return driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}
}

// all calls each method of a store once.
func all(t *testing.T, s driver.Admin) {
	t.Helper()
	ctx := t.Context()
	ref := won(t, s, claim(1))
	require.NoError(t, s.Renew(ctx, ref, driver.Renewal{Lease: time.Hour, Progress: []byte("half")}))
	require.NoError(t, s.Finish(ctx, ref, done))
	_, err := s.Get(ctx, ref.Key)
	require.NoError(t, err)
	require.NoError(t, s.Delete(ctx, ref.Key))
	ref = won(t, s, claim(2))
	require.NoError(t, s.Release(ctx, ref))
	ref = won(t, s, claim(2))
	require.NoError(t, s.Finish(ctx, ref, driver.Completion{State: driver.StatePending}))
	require.NoError(t, s.Resolve(ctx, ref.Key, ref.Fence, done))
	require.NoError(t, s.Delete(ctx, ref.Key))
}

const calls = 11 // of all

func TestCalls(t *testing.T) {
	t.Parallel()
	client, store := open(t)
	all(t, store) // the server learns the scripts
	var seen tap
	client.AddHook(&seen)
	all(t, store)
	t.Run("each is one script on one key", func(t *testing.T) {
		t.Parallel()
		require.Len(t, seen.commands, calls)
		for _, args := range seen.commands {
			require.Equal(t, "evalsha", args[0])
			require.EqualValues(t, 1, args[2], "how many keys a script has")
		}
	})
	t.Run("no time of the program's clock is sent", func(t *testing.T) {
		t.Parallel()
		year := 365 * 24 * time.Hour
		for _, unit := range []time.Duration{time.Nanosecond, time.Microsecond, time.Millisecond, time.Second} {
			now := time.Now().UnixNano() / int64(unit)
			for _, args := range seen.commands {
				for _, arg := range args[3:] {
					if n, err := strconv.ParseInt(text(arg), 10, 64); err == nil {
						require.Greater(t, (time.Duration(now-n) * unit).Abs(), year, "a number that is no instant: %d", n)
					}
				}
			}
		}
	})
}

// It runs before those that are parallel: they share the server.
func TestServerForgetsScripts(t *testing.T) {
	client, store := open(t)
	all(t, store)
	require.NoError(t, client.ScriptFlush(t.Context()).Err())
	all(t, store)
}

func text(arg any) string {
	switch v := arg.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// tap is a redis.Hook that keeps what is sent.
type tap struct {
	mu       sync.Mutex
	commands [][]any
}

func (h *tap) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (h *tap) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		// Connections say hello, and who they are.
		if name := strings.ToLower(cmd.Name()); name != "hello" && name != "client" {
			h.mu.Lock()
			h.commands = append(h.commands, cmd.Args())
			h.mu.Unlock()
		}
		return next(ctx, cmd)
	}
}

func (h *tap) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}
