package sqlstore_test

import (
	"context"
	"database/sql"
	"flag"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
	"github.com/temporal-patterns/temporal-patterns/idempotency/storetest"
)

var soakKeys = flag.Int("soak", 60, "how many keys TestSoakOnSQLite works on")

// breaking is a store whose calls are interrupted at random, and whose database is
// closed under them and opened again.
type breaking struct {
	t      *testing.T
	file   string
	random *rand.Rand

	mu          sync.Mutex
	db          *sql.DB
	store       *sqlstore.Store
	interrupted atomic.Int64
	reopened    int
}

func (b *breaking) open() {
	db, err := sql.Open("sqlite", b.file)
	require.NoError(b.t, err)
	store, err := sqlstore.New(db, sqlstore.DialectSQLite, sqlstore.Options{})
	require.NoError(b.t, err)
	require.NoError(b.t, store.Migrate(b.t.Context()))
	b.mu.Lock()
	b.db, b.store = db, store
	b.mu.Unlock()
}

// on calls f with the store of now. One call in twelve is interrupted within a
// millisecond.
func (b *breaking) on(ctx context.Context, f func(context.Context, *sqlstore.Store) error) error {
	b.mu.Lock()
	store, hit, after := b.store, b.random.IntN(12) == 0, time.Duration(b.random.IntN(1000))*time.Microsecond
	b.mu.Unlock()
	if hit {
		b.interrupted.Add(1)
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, after)
		defer cancel()
	}
	return f(ctx, store)
}

func (b *breaking) Claim(ctx context.Context, c driver.Claim) (got driver.ClaimResult, err error) {
	err = b.on(ctx, func(ctx context.Context, s *sqlstore.Store) (err error) { got, err = s.Claim(ctx, c); return err })
	return got, err
}

func (b *breaking) Get(ctx context.Context, key driver.Key) (got driver.Record, err error) {
	err = b.on(ctx, func(ctx context.Context, s *sqlstore.Store) (err error) { got, err = s.Get(ctx, key); return err })
	return got, err
}

func (b *breaking) Renew(ctx context.Context, ref driver.Ref, r driver.Renewal) error {
	return b.on(ctx, func(ctx context.Context, s *sqlstore.Store) error { return s.Renew(ctx, ref, r) })
}

func (b *breaking) Finish(ctx context.Context, ref driver.Ref, c driver.Completion) error {
	return b.on(ctx, func(ctx context.Context, s *sqlstore.Store) error { return s.Finish(ctx, ref, c) })
}

func (b *breaking) Release(ctx context.Context, ref driver.Ref) error {
	return b.on(ctx, func(ctx context.Context, s *sqlstore.Store) error { return s.Release(ctx, ref) })
}

func (b *breaking) List(ctx context.Context, q driver.Query) (all []driver.Entry, err error) {
	err = b.on(ctx, func(ctx context.Context, s *sqlstore.Store) (err error) { all, err = s.List(ctx, q); return err })
	return all, err
}

func (b *breaking) Resolve(ctx context.Context, key driver.Key, fence int64, c driver.Completion) error {
	return b.on(ctx, func(ctx context.Context, s *sqlstore.Store) error { return s.Resolve(ctx, key, fence, c) })
}

func (b *breaking) Delete(ctx context.Context, key driver.Key) error {
	return b.on(ctx, func(ctx context.Context, s *sqlstore.Store) error { return s.Delete(ctx, key) })
}

// disturb reopens the database, or holds its write lock for longer than calls wait.
func (b *breaking) disturb(key int) {
	b.mu.Lock()
	db := b.db
	b.mu.Unlock()
	switch key % 10 {
	case 4:
		b.reopened++
		b.open()
		time.AfterFunc(time.Duration(key%7)*time.Millisecond, func() { _ = db.Close() })
	case 9:
		conn, err := db.Conn(b.t.Context())
		require.NoError(b.t, err)
		_, err = conn.ExecContext(b.t.Context(), "BEGIN IMMEDIATE")
		if err == nil {
			time.AfterFunc(30*time.Millisecond, func() {
				_, _ = conn.ExecContext(context.Background(), "ROLLBACK")
				_ = conn.Close()
			})
			return
		}
		_ = conn.Close()
	}
}

// TestSoakOnSQLite compares the answers of concurrent calls with an order that explains
// them, while calls are interrupted, other writers hold the lock and the database is
// closed under them.
func TestSoakOnSQLite(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	b := &breaking{
		t: t, random: rand.New(rand.NewPCG(seed, 1)),
		file: "file:" + filepath.Join(t.TempDir(), "records.db") + "?_pragma=journal_mode(WAL)&_pragma=busy_timeout(10)",
	}
	b.open()
	t.Cleanup(func() { b.db.Close() })
	calls, unknown := storetest.Soak{Store: b, Keys: *soakKeys, Seed: seed, Break: b.disturb}.Run(t)
	require.Positive(t, unknown, "something was broken")
	t.Logf("%d calls, of %d the outcome is unknown; %d interrupted, the database opened again %d times", calls, unknown,
		b.interrupted.Load(), b.reopened)
}
