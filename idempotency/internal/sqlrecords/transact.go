package sqlrecords

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

// A Tx runs statements in a transaction. After its end its errors are sql.ErrTxDone.
type Tx interface {
	Runner
	// Commit commits and returns the connection to the pool, also when it fails.
	Commit(ctx context.Context) error
	// Rollback rolls back and returns the connection to the pool, also when it fails. It
	// does nothing after Commit.
	Rollback(ctx context.Context) error
}

// Transact implements [driver.Transactor] in transactions that begin starts. It ends them.
// It reads what is outside of them from r.
//
// While another transaction has the key, a try waits for [LockTry] in the database and is
// then rolled back, so that the calls that wait for one transaction do not take the pool's
// connections from others.
func Transact(ctx context.Context, r *Records, c driver.Claim, begin func(context.Context) (Tx, error),
	run func(ctx context.Context, tx Tx, rec driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	if err := c.Validate(); err != nil {
		return driver.ClaimResult{}, err
	}
	patience, cancel := context.WithTimeout(ctx, c.Lease)
	defer cancel()
	for pause := LockTry; ; pause = min(2*pause, LockWait) {
		tx, err := beginTx(ctx, begin)
		if err != nil {
			return driver.ClaimResult{}, r.Failed("begin", err)
		}
		claimed, err := r.transact(ctx, tx, c, run)
		var taken *lockedError
		if !errors.As(err, &taken) {
			return claimed, err
		}
		claimed, err = r.busy(ctx, c)
		switch {
		case err != nil && !r.dialect.locked(err), err == nil && claimed.Record.State != driver.StateInProgress:
			return claimed, err
		case sleep(patience, pause):
		case ctx.Err() != nil:
			return driver.ClaimResult{}, ctx.Err()
		case r.dialect == SQLite: // it may be another key's
			return driver.ClaimResult{}, taken.error
		default:
			return claimed, nil
		}
	}
}

// beginTx starts a transaction. It rolls back one that has started too late.
func beginTx(ctx context.Context, begin func(context.Context) (Tx, error)) (Tx, error) {
	return bounded.Do(ctx, bounded.CallTimeout, func(ctx context.Context) (Tx, error) {
		tx, err := begin(ctx)
		if err == nil && ctx.Err() != nil {
			rollback(context.WithoutCancel(ctx), tx)
			return nil, ctx.Err()
		}
		return tx, err
	})
}

// transact makes one try. It returns a lockedError when another transaction has the key.
func (r *Records) transact(ctx context.Context, tx Tx, c driver.Claim,
	run func(ctx context.Context, tx Tx, rec driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	last := context.WithoutCancel(ctx)
	defer rollback(last, tx)

	in := &Records{run: tx, text: r.text, dialect: r.dialect, wait: LockTry}
	claimed, err := in.tryClaim(ctx, c)
	if r.dialect.locked(err) {
		err = &lockedError{err}
	}
	if err != nil {
		return driver.ClaimResult{}, err
	}
	if !claimed.Won {
		// The transaction is empty, or has made the record indeterminate.
		return claimed, r.Failed("commit", tx.Commit(ctx))
	}
	ref := driver.Ref{Key: c.Key, Owner: c.Owner, Fence: claimed.Record.Fence}
	final, err := run(ctx, tx, claimed.Record)
	if err != nil {
		if errors.Is(endTx(last, tx), sql.ErrTxDone) && r.wasCommitted(last, ref) {
			err = driver.ErrTxEnded
		}
		return driver.ClaimResult{}, err
	}
	last, cancel := context.WithTimeout(last, bounded.CallTimeout)
	defer cancel()
	if err := in.Finish(last, ref, final); err != nil {
		if errors.Is(err, sql.ErrTxDone) || errors.Is(err, driver.ErrLeaseLost) { // by the driver, or by a statement
			r.wasCommitted(last, ref)
			return driver.ClaimResult{}, driver.ErrTxEnded
		}
		if stateOf(err) == "25P02" { // in_failed_sql_transaction
			err = &driver.StatementError{Err: fmt.Errorf("idempotency: a statement of the transaction has failed, "+
				"and its error was not returned; return it: %w", err)}
		}
		return driver.ClaimResult{}, err
	}
	if err := tx.Commit(last); isRefused(err) {
		return driver.ClaimResult{}, &driver.StatementError{Err: err}
	} else if err != nil {
		return r.afterCommitError(last, ref, err)
	}
	claimed.Record.State, claimed.Record.Result, claimed.Record.Remaining = final.State, final.Result, 0
	return claimed, nil
}

// busy returns the answer to a claim of a key that another transaction has: the record as
// others see it if it is settled, and else a record in progress. How long that transaction
// takes is not known, so the answer has a short lease.
func (r *Records) busy(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	rec, err := r.Get(ctx, c.Key)
	if err != nil && !errors.Is(err, driver.ErrNoRecord) {
		return driver.ClaimResult{}, err
	}
	if rec.State == 0 || rec.State == driver.StateInProgress || rec.State == driver.StateReleased {
		rec.State, rec.Remaining = driver.StateInProgress, max(rec.Remaining, LockWait)
	}
	return driver.ClaimResult{Record: rec}, nil
}

// committed reports whether run has committed the transaction itself. The record was then
// committed as it was claimed, and committed makes it indeterminate.
func (r *Records) wasCommitted(ctx context.Context, ref driver.Ref) bool {
	return r.Finish(ctx, ref, driver.Completion{State: driver.StateIndeterminate}) == nil
}

func rollback(ctx context.Context, tx Tx) {
	_ = endTx(ctx, tx) // there is nothing left to do about it
}

func endTx(ctx context.Context, tx Tx) error {
	ctx, cancel := context.WithTimeout(ctx, bounded.CallTimeout)
	defer cancel()
	return tx.Rollback(ctx)
}

// afterCommitError answers for a commit that has returned an error. It reads the record
// from a connection that had no part in the commit. If the record is final, the commit has
// succeeded. Otherwise the error comes back, and the claim can be made again: if the commit
// succeeds later, that claim is not won.
func (r *Records) afterCommitError(ctx context.Context, ref driver.Ref, commit error) (driver.ClaimResult, error) {
	rec, err := r.Get(context.WithoutCancel(ctx), ref.Key)
	if err == nil && rec.Owner == ref.Owner && rec.Fence == ref.Fence && rec.State != driver.StateInProgress {
		return driver.ClaimResult{Won: true, Record: rec}, nil
	}
	if errors.Is(err, driver.ErrNoRecord) {
		err = nil
	}
	return driver.ClaimResult{}, r.Failed("commit", errors.Join(commit, err))
}
