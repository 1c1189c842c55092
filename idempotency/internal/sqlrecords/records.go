// Package sqlrecords keeps records in a table of PostgreSQL or SQLite, over any driver. It
// has what packages sqlstore and pgstore share.
package sqlrecords

import (
	"context"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

// A Runner runs statements: a pool of connections, one connection or a transaction.
type Runner interface {
	// Exec runs a statement and returns the number of rows that it has changed. Without
	// arguments there can be several statements, separated by semicolons.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a statement and calls each for every row of the result.
	Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error
}

// Records keeps records in a table, whatever runs the statements. It is as safe for
// concurrent use as its Runner.
type Records struct {
	run     Runner
	text    statements
	dialect Dialect
	wait    time.Duration // for a record that another transaction is about to write
}

// New returns the records of a table. It does not touch the database.
func New(run Runner, d Dialect, t Table) (*Records, error) {
	t, err := t.normalized(d)
	if err != nil {
		return nil, err
	}
	text, err := newStatements(d, t)
	if err != nil {
		return nil, err
	}
	return &Records{run: run, text: text, dialect: d, wait: LockWait}, nil
}

// On returns the same records, whose statements another Runner runs.
func (r *Records) On(run Runner) *Records {
	return &Records{run: run, text: r.text, dialect: r.dialect, wait: r.wait}
}

// Statement returns the text of a statement, which a store may prepare.
func (r *Records) Statement(name string) string { return r.text[name] }

// Migrate creates the table and its indexes. Where the table exists it does
// nothing, so that an account without the right to create may call it, too.
func (r *Records) Migrate(ctx context.Context) error {
	_, err := bounded.Do(ctx, bounded.SurveyTimeout, func(ctx context.Context) (struct{}, error) {
		there, err := r.Exists(ctx)
		if err == nil && !there {
			_, err = r.run.Exec(ctx, r.text["schema"])
		}
		return struct{}{}, err
	})
	return r.Failed("create the table", err)
}

// Exists reports whether the table exists.
func (r *Records) Exists(ctx context.Context) (there bool, err error) {
	err = r.run.Query(ctx, r.text["exists"], []any{r.text["table_name"]}, func(scan func(...any) error) error {
		return scan(&there)
	})
	return there, err
}

// maxTries bounds how often Claim looks at a record that others change at the
// same time. Each time means that another claim has been won and released.
const maxTries = 16

// Claim implements [driver.Store]. A claim that is won takes one statement.
func (r *Records) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	claimed, err := r.tryClaim(ctx, c)
	if r.dialect.locked(err) && r.dialect == PostgreSQL { // SQLite's writers wait for each other whatever their keys
		return r.busy(ctx, c)
	}
	return claimed, err
}

// tryClaim does what Claim does, and returns the database's error when another transaction has the key.
func (r *Records) tryClaim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	if err := c.Validate(); err != nil {
		return driver.ClaimResult{}, err
	}
	for range maxTries {
		row, err := r.claim(ctx, c)
		if err != nil {
			return driver.ClaimResult{}, r.Failed("claim a record", err)
		}
		switch mine := row.State == driver.StateInProgress && row.Owner == c.Owner; {
		case !row.found:
			continue // taken and deleted in between
		case row.won || mine && !row.expired:
			return driver.ClaimResult{Won: true, Record: row.Record}, nil
		case row.expired || row.State == driver.StateReleased || row.abandoned():
			continue // it was free, and another claim was faster
		}
		return driver.ClaimResult{Record: row.Record}, nil
	}
	return driver.ClaimResult{}, fmt.Errorf("idempotency: others have taken and left record %x %d times while it was claimed; claim it again",
		c.Key[:4], maxTries)
}

// claim tries once. A row that is not won may have been free.
func (r *Records) claim(ctx context.Context, c driver.Claim) (row, error) {
	args := append(claimArgs(c), c.NeedsReview)
	if r.dialect == PostgreSQL {
		args = append(args, millis(min(c.Lease, r.wait)))
	}
	got, err := r.row(ctx, "claim", args...)
	if err == nil && !got.found {
		got, err = r.row(ctx, "get", c.Key[:])
	}
	if err != nil || !got.found || !c.NeedsReview || got.won || got.expired || got.Owner == c.Owner || !got.abandoned() {
		return got, err
	}
	return r.row(ctx, "review", c.Key[:], got.Fence)
}

// Get implements [driver.Store]. It takes no lock.
func (r *Records) Get(ctx context.Context, key driver.Key) (driver.Record, error) {
	got, err := r.row(ctx, "get", key[:])
	switch {
	case err != nil:
		return driver.Record{}, r.Failed("read a record", err)
	case !got.found || got.expired:
		return driver.Record{}, driver.ErrNoRecord
	}
	return got.Record, nil
}

// Renew implements [driver.Store].
func (r *Records) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	if err := n.Validate(); err != nil {
		return err
	}
	return r.change(ctx, "renew", ref.Key[:], ref.Owner[:], ref.Fence, n.Lease.Microseconds(), nullable(n.Progress))
}

// Finish implements [driver.Store].
func (r *Records) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	if err := f.Validate(); err != nil {
		return err
	}
	return r.change(ctx, "finish", ref.Key[:], ref.Owner[:], ref.Fence, int64(f.State), nullable(f.Result))
}

// Release implements [driver.Store].
func (r *Records) Release(ctx context.Context, ref driver.Ref) error {
	return r.change(ctx, "release", ref.Key[:], ref.Owner[:], ref.Fence)
}

// change runs a statement that changes the record of the lease's owner.
func (r *Records) change(ctx context.Context, name string, args ...any) error {
	rows, err := r.exec(ctx, bounded.CallTimeout, name, args...)
	if err == nil && rows == 0 {
		return driver.ErrLeaseLost
	}
	return r.Failed(name+" a record", err)
}

// exec runs a statement and returns the number of rows that it has changed.
func (r *Records) exec(ctx context.Context, limit time.Duration, name string, args ...any) (int64, error) {
	return bounded.Do(ctx, limit, func(ctx context.Context) (int64, error) { return r.run.Exec(ctx, r.text[name], args...) })
}

// Failed returns the error of a call. Those of SQLite name no account and no host.
func (r *Records) Failed(what string, err error) error {
	what = "idempotency: could not " + what
	if err == nil || r.dialect == PostgreSQL {
		return driver.StoreError(what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
