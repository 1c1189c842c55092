package sqlstore_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/sqlstore"
)

func TestSmoke(t *testing.T) {
	dsn := "file:" + filepath.Join(t.TempDir(), "a.db") + "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)"
	db, err := sql.Open("sqlite", dsn)
	require.NoError(t, err)
	smoke(t, db, sqlstore.SQLite)
}

func smoke(t *testing.T, db *sql.DB, d sqlstore.Dialect) {
	defer db.Close()
	s, err := sqlstore.New(db, d, sqlstore.Options{})
	require.NoError(t, err)
	require.NoError(t, s.Migrate(t.Context()))
	require.NoError(t, s.Migrate(t.Context()))
	c := idempotency.Claim{Key: idempotency.Digest{1}, Owner: idempotency.Owner{1}, Fingerprint: []byte{}, Lease: time.Minute, Retain: time.Hour, Info: idempotency.Info{Namespace: "n", Attempt: 3}}
	got, err := s.Claim(t.Context(), c)
	require.NoError(t, err)
	t.Logf("%+v", got)
	d2 := c
	d2.Owner = idempotency.Owner{2}
	got, err = s.Claim(t.Context(), d2)
	require.NoError(t, err)
	t.Logf("%+v", got)
	require.NoError(t, s.Renew(t.Context(), idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: 1}, idempotency.Renewal{Progress: []byte{}}))
	d2.Hold = true
	got, err = s.Claim(t.Context(), d2)
	require.NoError(t, err)
	t.Logf("%+v", got)
	l, err := s.List(t.Context(), idempotency.Query{State: idempotency.Unknown, Limit: 3})
	require.NoError(t, err)
	t.Logf("%+v", l)
	require.NoError(t, s.Resolve(t.Context(), c.Key, 1, idempotency.Final{State: idempotency.Free}))
	got, err = s.Claim(t.Context(), d2)
	require.NoError(t, err)
	t.Logf("%+v", got)
	require.NoError(t, s.Renew(t.Context(), idempotency.Ref{Key: c.Key, Owner: d2.Owner, Fence: 2}, idempotency.Renewal{Progress: []byte{1}}))
	got, err = s.Claim(t.Context(), c)
	require.NoError(t, err)
	t.Logf("%+v", got)
	require.NoError(t, s.Finish(t.Context(), idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: 3}, idempotency.Final{State: idempotency.Done, Result: []byte{}}))
	require.NoError(t, s.Finish(t.Context(), idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: 3}, idempotency.Final{State: idempotency.Done, Result: []byte{}}))
	require.ErrorIs(t, s.Finish(t.Context(), idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: 3}, idempotency.Final{State: idempotency.Done}), idempotency.ErrLeaseLost)
	r, err := s.Get(t.Context(), c.Key)
	require.NoError(t, err)
	t.Logf("%+v nilresult=%v", r, r.Result == nil)
	n, err := s.Sweep(t.Context(), 10)
	require.NoError(t, err)
	require.Zero(t, n)
	require.NoError(t, s.Forget(t.Context(), c.Key))
	require.ErrorIs(t, s.Forget(t.Context(), c.Key), idempotency.ErrNoRecord)
	got, err = s.Transact(t.Context(), c, func(ctx context.Context, tx *sql.Tx, r idempotency.Record) (idempotency.Final, error) {
		return idempotency.Final{State: idempotency.Done, Result: []byte("x")}, nil
	})
	require.NoError(t, err)
	t.Logf("%+v", got)
}
