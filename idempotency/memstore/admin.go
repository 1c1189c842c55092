package memstore

import (
	"bytes"
	"context"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// List implements [idempotency.Admin]. It looks at all records.
func (s *Store) List(ctx context.Context, q idempotency.Query) ([]idempotency.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var keys []idempotency.Digest
	for key, r := range s.records {
		if bytes.Compare(key[:], q.After[:]) <= 0 || q.State != 0 && r.State != q.State ||
			q.Abandoned && !r.abandoned(now) || r.gone(now) {
			continue
		}
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b idempotency.Digest) int { return bytes.Compare(a[:], b[:]) })
	keys = keys[:min(len(keys), max(q.Limit, 0))]
	entries := make([]idempotency.Entry, len(keys))
	for i, key := range keys {
		entries[i] = idempotency.Entry{Key: key, Record: s.records[key].seen(now)}
	}
	return entries, nil
}

// Resolve implements [idempotency.Admin].
func (s *Store) Resolve(ctx context.Context, key idempotency.Digest, fence int64, f idempotency.Final) error {
	if err := first(ctx.Err(), f.ValidateVerdict()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, now := s.records[key], s.now()
	if r == nil || r.Fence != fence ||
		r.State != idempotency.Unknown && r.State != idempotency.Pending && !r.abandoned(now) {
		return idempotency.ErrLeaseLost
	}
	r.settle(f, now)
	return nil
}

// Forget implements [idempotency.Admin].
func (s *Store) Forget(ctx context.Context, key idempotency.Digest) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r := s.records[key]; {
	case r == nil:
		return idempotency.ErrNoRecord
	case r.live(s.now()):
		return idempotency.ErrLeaseLost
	}
	delete(s.records, key)
	return nil
}

// Sweep implements [idempotency.Sweeper]. It looks at all records.
func (s *Store) Sweep(ctx context.Context, limit int) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, swept := s.now(), 0
	for key, r := range s.records {
		if swept >= limit {
			break
		}
		if r.gone(now) {
			delete(s.records, key)
			swept++
		}
	}
	return swept, nil
}
