//go:build servers

package pgstore_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// TestTrips counts how often each call waits for the server.
func TestTrips(t *testing.T) {
	t.Parallel()
	s := open(t)
	key := byte(0)
	trips := func(do func(key byte)) int64 {
		for range 2 {
			key++ // the first time the connection prepares its statements
			s.tap.trips.Store(0)
			do(key)
		}
		return s.tap.trips.Load()
	}
	claimed := func(key byte) driver.Ref {
		got, err := s.Claim(t.Context(), claim(key, 1))
		require.NoError(t, err)
		require.True(t, got.Won)
		return ref(claim(key, 1), 1)
	}
	require.EqualValues(t, 1, trips(func(key byte) { claimed(key) }), "Claim, won")
	require.EqualValues(t, 2, trips(func(key byte) {
		require.NoError(t, s.Finish(t.Context(), claimed(key), done))
	}), "Claim and Finish")
	held := key
	require.EqualValues(t, 1, trips(func(byte) {
		got, err := s.Claim(t.Context(), claim(held, 2))
		require.NoError(t, err)
		require.False(t, got.Won)
	}), "Claim, not won")
	require.EqualValues(t, 2, trips(func(key byte) {
		require.NoError(t, s.Renew(t.Context(), claimed(key), driver.Renewal{Lease: time.Minute}))
	}), "Claim and Renew")
	last := key
	require.EqualValues(t, 1, trips(func(byte) {
		_, err := s.Get(t.Context(), claim(last, 1).Key)
		require.NoError(t, err)
	}), "Get")
	require.EqualValues(t, 5, trips(func(key byte) {
		_, err := s.Transact(t.Context(), claim(key, 1), charge)
		require.NoError(t, err)
	}), "Transact: begin, claim, one statement, finish, commit")
	require.EqualValues(t, 3, trips(func(byte) {
		_, err := s.Transact(t.Context(), claim(last, 2), charge)
		require.NoError(t, err)
	}), "Transact, not won: begin, claim, commit")
}
