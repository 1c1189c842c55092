package idempotency

import (
	"context"
	"errors"
	"fmt"
)

// InTx returns fn as an activity whose business write and whose record are
// committed together: for a key the write is there once, or not at all, while the
// record is kept. Write with the transaction only. An error of fn rolls both back.
//
//	w.RegisterActivityWithOptions(idempotency.InTx(guard, store, a.Book, idempotency.Call{}), activity.RegisterOptions{Name: "Book"})
//
// A second attempt at the same time waits for the first, in the database. Of the
// call, OnAbandoned, Reconcile and what is downstream do not count.
func InTx[Tx, In, Out any](g *Guard, store Transactor[Tx], fn func(context.Context, Tx, In) (Out, error), c Call) func(context.Context, In) (Out, error) {
	c.OnAbandoned, c.Reconcile = Rerun, nil
	return func(ctx context.Context, in In) (out Out, err error) {
		x, err := g.begin(ctx, store, &c, []any{in})
		if err != nil {
			return out, err
		}
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

// transact is run in one transaction.
func transact[Tx any](ctx context.Context, x *execution, store Transactor[Tx], do func(context.Context, Tx) (any, error)) (answer, error) {
	if a, over, err := x.known(ctx); over {
		return a, err
	}
	var fresh answer
	got, err := store.Transact(ctx, x.queued(ctx), func(ctx context.Context, tx Tx, r Record) (Final, error) {
		x.record, x.ref.Fence = r, r.Fence
		if !x.matches() { // abandoned by an activity without a transaction
			return Final{}, &inFn{x.mismatch(ctx)}
		}
		value, err := do(context.WithValue(ctx, executionKey{}, x), tx)
		if err != nil {
			return Final{}, &inFn{err}
		}
		payload, kept, err := x.guard.encode(ctx, value)
		if err != nil {
			return Final{}, &inFn{x.unkept(err)}
		}
		fresh = answer{value, payload}
		return Final{State: Done, Result: kept}, nil
	})
	var business *inFn
	if errors.As(err, &business) {
		return answer{}, business.error
	}
	return x.committed(ctx, got, err, fresh)
}

// known is what an attempt before has left, if there was one: one read tells.
func (x *execution) known(ctx context.Context) (a answer, over bool, err error) {
	if x.info.Attempt <= 1 {
		return answer{}, false, nil
	}
	r, err := x.store.Get(ctx, x.ref.Key)
	if err != nil || !settled(r.State) {
		return answer{}, false, nil //nolint:nilerr // a claim tells
	}
	x.record = r
	a, err = x.replay(ctx)
	return a, true, err
}

func (x *execution) claimed() Claim {
	return Claim{Key: x.ref.Key, Owner: x.ref.Owner, Fingerprint: x.fingerprint, Lease: x.lease.fromNow(), Retain: x.call.retain(), Info: x.info}
}

// queued is a claim that waits in the database: not for so long that nobody hears
// of it.
func (x *execution) queued(ctx context.Context) Claim {
	c := x.claimed()
	c.Lease = max(min(c.Lease/2, patienceOf(ctx)), leastLease/2)
	return c
}

func (x *execution) unkept(err error) error {
	return refuse(NoResult, fmt.Sprintf("the result of key %s cannot be kept, so nothing was written: %v; return a smaller one that can be encoded", x.ref.Key, err))
}

// committed says what became of a transaction.
func (x *execution) committed(ctx context.Context, got Claimed, err error, fresh answer) (answer, error) {
	switch {
	case err != nil && ctx.Err() != nil:
		return answer{}, ctx.Err()
	case err != nil:
		x.say(ctx, Unavailable, "Error", err)
		return answer{}, later(StoreDown, fmt.Sprintf("the transaction of key %s was not committed, or nobody knows; check the database, the activity is retried", x.ref.Key), 0, err)
	case got.Won:
		x.record = got.Record
		x.ref.Fence = got.Record.Fence
		x.say(ctx, Began)
		return fresh, nil
	}
	x.record = got.Record
	if settled(x.record.State) {
		return x.replay(ctx)
	}
	_, err = x.wait(ctx, max(x.record.Remaining, pollEvery), 0) // the database has waited already
	return answer{}, err
}
