package sqlstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// What follows is for stores over other drivers, such as package pgstore.

// commitTimeout bounds the last two statements of a transaction. They do not
// end with the caller's context: what has been done by then is worth keeping.
const commitTimeout = 10 * time.Second

// A Tx is a transaction.
type Tx interface {
	Runner
	Commit(ctx context.Context) error
	// Rollback does nothing after Commit.
	Rollback(ctx context.Context) error
}

// Transact is that of [idempotency.Transactor], in a transaction that has just
// begun and whose waits for locks are bounded. It ends the transaction. What has
// to be read outside of it, it reads from r.
func Transact(ctx context.Context, r *Records, tx Tx, c idempotency.Claim,
	run func(ctx context.Context, rec idempotency.Record) (idempotency.Final, error),
) (idempotency.Claimed, error) {
	last := context.WithoutCancel(ctx)
	defer tx.Rollback(last) //nolint:errcheck // there is nothing left to do about it

	in := &Records{run: tx, text: r.text}
	claimed, err := in.Claim(ctx, c)
	if err != nil {
		_ = tx.Rollback(last)
		return Blocked(ctx, r, c, err)
	}
	if !claimed.Won {
		// Nothing is in it, or that the record is Unknown from now on.
		return claimed, failed("commit", tx.Commit(ctx))
	}
	final, err := run(ctx, claimed.Record)
	if err != nil {
		return idempotency.Claimed{}, err
	}
	last, cancel := context.WithTimeout(last, commitTimeout)
	defer cancel()
	ref := idempotency.Ref{Key: c.Key, Owner: c.Owner, Fence: claimed.Record.Fence}
	if err := in.Finish(last, ref, final); err != nil {
		return idempotency.Claimed{}, err
	}
	if err := tx.Commit(last); err != nil {
		return Settle(last, r, ref, err)
	}
	claimed.Record.State, claimed.Record.Result, claimed.Record.Remaining = final.State, final.Result, 0
	return claimed, nil
}

// Settle answers for a commit that has returned an error: it reads the record,
// from a connection that had no part in it. When the record is final, the commit
// has succeeded. Otherwise the error comes back, and the claim can be made again:
// should the commit succeed yet, that claim is not won.
func Settle(ctx context.Context, r *Records, ref idempotency.Ref, commit error) (idempotency.Claimed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitTimeout)
	defer cancel()
	rec, err := r.Get(ctx, ref.Key)
	if err == nil && rec.Owner == ref.Owner && rec.Fence == ref.Fence && rec.State != idempotency.Running {
		return idempotency.Claimed{Won: true, Record: rec}, nil
	}
	if errors.Is(err, idempotency.ErrNoRecord) {
		err = nil
	}
	return idempotency.Claimed{}, failed("commit", errors.Join(commit, err))
}

// Blocked answers for a claim that failed. When it was another transaction with
// the same key that kept it waiting for too long, the answer is the record as
// others see it or, before the first commit, one that is Running for nobody
// known. Otherwise the error comes back.
func Blocked(ctx context.Context, r *Records, c idempotency.Claim, claim error) (idempotency.Claimed, error) {
	var state interface{ SQLState() string }
	if !errors.As(claim, &state) || state.SQLState() != "55P03" { // lock_not_available
		return idempotency.Claimed{}, claim
	}
	rec, err := r.Get(ctx, c.Key)
	if errors.Is(err, idempotency.ErrNoRecord) {
		rec, err = idempotency.Record{State: idempotency.Running, Remaining: c.Lease}, nil
	}
	return idempotency.Claimed{Record: rec}, err
}

// Insert returns a statement for PostgreSQL that writes the record of c's key as
// final at once. Where there is one it violates the constraint that is called
// like the table, with _pkey after it. From then on no lock of its transaction is
// waited for longer than c.Lease.
func Insert(r *Records, c idempotency.Claim, f idempotency.Final) (query string, args []any) {
	return r.text["insert"], append(claimArgs(c), int64(f.State), nullable(f.Result), strconv.FormatInt(millis(c.Lease), 10))
}
