package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/api/workflowservice/v1"
)

// trouble sends the orders while things are killed, and returns when all orders
// have ended, or when nothing ends any more. The error is of the rig, not of what
// was promised.
func (r *rig) trouble(ctx context.Context) error {
	sending, stop := context.WithCancel(ctx)
	defer stop()
	faults, people := make(chan error, 1), make(chan error, 1)
	go func() { faults <- r.faults(ctx) }()
	go func() { people <- r.everybody(sending) }()
	var settled, quiet bool
	last, changed := 0, time.Now()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	defer r.show.end()
	for {
		select {
		case <-ctx.Done():
			stop()
			return errors.Join(context.Cause(ctx), <-people) // and faults, which ends with ctx
		case err := <-faults:
			if err != nil {
				return err
			}
			settled = true
		case err := <-people:
			if err != nil {
				return err
			}
			quiet = true
		case <-tick.C:
			n, err := r.ended(ctx)
			if err == nil && n != last || !settled {
				last, changed = max(n, last), time.Now()
			}
			r.book.note(func(b *book) { b.ended = last })
			r.show.now()
			switch {
			case settled && quiet && last >= r.orders:
				return nil
			case time.Since(changed) > r.patience: // the rest is stuck
				stop()
				if !quiet {
					if err := <-people; err != nil {
						return err
					}
				}
				return nil
			}
		}
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
	if err := errors.Join(errs...); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

// ended is how many orders have ended, as the server counts them.
func (r *rig) ended(ctx context.Context) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	n, err := r.client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{
		Namespace: r.server.ClientOptions.Namespace, Query: fmt.Sprintf("TaskQueue = %q AND ExecutionStatus != 'Running'", r.queue),
	})
	return int(n.GetCount()), err
}
