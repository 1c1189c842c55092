//go:build servers

package pgstore_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func TestSweepBesideOthers(t *testing.T) {
	t.Parallel()
	s := open(t)
	for key := range byte(3) {
		_, err := s.Claim(t.Context(), claim(key, 1))
		require.NoError(t, err)
		require.NoError(t, s.Finish(t.Context(), ref(claim(key, 1), 1), done))
	}
	_, err := s.Exec(t.Context(), "UPDATE idempotency_record SET expires_at = now()")
	require.NoError(t, err)
	require.NoError(t, pgx.BeginFunc(t.Context(), s.Pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "SELECT FROM idempotency_record WHERE key = $1 FOR UPDATE", make([]byte, 32))
		require.NoError(t, err)
		swept, err := s.Sweep(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 2, swept, "it does not wait for what another transaction holds")
		return nil
	}))
	swept, err := s.Sweep(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 1, swept)
}

func TestGetTakesNoLock(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, err := s.Claim(t.Context(), claim(1, 1))
	require.NoError(t, err)
	require.NoError(t, pgx.BeginFunc(t.Context(), s.Pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "SELECT FROM idempotency_record FOR UPDATE")
		require.NoError(t, err)
		got, err := s.Get(t.Context(), claim(1, 1).Key)
		require.NoError(t, err)
		require.Equal(t, driver.StateInProgress, got.State)
		lost, err := s.Claim(t.Context(), claim(1, 2))
		require.NoError(t, err)
		require.False(t, lost.Won, "nor does a claim that is not won")
		return nil
	}))
}

// An index on what claim, renewal and finish change would make each of them
// write to it: PostgreSQL updates a row in its place only when no index, its
// condition included, names a column that changes.
func TestFinishKeepsIndexes(t *testing.T) {
	t.Parallel()
	s := open(t)
	rows, err := s.Query(t.Context(), "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = "+
		"'idempotency_record'")
	require.NoError(t, err)
	indexes, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Len(t, indexes, 3)
	for _, index := range indexes {
		require.NotRegexp(t, `\((.*\W)?(state|owner|fence|result|progress|lease_until|attempt)\W|WHERE.*\Wstate\W`, index)
	}
}
