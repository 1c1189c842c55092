package sqlstore

import (
	"context"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Claim implements [driver.Store].
func (s *Store) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	return s.records.Claim(ctx, c)
}

// Get implements [driver.Store].
func (s *Store) Get(ctx context.Context, key driver.Key) (driver.Record, error) {
	return s.records.Get(ctx, key)
}

// Renew implements [driver.Store].
func (s *Store) Renew(ctx context.Context, ref driver.Ref, r driver.Renewal) error {
	return s.records.Renew(ctx, ref, r)
}

// Finish implements [driver.Store].
func (s *Store) Finish(ctx context.Context, ref driver.Ref, c driver.Completion) error {
	return s.records.Finish(ctx, ref, c)
}

// Release implements [driver.Store].
func (s *Store) Release(ctx context.Context, ref driver.Ref) error {
	return s.records.Release(ctx, ref)
}

// List implements [driver.Admin]. It finds indeterminate records by an index, and those
// in other states by reading the table.
func (s *Store) List(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	return s.records.List(ctx, q)
}

// Resolve implements [driver.Admin].
func (s *Store) Resolve(ctx context.Context, key driver.Key, fence int64, c driver.Completion) error {
	return s.records.Resolve(ctx, key, fence, c)
}

// Delete implements [driver.Admin].
func (s *Store) Delete(ctx context.Context, key driver.Key) error { return s.records.Delete(ctx, key) }

// Sweep implements [driver.Sweeper]. Several programs may sweep at the same time.
func (s *Store) Sweep(ctx context.Context, limit int) (int, error) {
	return s.records.Sweep(ctx, limit)
}
