// Server runs the partners of the order example, a payment provider and a carrier, as a
// process of their own. They keep their data in memory.
//
//	PARTNERS_LISTEN=:8090 server
//	server healthcheck    # exits with 1 if the server on this machine is not live
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/healthcheck"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	address := os.Getenv("PARTNERS_LISTEN")
	if address == "" {
		address = "127.0.0.1:8090"
	}
	switch {
	case len(args) == 1 && args[0] == "healthcheck":
		return healthcheck.Live(ctx, address)
	case len(args) > 0:
		return fmt.Errorf("unexpected argument %q; the only one is \"healthcheck\"", args[0])
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("PARTNERS_LISTEN is %q: %w; set an address that is free, such as \"127.0.0.1:8091\"", address, err)
	}
	return serve(ctx, l)
}

// serve answers on l until ctx ends.
func serve(ctx context.Context, l net.Listener) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(http.ResponseWriter, *http.Request) {})
	mux.Handle("/", partners.New(payments.Options{}, nil))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stopped := make(chan error, 1)
	go func() {
		<-ctx.Done()
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(ending)
	}()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}
