//go:build observe

package observe_test

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// trouble has workflows and activities with faults that orders do not have.
type trouble struct {
	changed atomic.Bool   // Changing has other code
	release chan struct{} // ends Hang
}

var errFault = errors.New("a planted fault")

// brokenStore is a store of records that fails in one way.
type brokenStore struct {
	driver.Store
	away, lost bool
}

func (s brokenStore) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	if s.away {
		return driver.ClaimResult{}, errFault
	}
	return s.Store.Claim(ctx, c)
}

func (s brokenStore) Finish(ctx context.Context, ref driver.Ref, c driver.Completion) error {
	if s.lost {
		return driver.ErrLeaseLost
	}
	return s.Store.Finish(ctx, ref, c)
}

// register registers all of it.
func (f *trouble) register(r worker.Registry) {
	for name, w := range map[string]any{"Run": runActivity, "Panic": panicking, "Change": f.change, "Leave": leave} {
		r.RegisterWorkflowWithOptions(w, workflow.RegisterOptions{Name: name})
	}
	store := func(s brokenStore) *idempotency.Guard {
		s.Store = memstore.New(memstore.Options{})
		return idempotency.NewGuard(s, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	}
	good := store(brokenStore{})
	fails := func(context.Context, int) (int, error) { return 0, errFault }
	works := func(_ context.Context, n int) (int, error) { return n, nil }
	key := func([]any) (string, error) { return "one key", nil }
	for name, a := range map[string]any{
		"Busy":    func(context.Context, int) error { return retry.After(errFault, time.Millisecond) },
		"Hang":    f.hang,
		"Unclear": idempotency.Wrap(good, fails, idempotency.ActivityOptions{ReviewAbandoned: true}),
		"Keyed":   idempotency.Wrap(good, works, idempotency.ActivityOptions{Key: key}),
		"Away":    idempotency.Wrap(store(brokenStore{away: true}), works, idempotency.ActivityOptions{}),
		"Lost":    idempotency.Wrap(store(brokenStore{lost: true}), works, idempotency.ActivityOptions{}),
	} {
		r.RegisterActivityWithOptions(a, activity.RegisterOptions{Name: name})
	}
}

// runActivity tries an activity some times and ignores how it ends.
func runActivity(ctx workflow.Context, name string, argument int, attempts int32) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Minute, HeartbeatTimeout: 10 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Millisecond, BackoffCoefficient: 1, MaximumAttempts: attempts},
	})
	_ = workflow.ExecuteActivity(ctx, name, argument).Get(ctx, nil)
	return nil
}

func panicking(workflow.Context) error { panic(errFault) }

// change waits for a signal in one way or in another one.
func (f *trouble) change(ctx workflow.Context) error {
	if f.changed.Load() {
		_ = workflow.Sleep(ctx, time.Hour)
	}
	workflow.GetSignalChannel(ctx, "go on").Receive(ctx, nil)
	return nil
}

// leave ends without the messages that it has a channel for.
func leave(ctx workflow.Context) error {
	signals.New[int]("left").Channel(ctx, signals.Options{})
	return workflow.Sleep(ctx, time.Millisecond)
}

// hang works until it is released.
func (f *trouble) hang(ctx context.Context, _ int) error {
	for tick := time.NewTicker(time.Second); ; {
		activity.RecordHeartbeat(ctx)
		select {
		case <-f.release:
			tick.Stop()
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
