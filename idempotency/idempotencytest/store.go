package idempotencytest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// An Op is a method of a store.
type Op string

// The methods.
const (
	Claim   Op = "Claim"
	Get     Op = "Get"
	Renew   Op = "Renew"
	Finish  Op = "Finish"
	Release Op = "Release"
)

// A Store is another store that fails when it is told to. It is safe for
// concurrent use.
type Store struct {
	idempotency.Store

	mu     sync.Mutex
	dead   bool
	calls  map[Op]int
	before map[Op]int
	after  map[Op]int
	random *rand.Rand
	share  float64
}

// NewStore returns a store that works as inner does.
func NewStore(inner idempotency.Store) *Store {
	return &Store{Store: inner, calls: map[Op]int{}, before: map[Op]int{}, after: map[Op]int{}}
}

// ErrFault is the error of a call that was made to fail.
var ErrFault = errors.New("idempotencytest: the store was told to fail")

// Kill lets the caller's process die after its effect: what it still writes is
// never written. Claim and Get work, for others.
func (s *Store) Kill() { s.set(func() { s.dead = true }) }

// Revive ends Kill.
func (s *Store) Revive() { s.set(func() { s.dead = false }) }

// FailBefore lets the next n calls of op fail without any effect.
func (s *Store) FailBefore(op Op, n int) { s.set(func() { s.before[op] = n }) }

// LoseAnswer lets the next n calls of op take effect, and then fail.
func (s *Store) LoseAnswer(op Op, n int) { s.set(func() { s.after[op] = n }) }

// FailAtRandom lets that share of all calls fail, half of them after they have
// taken effect, drawn from a seed.
func (s *Store) FailAtRandom(share float64, seed uint64) {
	s.set(func() { s.share, s.random = share, rand.New(rand.NewPCG(seed, 0)) })
}

// Calls is how often op was called.
func (s *Store) Calls(op Op) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

func (s *Store) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// fate says whether a call fails before or after its effect.
func (s *Store) fate(op Op) (before, after error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[op]++
	fault := fmt.Errorf("%w: %s", ErrFault, op)
	switch {
	case s.dead && op != Claim && op != Get:
		return idempotency.ErrLeaseLost, nil // who is dead does not try again
	case s.before[op] > 0:
		s.before[op]--
		return fault, nil
	case s.after[op] > 0:
		s.after[op]--
		return nil, fault
	case s.random != nil && s.random.Float64() < s.share:
		if s.random.IntN(2) == 0 {
			return fault, nil
		}
		return nil, fault
	}
	return nil, nil
}

// Claim is that of [idempotency.Store].
func (s *Store) Claim(ctx context.Context, c idempotency.Claim) (got idempotency.Claimed, err error) {
	err = s.call(Claim, func() (err error) {
		got, err = s.Store.Claim(ctx, c)
		return err
	})
	return got, err
}

// Get is that of [idempotency.Store].
func (s *Store) Get(ctx context.Context, key idempotency.Digest) (got idempotency.Record, err error) {
	err = s.call(Get, func() (err error) {
		got, err = s.Store.Get(ctx, key)
		return err
	})
	return got, err
}

// Renew is that of [idempotency.Store].
func (s *Store) Renew(ctx context.Context, ref idempotency.Ref, r idempotency.Renewal) error {
	return s.call(Renew, func() error { return s.Store.Renew(ctx, ref, r) })
}

// Finish is that of [idempotency.Store].
func (s *Store) Finish(ctx context.Context, ref idempotency.Ref, f idempotency.Final) error {
	return s.call(Finish, func() error { return s.Store.Finish(ctx, ref, f) })
}

// Release is that of [idempotency.Store].
func (s *Store) Release(ctx context.Context, ref idempotency.Ref) error {
	return s.call(Release, func() error { return s.Store.Release(ctx, ref) })
}

func (s *Store) call(op Op, f func() error) error {
	before, after := s.fate(op)
	if before != nil {
		return before
	}
	if err := f(); err != nil {
		return err
	}
	return after
}
