package memstore

import (
	"bytes"
	"context"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// Options tunes [New]. The zero value is ready to use.
type Options struct {
	// Now is the clock of the store. Nil is the machine's. Tests hand in one of
	// their own to let leases and records expire. It is called with the store
	// locked.
	Now func() time.Time
}

// A Store keeps records in memory. It is safe for concurrent use.
type Store struct {
	now     func() time.Time
	mu      sync.Mutex
	records map[idempotency.Digest]*record
}

// A Store is all of these.
var (
	_ idempotency.Admin   = (*Store)(nil)
	_ idempotency.Sweeper = (*Store)(nil)
)

// New returns an empty store.
func New(opts Options) *Store {
	if opts.Now == nil {
		opts.Now = time.Now //nolint:forbidigo // the machine's clock is this store's, as a database has its own
	}
	return &Store{now: opts.Now, records: map[idempotency.Digest]*record{}}
}

// Claim implements [idempotency.Store].
func (s *Store) Claim(ctx context.Context, c idempotency.Claim) (idempotency.Claimed, error) {
	if err := first(ctx.Err(), c.Validate()); err != nil {
		return idempotency.Claimed{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	r := s.records[c.Key]
	switch {
	case r == nil || r.gone(now):
		fence := int64(0)
		if r != nil {
			fence = r.Fence
		}
		r = &record{first: now}
		r.Fence = fence
		s.records[c.Key] = r
		r.begin(c)
		r.own(c, now)
	case r.State == idempotency.Free:
		r.begin(c)
		r.own(c, now)
	case r.State == idempotency.Running && r.Owner == c.Owner:
	case !r.abandoned(now):
		return idempotency.Claimed{Record: r.seen(now)}, nil
	case c.Hold:
		r.State = idempotency.Unknown
		return idempotency.Claimed{Record: r.seen(now)}, nil
	default:
		r.TakenOver = true
		r.own(c, now)
	}
	return idempotency.Claimed{Won: true, Record: r.seen(now)}, nil
}

// Get implements [idempotency.Store].
func (s *Store) Get(ctx context.Context, key idempotency.Digest) (idempotency.Record, error) {
	if err := ctx.Err(); err != nil {
		return idempotency.Record{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	r := s.records[key]
	if r == nil || r.gone(now) {
		return idempotency.Record{}, idempotency.ErrNoRecord
	}
	return r.seen(now), nil
}

// Renew implements [idempotency.Store].
func (s *Store) Renew(ctx context.Context, ref idempotency.Ref, n idempotency.Renewal) error {
	return s.change(ctx, n.Validate(), ref, func(r *record, now time.Time) bool {
		if r.State != idempotency.Running {
			return false
		}
		r.lease = now.Add(n.Lease)
		if n.Progress != nil {
			r.Progress = bytes.Clone(n.Progress)
		}
		return true
	})
}

// Finish implements [idempotency.Store].
func (s *Store) Finish(ctx context.Context, ref idempotency.Ref, f idempotency.Final) error {
	return s.change(ctx, f.Validate(), ref, func(r *record, now time.Time) bool {
		again := r.State == f.State && same(r.Result, f.Result)
		if r.State != idempotency.Running && r.State != idempotency.Unknown && !again {
			return false
		}
		r.settle(f, now)
		return true
	})
}

// Release implements [idempotency.Store].
func (s *Store) Release(ctx context.Context, ref idempotency.Ref) error {
	return s.change(ctx, nil, ref, func(r *record, now time.Time) bool {
		if r.State != idempotency.Running && r.State != idempotency.Free {
			return false
		}
		r.settle(idempotency.Final{State: idempotency.Free}, now)
		return true
	})
}

// change calls do with the record that ref still names. When there is none, or
// do says that its state forbids the change, the lease is lost.
func (s *Store) change(ctx context.Context, invalid error, ref idempotency.Ref, do func(r *record, now time.Time) bool) error {
	if err := first(ctx.Err(), invalid); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.records[ref.Key]
	if r == nil || r.Owner != ref.Owner || r.Fence != ref.Fence || !do(r, s.now()) {
		return idempotency.ErrLeaseLost
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
