package sqlstore

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// A Runner runs statements: a pool of connections, one connection or a
// transaction.
type Runner interface {
	// Exec runs a statement and says how many rows it has changed. Without
	// arguments there can be several, separated by semicolons.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a statement and calls each for every row that it returns.
	Query(ctx context.Context, query string, args []any, each func(scan func(...any) error) error) error
}

// Records is a table of records, whatever runs the statements: what [Store] and
// stores over other drivers have in common. It is as safe for concurrent use as
// its Runner.
type Records struct {
	run  Runner
	text statements
}

// NewRecords returns the records of a table. It does not touch the database.
func NewRecords(run Runner, d Dialect, opts Options) (*Records, error) {
	opts, err := opts.normalized(d)
	if err != nil {
		return nil, err
	}
	text, err := newStatements(d, opts)
	if err != nil {
		return nil, err
	}
	return &Records{run: run, text: text}, nil
}

// Migrate creates the table and its indexes. Where the table exists it does
// nothing, so that an account without the right to create may call it, too.
func (r *Records) Migrate(ctx context.Context) error {
	exists := false
	err := r.run.Query(ctx, r.text["exists"], []any{r.text["table_name"]}, func(scan func(...any) error) error {
		return scan(&exists)
	})
	if err == nil && !exists {
		_, err = r.run.Exec(ctx, r.text["schema"])
	}
	return failed("create the table", err)
}

// maxTries bounds how often Claim looks at a record that others change at the
// same time. Each time means that another claim has been won and released.
const maxTries = 16

// Claim is that of [idempotency.Store]: one statement when it is won.
func (r *Records) Claim(ctx context.Context, c idempotency.Claim) (idempotency.Claimed, error) {
	if err := c.Validate(); err != nil {
		return idempotency.Claimed{}, err
	}
	for range maxTries {
		row, err := r.claim(ctx, c)
		if err != nil {
			return idempotency.Claimed{}, failed("claim a record", err)
		}
		switch mine := row.State == idempotency.Running && row.Owner == c.Owner; {
		case !row.found:
			continue // taken and deleted in between
		case row.won || mine && !row.gone:
			return idempotency.Claimed{Won: true, Record: row.Record}, nil
		case row.gone || row.State == idempotency.Free || row.abandoned():
			continue // it was to be had, and another has been quicker
		}
		return idempotency.Claimed{Record: row.Record}, nil
	}
	return idempotency.Claimed{}, fmt.Errorf("idempotency: others have taken and left record %x %d times while it was claimed; claim it again",
		c.Key[:4], maxTries)
}

// claim tries once. A row that is not won can be one that was to be had.
func (r *Records) claim(ctx context.Context, c idempotency.Claim) (row, error) {
	got, err := r.row(ctx, "claim", append(claimArgs(c), c.Hold)...)
	if err == nil && !got.found {
		got, err = r.row(ctx, "get", c.Key[:])
	}
	if err != nil || !got.found || !c.Hold || got.won || got.gone || got.Owner == c.Owner || !got.abandoned() {
		return got, err
	}
	return r.row(ctx, "hold", c.Key[:], got.Fence)
}

// Get is that of [idempotency.Store]. It takes no lock.
func (r *Records) Get(ctx context.Context, key idempotency.Digest) (idempotency.Record, error) {
	got, err := r.row(ctx, "get", key[:])
	switch {
	case err != nil:
		return idempotency.Record{}, failed("read a record", err)
	case !got.found || got.gone:
		return idempotency.Record{}, idempotency.ErrNoRecord
	}
	return got.Record, nil
}

// Renew is that of [idempotency.Store].
func (r *Records) Renew(ctx context.Context, ref idempotency.Ref, n idempotency.Renewal) error {
	if err := n.Validate(); err != nil {
		return err
	}
	return r.change(ctx, "renew", ref.Key[:], ref.Owner[:], ref.Fence, n.Lease.Microseconds(), nullable(n.Progress))
}

// Finish is that of [idempotency.Store].
func (r *Records) Finish(ctx context.Context, ref idempotency.Ref, f idempotency.Final) error {
	if err := f.Validate(); err != nil {
		return err
	}
	return r.change(ctx, "finish", ref.Key[:], ref.Owner[:], ref.Fence, int64(f.State), nullable(f.Result))
}

// Release is that of [idempotency.Store].
func (r *Records) Release(ctx context.Context, ref idempotency.Ref) error {
	return r.change(ctx, "release", ref.Key[:], ref.Owner[:], ref.Fence)
}

// change runs a statement that changes the record of whoever holds the lease.
func (r *Records) change(ctx context.Context, name string, args ...any) error {
	rows, err := r.run.Exec(ctx, r.text[name], args...)
	if err == nil && rows == 0 {
		return idempotency.ErrLeaseLost
	}
	return failed(name+" a record", err)
}

func failed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("idempotency: could not %s: %w", what, err)
}
