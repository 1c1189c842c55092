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

// trouble sends the orders while things are killed, and returns when all orders
// have ended, or when nothing ends any more. The error is of the rig, not of what
// was promised. When it returns, nothing is sent, killed or started any more.
func (r *rig) trouble(ctx context.Context) error {
	defer r.show.end()
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
	r.watch(ctx, begin(r.faults), begin(r.everybody))
	stop(errOver)
	both.Wait()
	if err := context.Cause(ctx); !errors.Is(err, errOver) {
		return err
	}
	return nil
}

// watch shows how it stands, until all is done, nothing ends any more, or ctx ends.
func (r *rig) watch(ctx context.Context, faults, people <-chan struct{}) {
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
		r.book.note(func(b *book) { b.ended = last })
		r.show.now()
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

// everybody sends all orders.
func (r *rig) everybody(ctx context.Context) error {
	plans := r.plans()
	errs := make([]error, len(plans))
	var all sync.WaitGroup
	for i, p := range plans {
		all.Go(func() { errs[i] = r.order(ctx, p) })
	}
	all.Wait()
	return errors.Join(errs...)
}

// ended is how many orders have ended, as the server counts them.
func (r *rig) ended(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	n, err := r.client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: r.namespace, Query: fmt.Sprintf("TaskQueue = %q AND ExecutionStatus != 'Running'", r.queue),
	})
	return int(n.GetCount()), err
}
