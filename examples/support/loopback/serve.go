// Package loopback serves HTTP on this machine, out of reach for others.
package loopback

import (
	"context"
	"net"
	"net/http"
	"time"
)

// grace is for requests that are under way when the server stops.
const grace = 2 * time.Second

// Listen listens on a free port.
func Listen(ctx context.Context) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
}

// Serve serves h on a free port until stop is called, which returns when nothing
// is served any more.
func Serve(ctx context.Context, h http.Handler) (url string, stop func(), err error) {
	return ServeAt(ctx, "127.0.0.1:0", h)
}

// ServeAt is Serve at an address of the caller's choice, which may be in reach.
func ServeAt(ctx context.Context, address string, h http.Handler) (url string, stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // ends when it is told to
	}()
	return "http://" + l.Addr().String(), func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // a person holds on
		}
		<-served
	}, nil
}
