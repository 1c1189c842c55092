package idempotency

import (
	"context"
	"errors"
	"time"
)

// A Transactor is a [Store] that can keep its record in the transaction of the
// business write: the effect and its record are committed together or not at
// all.
type Transactor[Tx any] interface {
	Store
	// Transact claims c.Key inside a new transaction and, when it is won, calls
	// run with it, writes what run returns as [Store.Finish] does, and commits.
	// An error of run rolls everything back, the claim too, and is returned as it
	// is. A key that another transaction has is waited for, at most for c.Lease,
	// and most of that time without a connection. When it is not known whether a
	// commit succeeded, the record is read again on another connection, and its
	// state decides. When the database refuses the commit, as for a constraint
	// that is deferred, the error is a [StatementError]. When run has ended the
	// transaction itself, it is ErrTxEnded, and what run has committed is [Unknown].
	Transact(ctx context.Context, c Claim, run func(ctx context.Context, tx Tx, r Record) (Final, error)) (Claimed, error)
}

// ErrTxEnded says that the function that was given a transaction has ended it itself,
// so that the record is no part of it.
var ErrTxEnded = errors.New("idempotency: the transaction was ended by the function that it was given to; let the store end it")

// An Admin is a [Store] whose records people can look at and settle.
type Admin interface {
	Store
	// List returns at most q.Limit records in the order of their keys, those
	// after q.After.
	List(ctx context.Context, q Query) ([]Entry, error)
	// Resolve settles a record that is Unknown, Pending, or Running and
	// abandoned, and has this fence: to Done or Failed with a result, or to Free,
	// so that the work is done again, with what Release leaves. Else it returns
	// ErrLeaseLost.
	Resolve(ctx context.Context, key Digest, fence int64, f Final) error
	// Forget deletes a record, unless it is Running within its lease: then it
	// returns ErrLeaseLost. It returns ErrNoRecord when there is none. The fence
	// begins anew.
	Forget(ctx context.Context, key Digest) error
}

// A Query says which records [Admin.List] returns.
type Query struct {
	// State limits them to those in one state; 0 is all.
	State State
	// Abandoned limits them to Running ones past their lease.
	Abandoned bool
	After     Digest
	Limit     int
}

// An Entry is a record with its key.
type Entry struct {
	Key Digest
	Record
}

// A Sweeper is a [Store] that keeps expired records until they are swept. While
// a record is there, the next claim of its key has the next fence.
type Sweeper interface {
	// Sweep deletes at most limit records that are past their retention, and
	// says how many. It spares Running ones within their lease, and Unknown ones.
	Sweep(ctx context.Context, limit int) (int, error)
}

// DefaultRetain is how long a record is kept by default: 7 days.
const DefaultRetain = 7 * 24 * time.Hour
