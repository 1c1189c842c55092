package idempotency_test

import (
	"context"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// lock is that of a key, which transactions hold until they end.
func (w *world) lock(key driver.Key) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.locks[key] == nil {
		w.locks[key] = make(chan struct{}, 1)
	}
	return w.locks[key]
}

// Transact is that of a database: what was written is there when it commits. The
// answer to a commit may be lost.
func (l *link) Transact(ctx context.Context, c driver.Claim,
	run func(context.Context, *[]string, driver.Record) (driver.Completion, error),
) (got driver.ClaimResult, err error) {
	err = l.call(ctx, func(ctx context.Context) error { got, err = l.transact(ctx, c, run); return err })
	return got, err
}

func (l *link) transact(ctx context.Context, c driver.Claim,
	run func(context.Context, *[]string, driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	w, lock := l.world, l.world.lock(c.Key)
	select {
	case lock <- struct{}{}:
	case <-time.After(c.Lease):
		return driver.ClaimResult{Record: driver.Record{State: driver.StateInProgress, Remaining: c.Lease}}, nil
	case <-ctx.Done():
		return driver.ClaimResult{}, ctx.Err()
	}
	defer func() { <-lock }()
	if r, err := w.store.Get(ctx, c.Key); err == nil && r.State == driver.StateCompleted {
		return driver.ClaimResult{Record: r}, nil
	}
	var rows []string
	f, err := run(ctx, &rows, driver.Record{State: driver.StateInProgress, Owner: c.Owner, Fence: 1})
	if err != nil {
		return driver.ClaimResult{}, err
	}
	if l.isDead() { // the server rolls back
		return driver.ClaimResult{}, errLink
	}
	got, err := w.store.Claim(context.WithoutCancel(ctx), c)
	if err == nil {
		err = w.store.Finish(context.WithoutCancel(ctx), driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}, f)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, row := range rows {
		w.effects[row]++
	}
	return got, err
}
