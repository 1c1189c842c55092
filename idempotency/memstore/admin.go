package memstore

import (
	"bytes"
	"context"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// List implements [driver.Admin]. It looks at all records.
func (s *Store) List(ctx context.Context, q driver.Query) ([]driver.Entry, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var keys []driver.Key
	for key, r := range s.records {
		if bytes.Compare(key[:], q.After[:]) <= 0 || q.State != 0 && r.State != q.State ||
			q.Abandoned && !r.abandoned(now) || r.expired(now) {
			continue
		}
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b driver.Key) int { return bytes.Compare(a[:], b[:]) })
	keys = keys[:min(len(keys), max(q.Limit, 0))]
	entries := make([]driver.Entry, len(keys))
	for i, key := range keys {
		entries[i] = driver.Entry{Key: key, Record: s.records[key].snapshot(now)}
	}
	return entries, nil
}

// Resolve implements [driver.Admin].
func (s *Store) Resolve(ctx context.Context, key driver.Key, fence int64, f driver.Completion) error {
	if err := first(ctx.Err(), f.ValidateResolution()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, now := s.records[key], s.now()
	if r == nil || r.Fence != fence ||
		r.State != driver.StateIndeterminate && r.State != driver.StatePending && !r.abandoned(now) {
		return driver.ErrLeaseLost
	}
	r.settle(f, now)
	return nil
}

// Delete implements [driver.Admin].
func (s *Store) Delete(ctx context.Context, key driver.Key) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r := s.records[key]; {
	case r == nil:
		return driver.ErrNoRecord
	case r.live(s.now()):
		return driver.ErrLeaseLost
	}
	delete(s.records, key)
	return nil
}

// Sweep implements [driver.Sweeper]. It looks at all records.
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
		if r.expired(now) {
			delete(s.records, key)
			swept++
		}
	}
	return swept, nil
}
