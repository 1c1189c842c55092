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
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
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
	url, stop, err := loopback.Serve(ctx, &Service{Printf: printf, Answers: map[string][]Answer{
		"train": {busy("2"), broken, silent},
		"typo":  {badRequest},
		"hotel": {down, down, down, down},
		"visa":  {busy("36000")},
	}})
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
	queue := "retry-" + rand.Text()[:8]
	w, err := newWorker(c, queue, &Activities{URL: url, HTTP: newHTTPClient(), Breaker: breaker}, printf)
	if err != nil {
		return err
	}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Stop()

	start := func(kind string) (client.WorkflowRun, error) {
		id := kind + "-" + queue
		// The timeout ends a workflow whose worker is gone.
		return c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: queue, WorkflowExecutionTimeout: 5 * time.Minute},
			Checkout, Order{ID: id, Cents: 4200})
	}
	for _, kinds := range [][]string{{"train"}, {"typo"}, {"hotel", "taxi"}, {"visa"}} {
		var orders []client.WorkflowRun
		for i, kind := range kinds {
			if i > 0 {
				<-opened // the first order has made the breaker open
			}
			order, err := start(kind)
			if err != nil {
				return err
			}
			orders = append(orders, order)
		}
		for _, order := range orders {
			var result Outcome
			if err := order.Get(ctx, &result); err != nil {
				return err
			}
			printf("order", "%s is %s: %s%s", order.GetID(), result.State, result.Receipt, result.Reason)
		}
	}
	return nil
}

// newWorker returns a worker with the plugin, which brings the interceptor of package retry.
func newWorker(c client.Client, queue string, activities *Activities, printf func(who, format string, args ...any)) (worker.Worker, error) {
	before := func(ctx context.Context) error {
		err := activities.Breaker.Before(ctx)
		if err != nil {
			info := activity.GetInfo(ctx)
			printf("worker", "%s: attempt %d is parked: %v", info.WorkflowExecution.ID, info.Attempt, err)
		}
		return err
	}
	plugin, err := patterns.NewPlugin(patterns.Options{Retry: retry.InterceptorOptions{
		Classify: classify.Default, Jitter: retry.JitterEqual, Before: before,
	}})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, queue, worker.Options{Plugins: []worker.Plugin{plugin}, WorkerStopTimeout: 5 * time.Second})
	w.RegisterWorkflow(Checkout)
	w.RegisterActivity(activities)
	return w, nil
}

// printer returns a function that prints one line at a time, with the time since now.
func printer(out io.Writer) func(who, format string, args ...any) {
	var mu sync.Mutex
	start := time.Now()
	return func(who, format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		_, _ = fmt.Fprintf(out, "%5.1fs  %-8s %s\n", time.Since(start).Seconds(), who, fmt.Sprintf(format, args...))
	}
}
