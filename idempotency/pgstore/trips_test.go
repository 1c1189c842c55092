//go:build servers

package pgstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A tap sits on the connections of a pool: it counts round trips, and cuts a
// connection on demand.
type tap struct {
	trips atomic.Int64
	cut   atomic.Pointer[cut]
}

// A cut ends the connection that is about to send certain text, once.
type cut struct {
	at    string
	after bool // the server has done it, and its answer is lost; else it never hears of it
}

var errCut = errors.New("the cable is cut")

func (t *tap) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return &tapped{Conn: conn, tap: t}, err
}

type tapped struct {
	net.Conn
	tap  *tap
	read atomic.Bool // the last that happened
	dead atomic.Bool
}

func (c *tapped) Write(b []byte) (int, error) {
	if c.read.Swap(false) {
		c.tap.trips.Add(1)
	}
	now := c.tap.cut.Load()
	if now == nil || !bytes.Contains(b, []byte(now.at)) || !c.tap.cut.CompareAndSwap(now, nil) {
		return c.Conn.Write(b)
	}
	c.dead.Store(true)
	if now.after {
		_, err := c.Conn.Write(b)
		if err == nil {
			_, err = c.Conn.Read(make([]byte, 1<<16))
		}
		return len(b), errors.Join(err, c.Conn.Close())
	}
	return len(b), c.Conn.Close()
}

func (c *tapped) Read(b []byte) (int, error) {
	if c.dead.Load() {
		return 0, errors.Join(errCut, io.ErrUnexpectedEOF)
	}
	n, err := c.Conn.Read(b)
	c.read.Store(true)
	return n, err
}

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
