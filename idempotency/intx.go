package idempotency

import (
	"context"
	"errors"
	"fmt"
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
// database with a connection, and without one in between. InTx ignores OnAbandoned,
// Reconcile, PassThrough and DownstreamTTL. [Step] and [RotateKey] fail in it. Results are
// as with [Wrap].
func InTx[Tx, In, Out any](
	g *Guard, store driver.Transactor[Tx], fn func(context.Context, Tx, In) (Out, error), o ActivityOptions,
) func(context.Context, In) (Out, error) {
	must(g != nil && store != nil && fn != nil, "InTx needs a guard, a store and a function")
	o.mustMakeSense("InTx")
	mustReplay[Out]("InTx")
	o.OnAbandoned, o.Reconcile = OnAbandonedRetry, nil
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := g.function(ctx, store, &o, in)
		if err != nil {
			return out, err
		}
		x.returning(reflect.TypeFor[Out]())
		a, err := transact(ctx, x, store, func(ctx context.Context, tx Tx) (any, error) { return fn(ctx, tx, in) })
		if err != nil {
			return out, err
		}
		return typed[Out](ctx, g, a)
	}
}

// callbackError is an error of the business write, and not of the store.
type callbackError struct{ error }

func (e *callbackError) Unwrap() error { return e.error }

// transact runs do in one transaction.
func transact[Tx any](
	ctx context.Context, x *execution, store driver.Transactor[Tx], do func(context.Context, Tx) (any, error),
) (answer, error) {
	if a, over, err := x.previous(ctx); over {
		return a, err
	}
	return x.lockingClaim(ctx, func(ctx context.Context, c driver.Claim) (fresh answer, got driver.ClaimResult, err error) {
		got, err = store.Transact(ctx, c, func(ctx context.Context, tx Tx, r driver.Record) (driver.Completion, error) {
			x.record, x.ref.Fence = r, r.Fence
			if err := x.mismatch(ctx); err != nil { // of work that was abandoned without a transaction
				return driver.Completion{}, &callbackError{err}
			}
			value, err := do(x.transacting(ctx), tx)
			if errors.Is(err, activity.ErrResultPending) {
				fresh = answer{pending: true}
				return driver.Completion{State: driver.StatePending}, nil
			}
			if err != nil {
				return driver.Completion{}, &callbackError{failure.WithoutNoEffect(err)}
			}
			payload, kept, err := x.guard.encode(ctx, value)
			if err != nil {
				return driver.Completion{}, &callbackError{x.resultTooLarge(err)}
			}
			fresh = answer{value: value, kept: payload}
			return driver.Completion{State: driver.StateCompleted, Result: kept}, nil
		})
		return fresh, got, err
	})
}

// transacting returns the context of work whose record is part of a transaction.
func (x *execution) transacting(ctx context.Context) context.Context {
	x.inTx = true
	return context.WithValue(ctx, executionKey{}, x)
}

func (x *execution) newClaim(ctx context.Context) driver.Claim {
	return driver.Claim{
		Key: x.ref.Key, Owner: x.ref.Owner, Fingerprint: x.fingerprint, Lease: x.lease, Retain: x.options.retain(ctx),
		Info: x.info,
	}
}

// queueFor is how long a claim waits in the database for another transaction, with a
// connection.
const queueFor = time.Second

// lockingClaim claims by a transaction, repeatedly while another one has the key.
func (x *execution) lockingClaim(ctx context.Context, claim func(context.Context, driver.Claim) (answer, driver.ClaimResult,
	error),
) (answer, error) {
	for patience := patienceOf(ctx); ; {
		x.claimed = now()
		c := x.newClaim(ctx)
		c.Lease = min(x.lease, queueFor)
		fresh, got, err := claim(ctx, c)
		if err != nil {
			return answer{}, x.transactError(ctx, err)
		}
		x.record = got.Record
		switch {
		case got.Won:
			return x.afterTransact(ctx, fresh)
		case isSettled(x.record.State):
			return x.replay(ctx)
		}
		if patience -= time.Since(x.claimed); patience <= 0 || stopping(ctx) {
			return answer{}, x.inProgress(ctx, got.Record.Remaining)
		}
		heartbeat(ctx)()
		pause := min(queueFor, patience) // no other attempt sees a record that is not committed
		if patience -= pause; !sleep(ctx, pause) {
			return answer{}, ctx.Err()
		}
	}
}

func (x *execution) resultTooLarge(err error) error {
	return nonRetryable(ReasonNoResult, fmt.Sprintf("the result of key %s cannot be stored, so nothing was written: %v; "+
		"return a smaller one that can be encoded", x.ref.Key, err))
}

// transactError returns the error of a transaction: the error of the business, or of the
// store.
func (x *execution) transactError(ctx context.Context, err error) error {
	if errors.Is(err, driver.ErrTxEnded) {
		return nonRetryable(ReasonMisuse, fmt.Sprintf("the function for key %s has ended its transaction itself, "+
			"so that its record is no part of it; leave Commit and Rollback to InTx, "+
			"and look at what it has written", x.ref.Key))
	}
	var business *callbackError
	if errors.As(err, &business) {
		return business.error
	}
	var statement *driver.StatementError
	if errors.As(err, &statement) {
		return statement.Err
	}
	return x.storeDown(ctx, "so the transaction of key %s was not committed, or its commit was not answered", err)
}

// afterTransact returns the answer of a transaction of this attempt.
func (x *execution) afterTransact(ctx context.Context, fresh answer) (answer, error) {
	x.ref.Fence = x.record.Fence
	x.emit(ctx, EventStarted)
	if fresh.pending {
		return answer{}, activity.ErrResultPending
	}
	x.once(ctx)
	return fresh, nil
}
