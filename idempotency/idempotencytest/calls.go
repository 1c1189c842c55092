package idempotencytest

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// A Store is both, as far as the one inside is.
var (
	_ idempotency.Admin   = (*Store)(nil)
	_ idempotency.Sweeper = (*Store)(nil)
)

// Claim implements [idempotency.Store].
func (s *Store) Claim(ctx context.Context, c idempotency.Claim) (got idempotency.Claimed, err error) {
	err = s.call(ctx, Claim, func() (err error) {
		got, err = s.Store.Claim(ctx, c)
		return err
	})
	return got, err
}

// Get implements [idempotency.Store].
func (s *Store) Get(ctx context.Context, key idempotency.Digest) (got idempotency.Record, err error) {
	err = s.call(ctx, Get, func() (err error) {
		got, err = s.Store.Get(ctx, key)
		return err
	})
	return got, err
}

// Renew implements [idempotency.Store].
func (s *Store) Renew(ctx context.Context, ref idempotency.Ref, r idempotency.Renewal) error {
	f := func() error { return s.Store.Renew(ctx, ref, r) }
	if r.Lease == 0 { // it gives the work up
		return s.last(ctx, Renew, f)
	}
	return s.call(ctx, Renew, f)
}

// Finish implements [idempotency.Store].
func (s *Store) Finish(ctx context.Context, ref idempotency.Ref, f idempotency.Final) error {
	return s.last(ctx, Finish, func() error { return s.Store.Finish(ctx, ref, f) })
}

// Release implements [idempotency.Store].
func (s *Store) Release(ctx context.Context, ref idempotency.Ref) error {
	return s.last(ctx, Release, func() error { return s.Store.Release(ctx, ref) })
}

// List implements [idempotency.Admin].
func (s *Store) List(ctx context.Context, q idempotency.Query) (entries []idempotency.Entry, err error) {
	err = s.asAdmin(ctx, List, func(a idempotency.Admin) (err error) {
		entries, err = a.List(ctx, q)
		return err
	})
	return entries, err
}

// Resolve implements [idempotency.Admin].
func (s *Store) Resolve(ctx context.Context, key idempotency.Digest, fence int64, f idempotency.Final) error {
	return s.asAdmin(ctx, Resolve, func(a idempotency.Admin) error { return a.Resolve(ctx, key, fence, f) })
}

// Forget implements [idempotency.Admin].
func (s *Store) Forget(ctx context.Context, key idempotency.Digest) error {
	return s.asAdmin(ctx, Forget, func(a idempotency.Admin) error { return a.Forget(ctx, key) })
}

// Sweep implements [idempotency.Sweeper].
func (s *Store) Sweep(ctx context.Context, limit int) (swept int, err error) {
	sweeper, ok := s.Store.(idempotency.Sweeper)
	if !ok {
		return 0, fmt.Errorf("idempotencytest: a %T cannot be swept; wrap a store that is a Sweeper", s.Store)
	}
	err = s.call(ctx, Sweep, func() (err error) {
		swept, err = sweeper.Sweep(ctx, limit)
		return err
	})
	return swept, err
}

func (s *Store) asAdmin(ctx context.Context, op Op, f func(idempotency.Admin) error) error {
	admin, ok := s.Store.(idempotency.Admin)
	if !ok {
		return fmt.Errorf("idempotencytest: records of a %T cannot be listed or settled; wrap a store that is an Admin", s.Store)
	}
	return s.call(ctx, op, func() error { return f(admin) })
}

func (s *Store) call(ctx context.Context, op Op, f func() error) error {
	return s.do(ctx, op, false, f)
}

// last is a call with which its caller ends its work.
func (s *Store) last(ctx context.Context, op Op, f func() error) error { return s.do(ctx, op, true, f) }

func (s *Store) do(ctx context.Context, op Op, last bool, f func() error) error {
	before, after := s.fate(op, last)
	if err := s.linger(ctx); err != nil {
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
