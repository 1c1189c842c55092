package idempotency

import (
	"context"
	"errors"
	"reflect"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// InTx returns fn as an activity whose business write and whose record are committed
// together: while the record is kept, a key is written once or not at all. fn must write
// with the transaction only and must not end it; if it does, the activity ends with
// [ReasonMisuse], and a record that was committed needs review. An error of fn rolls both
// back, but activity.ErrResultPending commits both and leaves the activity pending.
//
//	book := idempotency.InTx(guard, store, a.Book, idempotency.ActivityOptions{})
//	w.RegisterActivityWithOptions(book, activity.RegisterOptions{Name: "Book"})
//
// A second attempt at the same time waits for the first, a second at a time in the
// database with a connection, and without one in between. InTx ignores ReviewAbandoned,
// Reconcile, PassThrough and DownstreamTTL. [Step] and [RotateKey] fail in it. Results are
// as with [Wrap].
func InTx[Tx, In, Out any](
	g *Guard, store driver.Transactor[Tx], fn func(context.Context, Tx, In) (Out, error), o ActivityOptions,
) func(context.Context, In) (Out, error) {
	must(g != nil && store != nil && fn != nil, "InTx needs a guard, a store and a function")
	o.mustMakeSense("InTx")
	mustReplay[Out]("InTx")
	o.ReviewAbandoned, o.Reconcile = false, nil
	w := &guardedWork{guard: g, store: store, options: &o, returns: reflect.TypeFor[Out]()}
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := w.function(ctx, in)
		if err != nil {
			return out, err
		}
		t := transaction[Tx]{x, store, func(ctx context.Context, tx Tx) (any, error) { return fn(ctx, tx, in) }}
		a, err := t.run(ctx)
		return typed[Out](ctx, &g.results, a, err)
	}
}

// A transaction does its work, and writes its record, in one transaction of a store.
type transaction[Tx any] struct {
	*execution
	transactor driver.Transactor[Tx]
	do         func(context.Context, Tx) (any, error)
}

// queueFor limits how long a claim waits in the database for another transaction, with a
// connection.
const queueFor = time.Second

// run claims by a transaction, repeatedly while another one has the key.
func (t *transaction[Tx]) run(ctx context.Context) (a answer, err error) {
	defer recordSpan(ctx, t.execution, now(), &err)
	if a, over, err := t.previous(ctx); over {
		return a, err
	}
	for patience := patienceOf(ctx); ; {
		t.claimed = now()
		fresh, got, err := t.try(ctx)
		if err != nil {
			return answer{}, t.failure(ctx, err)
		}
		t.record = got.Record
		switch {
		case got.Won:
			t.ref.Fence = t.record.Fence
			t.emit(ctx, EventStarted)
			if fresh.pending {
				return answer{}, activity.ErrResultPending
			}
			t.guard.answered.add(ctx, t.attempt)
			return fresh, nil
		case isSettled(t.record.State):
			return t.replay(ctx)
		}
		if patience -= time.Since(t.claimed); patience <= 0 || stopping(ctx) {
			return answer{}, t.inProgress(ctx, got.Record.Remaining)
		}
		heartbeat(ctx)()
		pause := min(queueFor, patience) // no other attempt sees a record that is not committed
		if patience -= pause; !sleep(ctx, pause) {
			return answer{}, ctx.Err()
		}
	}
}

// try makes one transaction. Its answer counts when the claim is won.
func (t *transaction[Tx]) try(ctx context.Context) (fresh answer, got driver.ClaimResult, err error) {
	claim := t.newClaim(ctx)
	claim.Lease = min(t.length, queueFor)
	got, err = t.transactor.Transact(ctx, claim, func(ctx context.Context, tx Tx, r driver.Record) (driver.Completion, error) {
		t.record, t.ref.Fence = r, r.Fence
		if err := t.mismatch(ctx); err != nil { // of work that was abandoned without a transaction
			return driver.Completion{}, &callbackError{err}
		}
		t.inTx = true
		value, err := t.do(context.WithValue(ctx, executionKey{}, t.execution), tx)
		if errors.Is(err, activity.ErrResultPending) {
			fresh = answer{pending: true}
			return driver.Completion{State: driver.StatePending}, nil
		}
		if err != nil {
			return driver.Completion{}, &callbackError{failure.WithoutNoEffect(err)}
		}
		payload, kept, err := t.guard.results.encode(ctx, value)
		if err != nil {
			return driver.Completion{}, &callbackError{nonRetryable(ReasonNoResult, "the result of key %s cannot be stored, "+
				"so nothing was written: %v; return a smaller one that can be encoded", t.ref.Key, err)}
		}
		fresh = answer{value: value, kept: payload}
		return driver.Completion{State: driver.StateCompleted, Result: kept}, nil
	})
	return fresh, got, err
}

// callbackError wraps an error of the business write, to tell it from one of the store.
type callbackError struct{ error }

func (e *callbackError) Unwrap() error { return e.error }

// failure returns the error of a transaction: the error of the business, or of the store.
func (t *transaction[Tx]) failure(ctx context.Context, err error) error {
	if errors.Is(err, driver.ErrTxEnded) {
		return nonRetryable(ReasonMisuse, "the function for key %s has ended its transaction itself, so that its record is no part of it; "+
			"leave Commit and Rollback to InTx, and look at what it has written", t.ref.Key)
	}
	var business *callbackError
	if errors.As(err, &business) {
		return business.error
	}
	var statement *driver.StatementError
	if errors.As(err, &statement) {
		return statement.Err
	}
	return t.storeDown(ctx, err, "so the transaction of key %s was not committed, or its commit was not answered")
}
