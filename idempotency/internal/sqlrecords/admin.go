package sqlrecords

import (
	"context"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/internal/bounded"
)

// List implements [driver.Admin]. Indeterminate records are found by an
// index, those in other states by reading the table.
func (r *Records) List(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	name := "list"
	if q.State == driver.StateIndeterminate {
		name = "list_indeterminate"
	}
	args := []any{q.After[:], int64(q.State), q.Abandoned, int64(max(q.Limit, 0))}
	found, err := bounded.Do(ctx, bounded.SurveyTimeout, func(ctx context.Context) (found []driver.Entry, err error) {
		err = r.run.Query(ctx, r.text[name], args, func(scan func(...any) error) error {
			row, err := scanRow(scan)
			found = append(found, row.Entry)
			return err
		})
		return found, err
	})
	return found, r.Failed("list records", err)
}

// Resolve implements [driver.Admin].
func (r *Records) Resolve(ctx context.Context, key driver.Key, fence int64, f driver.Completion) error {
	if err := f.ValidateResolution(); err != nil {
		return err
	}
	return r.change(ctx, "resolve", key[:], fence, int64(f.State), nullable(f.Result))
}

// Delete implements [driver.Admin].
func (r *Records) Delete(ctx context.Context, key driver.Key) error {
	rows, err := r.exec(ctx, bounded.CallTimeout, "delete", key[:])
	if err != nil || rows > 0 {
		return r.Failed("delete a record", err)
	}
	if _, err := r.Get(ctx, key); err != nil {
		return err
	}
	return driver.ErrLeaseLost
}

// Sweep implements [driver.Sweeper]. Several may sweep at once.
func (r *Records) Sweep(ctx context.Context, limit int) (int, error) {
	rows, err := r.exec(ctx, bounded.SurveyTimeout, "sweep", int64(max(limit, 0)))
	return int(rows), r.Failed("sweep records", err)
}
