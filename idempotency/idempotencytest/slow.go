package idempotencytest

import (
	"context"
	"time"
)

// Delay makes each call of the store take d, or until its context ends.
func (s *Store) Delay(d time.Duration) { s.set(func() { s.slow = d }) }

// wait waits as long as [Store.Delay] has said.
func (s *Store) wait(ctx context.Context) error {
	s.mu.Lock()
	d := s.slow
	s.mu.Unlock()
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
