package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
)

// customers send orders, for which the service fails as their names say.
type customers struct {
	client client.Client
	queue  string
	opened <-chan struct{} // gets a value when the breaker opens
	printf func(who, format string, args ...any)
}

// order sends the orders one after the other, and prints how they end. The taxi comes
// while the hotel keeps the breaker open.
func (s *customers) order(ctx context.Context) error {
	for _, names := range [][]string{{"train"}, {"typo"}, {"hotel", "taxi"}, {"visa"}} {
		var orders []client.WorkflowRun
		for i, name := range names {
			if i > 0 {
				<-s.opened
			}
			id := name + "-" + s.queue
			order, err := s.client.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
				ID: id, TaskQueue: s.queue,
				WorkflowExecutionTimeout: 5 * time.Minute, // ends a workflow whose worker is gone
			}, Checkout, Order{ID: id, Cents: 4200})
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
			s.printf("order", "%s is %s: %s%s", order.GetID(), result.State, result.Receipt, result.Reason)
		}
	}
	return nil
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
