package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
)

var errOver = errors.New("the run is over")

// sendAndKill sends the orders while it kills targets. It returns when all orders have
// ended, or when no order ends any more; then it sends, kills and starts nothing more. An
// error means that the experiment failed, not that a promise was broken.
func (r *experiment) sendAndKill(ctx context.Context) error {
	defer r.display.end()
	ctx, stop := context.WithCancelCause(ctx)
	var both sync.WaitGroup
	begin := func(do func(context.Context) error) <-chan struct{} {
		done := make(chan struct{})
		both.Go(func() {
			defer close(done)
			if err := do(ctx); err != nil {
				stop(err)
			}
		})
		return done
	}
	r.watch(ctx, begin(r.killRepeatedly), begin(r.sendAll))
	stop(errOver)
	both.Wait()
	if err := context.Cause(ctx); !errors.Is(err, errOver) {
		return err
	}
	return nil
}

// watch shows the state until all orders have ended, none ends any more, or ctx ends.
func (r *experiment) watch(ctx context.Context, faults, people <-chan struct{}) {
	last, changed := 0, time.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		n, err := r.ended(ctx)
		if err == nil && n != last || !closed(faults) {
			last, changed = max(n, last), time.Now()
		}
		r.record.with(func(rec *record) { rec.ended = last })
		r.display.now()
		if closed(faults) && closed(people) && last >= r.orders || time.Since(changed) > r.patience {
			return
		}
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// sendAll sends all orders.
func (r *experiment) sendAll(ctx context.Context) error {
	plans := r.plans()
	errs := make([]error, len(plans))
	var all sync.WaitGroup
	for i, p := range plans {
		all.Go(func() { errs[i] = r.processOrder(ctx, p) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// ended returns the number of orders that have ended, as the server counts them.
func (r *experiment) ended(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	n, err := r.client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: r.namespace, Query: fmt.Sprintf("TaskQueue = %q AND ExecutionStatus != 'Running'", r.queue),
	})
	return int(n.GetCount()), err
}
