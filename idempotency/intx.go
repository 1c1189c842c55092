package idempotency

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// InTx returns fn as an activity whose business write and whose record are
// committed together: for a key the write is there once, or not at all, while the
// record is kept. Write with the transaction only, and do not end it: that is an error
// of reason [Misuse], and what was committed is [Held]. An error of fn rolls both back,
// but activity.ErrResultPending commits them, and leaves the activity pending.
//
//	w.RegisterActivityWithOptions(idempotency.InTx(guard, store, a.Book, idempotency.Call{}), activity.RegisterOptions{Name: "Book"})
//
// A second attempt at the same time waits for the first: a second at a time in the
// database, which costs a connection, and between that without one. Of the call,
// OnAbandoned, Reconcile and what is downstream do not count. [Step] and [Rekey] do
// not go with a transaction. Results are as with [Wrap].
func InTx[Tx, In, Out any](g *Guard, store Transactor[Tx], fn func(context.Context, Tx, In) (Out, error), c Call) func(context.Context, In) (Out, error) {
	must(g != nil && store != nil && fn != nil, "InTx needs a guard, a store and a function")
	c.mustMakeSense("InTx")
	mustReplay[Out]("InTx")
	c.OnAbandoned, c.Reconcile = Rerun, nil
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := g.function(ctx, store, &c, in)
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

// inFn is an error of the business write, and not of the store.
type inFn struct{ error }

func (e *inFn) Unwrap() error { return e.error }

// transact runs do in one transaction.
func transact[Tx any](ctx context.Context, x *execution, store Transactor[Tx], do func(context.Context, Tx) (any, error)) (answer, error) {
	if a, over, err := x.known(ctx); over {
		return a, err
	}
	return x.queue(ctx, func(ctx context.Context, c Claim) (fresh answer, got Claimed, err error) {
		got, err = store.Transact(ctx, c, func(ctx context.Context, tx Tx, r Record) (Final, error) {
			x.record, x.ref.Fence = r, r.Fence
			if err := x.mismatch(ctx); err != nil { // of work that was abandoned without a transaction
				return Final{}, &inFn{err}
			}
			value, err := do(x.transacting(ctx), tx)
			if errors.Is(err, activity.ErrResultPending) {
				fresh = answer{pending: true}
				return Final{State: Pending}, nil
			}
			if err != nil {
				return Final{}, &inFn{failure.WithoutNoEffect(err)}
			}
			payload, kept, err := x.guard.encode(ctx, value)
			if err != nil {
				return Final{}, &inFn{x.unkept(err)}
			}
			fresh = answer{value: value, kept: payload}
			return Final{State: Done, Result: kept}, nil
		})
		return fresh, got, err
	})
}

// transacting is the context of work whose record is part of a transaction.
func (x *execution) transacting(ctx context.Context) context.Context {
	x.inTx = true
	return context.WithValue(ctx, executionKey{}, x)
}

func (x *execution) newClaim(ctx context.Context) Claim {
	return Claim{Key: x.ref.Key, Owner: x.ref.Owner, Fingerprint: x.fingerprint, Lease: x.lease, Retain: x.call.retain(ctx), Info: x.info}
}

// queueFor is how long a claim waits in the database for another transaction. It
// holds a connection meanwhile.
const queueFor = time.Second

// queue claims by a transaction, again and again while another one has the key.
func (x *execution) queue(ctx context.Context, claim func(context.Context, Claim) (answer, Claimed, error)) (answer, error) {
	for patience := patienceOf(ctx); ; {
		x.claimed = now()
		c := x.newClaim(ctx)
		c.Lease = min(x.lease, queueFor)
		fresh, got, err := claim(ctx, c)
		if err != nil {
			return answer{}, x.uncommitted(ctx, err)
		}
		x.record = got.Record
		switch {
		case got.Won:
			return x.committed(ctx, fresh)
		case settled(x.record.State):
			return x.replay(ctx)
		}
		if patience -= time.Since(x.claimed); patience <= 0 || stopping(ctx) {
			return answer{}, x.inProgress(ctx, got.Record.Remaining)
		}
		heartbeat(ctx)()
		pause := min(queueFor, patience) // nobody else sees a record that is not committed
		if patience -= pause; !sleep(ctx, pause) {
			return answer{}, ctx.Err()
		}
	}
}

func (x *execution) unkept(err error) error {
	return refuse(NoResult, fmt.Sprintf("the result of key %s cannot be kept, so nothing was written: %v; return a smaller one that can be encoded", x.ref.Key, err))
}

// uncommitted is the error of a transaction: that of the business, or the store's.
func (x *execution) uncommitted(ctx context.Context, err error) error {
	if errors.Is(err, ErrTxEnded) {
		return refuse(Misuse, fmt.Sprintf("the function for key %s has ended its transaction itself, so that its record is no part of it; leave Commit and Rollback to InTx, "+
			"and look at what it has written", x.ref.Key))
	}
	var business *inFn
	if errors.As(err, &business) {
		return business.error
	}
	var statement *StatementError
	if errors.As(err, &statement) {
		return statement.Err
	}
	return x.storeDown(ctx, "so the transaction of key %s was not committed, or its commit was not answered", err)
}

// committed is the answer of a transaction of this attempt.
func (x *execution) committed(ctx context.Context, fresh answer) (answer, error) {
	x.ref.Fence = x.record.Fence
	x.say(ctx, Began)
	if fresh.pending {
		return answer{}, activity.ErrResultPending
	}
	x.once(ctx)
	return fresh, nil
}
