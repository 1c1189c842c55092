package idempotencytest

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A Store is both, as far as the one inside is.
var (
	_ driver.Admin   = (*Store)(nil)
	_ driver.Sweeper = (*Store)(nil)
)

// Claim implements [driver.Store].
func (s *Store) Claim(ctx context.Context, c driver.Claim) (got driver.ClaimResult, err error) {
	err = s.call(ctx, OpClaim, func() (err error) {
		got, err = s.Store.Claim(ctx, c)
		return err
	})
	return got, err
}

// Get implements [driver.Store].
func (s *Store) Get(ctx context.Context, key driver.Key) (got driver.Record, err error) {
	err = s.call(ctx, OpGet, func() (err error) {
		got, err = s.Store.Get(ctx, key)
		return err
	})
	return got, err
}

// Renew implements [driver.Store].
func (s *Store) Renew(ctx context.Context, ref driver.Ref, r driver.Renewal) error {
	f := func() error { return s.Store.Renew(ctx, ref, r) }
	if r.Lease == 0 { // it gives the work up
		return s.last(ctx, OpRenew, f)
	}
	return s.call(ctx, OpRenew, f)
}

// Finish implements [driver.Store].
func (s *Store) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	return s.last(ctx, OpFinish, func() error { return s.Store.Finish(ctx, ref, f) })
}

// Release implements [driver.Store].
func (s *Store) Release(ctx context.Context, ref driver.Ref) error {
	return s.last(ctx, OpRelease, func() error { return s.Store.Release(ctx, ref) })
}

// List implements [driver.Admin].
func (s *Store) List(ctx context.Context, q driver.Query) (entries []driver.Entry, err error) {
	err = s.asAdmin(ctx, OpList, func(a driver.Admin) (err error) {
		entries, err = a.List(ctx, q)
		return err
	})
	return entries, err
}

// Resolve implements [driver.Admin].
func (s *Store) Resolve(ctx context.Context, key driver.Key, fence int64, f driver.Completion) error {
	return s.asAdmin(ctx, OpResolve, func(a driver.Admin) error { return a.Resolve(ctx, key, fence, f) })
}

// Delete implements [driver.Admin].
func (s *Store) Delete(ctx context.Context, key driver.Key) error {
	return s.asAdmin(ctx, OpDelete, func(a driver.Admin) error { return a.Delete(ctx, key) })
}

// Sweep implements [driver.Sweeper].
func (s *Store) Sweep(ctx context.Context, limit int) (swept int, err error) {
	sweeper, ok := s.Store.(driver.Sweeper)
	if !ok {
		return 0, fmt.Errorf("idempotencytest: a %T cannot be swept; wrap a store that is a Sweeper", s.Store)
	}
	err = s.call(ctx, OpSweep, func() (err error) {
		swept, err = sweeper.Sweep(ctx, limit)
		return err
	})
	return swept, err
}

func (s *Store) asAdmin(ctx context.Context, op Op, f func(driver.Admin) error) error {
	admin, ok := s.Store.(driver.Admin)
	if !ok {
		return fmt.Errorf("idempotencytest: records of a %T cannot be listed or settled; wrap a store that is an Admin", s.Store)
	}
	return s.call(ctx, op, func() error { return f(admin) })
}

func (s *Store) call(ctx context.Context, op Op, f func() error) error {
	return s.do(ctx, op, false, f)
}

// last makes a call with which its caller ends its work.
func (s *Store) last(ctx context.Context, op Op, f func() error) error { return s.do(ctx, op, true, f) }

func (s *Store) do(ctx context.Context, op Op, last bool, f func() error) error {
	before, after := s.fault(op, last)
	if err := s.wait(ctx); err != nil {
		return err
	}
	if before != nil {
		return before
	}
	if err := f(); err != nil {
		return err
	}
	return after
}
