package driver

import "context"

// A Store keeps one record for each key.
//
// An error other than [ErrLeaseLost] and [ErrNoRecord] leaves the outcome open, and
// the caller may send the same call again. A method returns when its context ends, so
// an implementation has to leave a call behind whose driver ignores contexts.
type Store interface {
	// Claim takes the record of c.Key for c.Owner if it is available:
	//
	//   - no record, one past its retention, or StateReleased: won, with the next
	//     fence; a released record keeps its progress;
	//   - StateInProgress by the same owner: won again, nothing changes;
	//   - StateInProgress by another owner within its lease: not won;
	//   - StateInProgress by another owner past its lease (abandoned): won with the
	//     next fence and TakenOver, or, if c.NeedsReview, moved to
	//     StateIndeterminate and not won;
	//   - any other state: not won;
	//   - a record that another transaction is about to write: not won, and shown
	//     as StateInProgress.
	//
	// The result has the record as it is after the call.
	Claim(ctx context.Context, c Claim) (ClaimResult, error)
	// Get returns the record of a key, or ErrNoRecord. It takes no lock.
	Get(ctx context.Context, key Key) (Record, error)
	// Renew moves the end of the lease of a record in progress to r.Lease from now,
	// and keeps r.Progress, unless it is nil, in the same step. A lease of 0 abandons
	// the record at once. Renew returns ErrLeaseLost unless the record is in progress
	// with that owner and fence. An expired lease can be renewed.
	Renew(ctx context.Context, ref Ref, r Renewal) error
	// Finish moves a record with that owner and fence to its final state. The record
	// may be in progress, also past its lease, or indeterminate, since its owner can
	// learn the outcome late. The same call again succeeds. Otherwise Finish returns
	// ErrLeaseLost.
	Finish(ctx context.Context, ref Ref, c Completion) error
	// Release moves a record in progress to StateReleased: the work had no effect, and
	// the next claim wins it. The fence, the time of the first claim and the progress
	// stay; the fingerprint stays if there is progress. The same call again succeeds.
	// Otherwise Release returns ErrLeaseLost.
	Release(ctx context.Context, ref Ref) error
}

// A Transactor extends a [Store] that can keep its record in the transaction of the
// business write: both are committed, or neither.
type Transactor[Tx any] interface {
	Store
	// Transact claims c.Key in a new transaction. If it is won, Transact calls run
	// with the transaction, writes what run returns as [Store.Finish] does, and
	// commits. An error of run rolls everything back, the claim included, and is
	// returned unchanged.
	//
	// Transact waits for another transaction that has the key, at most for c.Lease,
	// and most of that time without a connection. When it is unknown whether a commit
	// succeeded, Transact reads the record on another connection, and its state
	// decides. When the database refuses the commit, such as for a deferred
	// constraint, the error is a [StatementError]. When run has ended the transaction
	// itself, the error is ErrTxEnded, and a record that run has committed moves to
	// StateIndeterminate.
	Transact(ctx context.Context, c Claim, run func(ctx context.Context, tx Tx, r Record) (Completion, error)) (ClaimResult, error)
}

// An Admin extends a [Store] whose records an operator can list and resolve.
type Admin interface {
	Store
	// List returns at most q.Limit records after q.After, ordered by key.
	List(ctx context.Context, q Query) ([]Entry, error)
	// Resolve moves a record with this fence that is indeterminate, pending or
	// abandoned to StateCompleted or StateFailed with a result, or to StateReleased as
	// Release does, so that the work is done again. Otherwise it returns ErrLeaseLost.
	Resolve(ctx context.Context, key Key, fence int64, c Completion) error
	// Delete deletes a record. It returns ErrLeaseLost if the record is in progress
	// within its lease, and ErrNoRecord if there is none. The fence of the key starts
	// at 1 again.
	Delete(ctx context.Context, key Key) error
}

// A Sweeper extends a [Store] that keeps expired records until they are swept. While an
// expired record exists, the next claim of its key has the next fence.
type Sweeper interface {
	// Sweep deletes at most limit records past their retention and returns the number
	// of deleted records. It spares records in progress within their lease, and
	// indeterminate ones.
	Sweep(ctx context.Context, limit int) (int, error)
}
