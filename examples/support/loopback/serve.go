// Package loopback serves HTTP to this machine only.
package loopback

import (
	"context"
	"net"
	"net/http"
	"time"
)

// grace limits the time for open requests when the server stops.
const grace = 2 * time.Second

// Listen listens on a free port.
func Listen(ctx context.Context) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
}

// Serve serves h on a free port until stop is called.
func Serve(ctx context.Context, h http.Handler) (url string, stop func(), err error) {
	return ServeAt(ctx, "127.0.0.1:0", h)
}

// ServeAt serves h at an address until stop is called.
func ServeAt(ctx context.Context, address string, h http.Handler) (url string, stop func(), err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l) // ends with stop
	}()
	return "http://" + l.Addr().String(), func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // requests that last longer
		}
		<-served
	}, nil
}
