// Retry charges orders through a service that fails in several ways.
//
//	go run ./examples/retry
//
// The program finds or starts a Temporal server, and runs a worker and the service. It
// prints the plan of the retry policy, each call of the service, and how each order ends:
// compare the times of the calls with the plan. Copy workflow.go, activities.go and, for
// a circuit breaker, breaker.go.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"

	"github.com/sony/gobreaker/v2"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	server, err := devserver.Connect(ctx, out)
	if err != nil {
		return err
	}
	defer server.Stop()
	server.ClientOptions.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	c, err := client.DialContext(ctx, server.ClientOptions)
	if err != nil {
		return err
	}
	defer c.Close()

	_, _ = fmt.Fprintf(out, "The plan of a charge:\n%v\n", retry.Plan(policy, limits))
	printf := printer(out)
	queue := "retry-" + rand.Text()[:8]
	url, stop, err := loopback.Serve(ctx, newService(printf))
	if err != nil {
		return err
	}
	defer stop()
	opened := make(chan struct{}, 10)
	breaker := newBreaker(func(from, to gobreaker.State) {
		printf("breaker", "%v, was %v", to, from)
		if to == gobreaker.StateOpen {
			opened <- struct{}{}
		}
	})
	w, err := newWorker(c, queue, &Activities{URL: url, HTTP: newHTTPClient(), Breaker: breaker}, printf)
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()
	return (&customers{client: c, queue: queue, opened: opened, printf: printf}).order(ctx)
}
