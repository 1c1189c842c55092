//go:build servers

package pgstore_test

import (
	"context"
	"flag"
	"fmt"
	"net"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/pgstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

var soakKeys = flag.Int("soak", 60, "how many keys TestSoak works on")

// TestSoak cuts connections, and kills the server's processes: it then ends all
// others at once and recovers, as after an immediate stop. It runs before the
// tests that are parallel: they share the server.
func TestSoak(t *testing.T) {
	s := open(t)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	proxy := storetest.NewProxy(t, fmt.Sprintf("%s:%d", s.Config().ConnConfig.Host, s.Config().ConnConfig.Port), seed)
	config := s.Config().Copy()
	config.ConnConfig.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", proxy.Addr)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	cut, err := pgstore.New(pool, pgstore.Options{})
	require.NoError(t, err)

	crashes := 0
	recovered := func() {
		require.Eventually(t, func() bool { s.Reset(); return s.Ping(t.Context()) == nil }, time.Minute, 10*time.Millisecond,
			"the server has recovered")
	}
	crash := func(key int) {
		if key%30 == 0 {
			recovered()
		}
		if key%30 != 29 {
			return
		}
		var pid int
		recovered()
		require.NoError(t, s.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pid))
		crashes++
		time.AfterFunc(time.Duration(key%7)*time.Millisecond, func() { _ = syscall.Kill(pid, syscall.SIGKILL) })
	}
	proxy.Cut(0.03)
	calls, unknown := storetest.Soak{Store: cut, Keys: *soakKeys, Seed: seed, Break: crash}.Run(t)
	t.Logf("%d calls, of %d the outcome is unknown; %d connections cut, %d crashes", calls, unknown, proxy.Cuts(), crashes)

	recovered()
	_, err = s.Exec(t.Context(), "CREATE TABLE effect (key integer NOT NULL)")
	require.NoError(t, err)
	proxy.Cut(0.05)
	for key := range *soakKeys {
		crash(key)
		effects(t, cut, key)
	}
	recovered()
	var total, distinct int
	require.NoError(t, s.QueryRow(t.Context(), "SELECT count(*), count(DISTINCT key) FROM effect").Scan(&total, &distinct))
	require.Equal(t, *soakKeys, total, "each key has one effect")
	require.Equal(t, *soakKeys, distinct)
	t.Logf("%d transactions, each once; in all %d connections cut, %d crashes", total, proxy.Cuts(), crashes)
}

// effects lets four owners want the same effect until each of them has the result.
func effects(t *testing.T, s *pgstore.Store, key int) {
	t.Helper()
	var all sync.WaitGroup
	for owner := range byte(4) {
		c := claim(0, owner)
		c.Key = driver.Key{0xef, byte(key), byte(key >> 8)}
		once := func(ctx context.Context) (driver.ClaimResult, error) {
			return s.Transact(ctx, c, func(ctx context.Context, tx pgx.Tx, _ driver.Record) (driver.Completion, error) {
				_, err := tx.Exec(ctx, "INSERT INTO effect VALUES ($1)", key)
				return done, err
			})
		}
		all.Go(func() {
			deadline, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			for deadline.Err() == nil {
				if got, err := once(deadline); err == nil && got.Record.State == driver.StateCompleted {
					return
				}
			}
			t.Errorf("key %d has no result after a minute", key)
		})
	}
	all.Wait()
}
