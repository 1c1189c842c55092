package memstore

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// Options tunes [New]. The zero value is ready to use.
type Options struct {
	// Now returns the time of the store's clock. Nil uses the machine's. Tests set a
	// clock of their own to let leases and records expire. The store is locked while
	// it calls Now.
	Now func() time.Time
}

// A Store keeps records in memory. It is safe for concurrent use.
type Store struct {
	now     func() time.Time
	mu      sync.Mutex
	records map[driver.Key]*record
}

// A Store implements all of these.
var (
	_ driver.Admin   = (*Store)(nil)
	_ driver.Sweeper = (*Store)(nil)
)

// New returns an empty store.
func New(opts Options) *Store {
	if opts.Now == nil {
		opts.Now = time.Now //nolint:forbidigo // the machine's clock is this store's, as a database has its own
	}
	return &Store{now: opts.Now, records: map[driver.Key]*record{}}
}

// Claim implements [driver.Store].
func (s *Store) Claim(ctx context.Context, c driver.Claim) (driver.ClaimResult, error) {
	if err := first(ctx.Err(), c.Validate()); err != nil {
		return driver.ClaimResult{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	r := s.records[c.Key]
	switch {
	case r == nil || r.expired(now):
		fence := int64(0)
		if r != nil {
			fence = r.Fence
		}
		r = &record{first: now}
		r.Fence = fence
		s.records[c.Key] = r
		r.begin(c)
		r.assign(c, now)
	case r.State == driver.StateReleased:
		r.begin(c)
		r.assign(c, now)
	case r.State == driver.StateInProgress && r.Owner == c.Owner:
	case !r.abandoned(now):
		return driver.ClaimResult{Record: r.snapshot(now)}, nil
	case c.NeedsReview:
		r.State = driver.StateIndeterminate
		return driver.ClaimResult{Record: r.snapshot(now)}, nil
	default:
		r.TakenOver = true
		r.assign(c, now)
	}
	return driver.ClaimResult{Won: true, Record: r.snapshot(now)}, nil
}

// Get implements [driver.Store].
func (s *Store) Get(ctx context.Context, key driver.Key) (driver.Record, error) {
	if err := ctx.Err(); err != nil {
		return driver.Record{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	r := s.records[key]
	if r == nil || r.expired(now) {
		return driver.Record{}, driver.ErrNoRecord
	}
	return r.snapshot(now), nil
}

// Renew implements [driver.Store].
func (s *Store) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	return s.change(ctx, n.Validate(), ref, func(r *record, now time.Time) bool {
		if r.State != driver.StateInProgress {
			return false
		}
		r.lease = now.Add(n.Lease)
		if n.Progress != nil {
			r.Progress = bytes.Clone(n.Progress)
		}
		return true
	})
}

// Finish implements [driver.Store].
func (s *Store) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	return s.change(ctx, f.Validate(), ref, func(r *record, now time.Time) bool {
		again := r.State == f.State && same(r.Result, f.Result)
		if r.State != driver.StateInProgress && r.State != driver.StateIndeterminate && !again {
			return false
		}
		r.settle(f, now)
		return true
	})
}

// Release implements [driver.Store].
func (s *Store) Release(ctx context.Context, ref driver.Ref) error {
	return s.change(ctx, nil, ref, func(r *record, now time.Time) bool {
		if r.State != driver.StateInProgress && r.State != driver.StateReleased {
			return false
		}
		r.settle(driver.Completion{State: driver.StateReleased}, now)
		return true
	})
}

// change calls do with the record that ref still names. When there is none, or do returns
// false because its state forbids the change, the lease is lost.
func (s *Store) change(ctx context.Context, invalid error, ref driver.Ref, do func(r *record, now time.Time) bool) error {
	if err := first(ctx.Err(), invalid); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.records[ref.Key]
	if r == nil || r.Owner != ref.Owner || r.Fence != ref.Fence || !do(r, s.now()) {
		return driver.ErrLeaseLost
	}
	return nil
}

func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
