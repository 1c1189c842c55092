//go:build servers

package pgstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync/atomic"
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
