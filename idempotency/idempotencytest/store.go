package idempotencytest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// An Op names a method of a store.
type Op string

// The methods.
const (
	OpClaim   Op = "Claim"
	OpGet     Op = "Get"
	OpRenew   Op = "Renew"
	OpFinish  Op = "Finish"
	OpRelease Op = "Release"
	OpList    Op = "List"
	OpResolve Op = "Resolve"
	OpDelete  Op = "Delete"
	OpSweep   Op = "Sweep"
)

// A Store wraps another store and fails on demand. It is safe for
// concurrent use.
type Store struct {
	driver.Store

	mu     sync.Mutex
	dead   bool
	killed int // writes that were never written
	tries  int32
	calls  map[Op]int
	before map[Op]int
	after  map[Op]int
	random *rand.Rand
	share  float64
	slow   time.Duration
}

// NewStore returns a store that works as inner does.
func NewStore(inner driver.Store) *Store {
	return &Store{Store: inner, calls: map[Op]int{}, before: map[Op]int{}, after: map[Op]int{}}
}

// ErrFault reports a call that was made to fail.
var ErrFault = errors.New("idempotencytest: a fault was injected")

// Crash makes the caller's process end after its effect: the end of its work is
// never written. Until then all calls work, such as a Renew that keeps a step.
func (s *Store) Crash() { s.set(func() { s.dead, s.killed = true, 0 }) }

// Recover ends the effect of Crash, and returns the number of writes that were lost meanwhile.
func (s *Store) Recover() (lost int) {
	s.set(func() { s.dead, lost = false, s.killed })
	return lost
}

// FailBefore lets the next n calls of op fail without any effect.
func (s *Store) FailBefore(op Op, n int) { s.set(func() { s.before[op] = n }) }

// FailAfter makes the next n calls of op take effect, and then fail.
func (s *Store) FailAfter(op Op, n int) { s.set(func() { s.after[op] = n }) }

// FailAtRandom lets that share of all calls fail, half of them after they have
// taken effect, drawn from a seed.
func (s *Store) FailAtRandom(share float64, seed uint64) {
	s.set(func() { s.share, s.random = share, rand.New(rand.NewPCG(seed, 0)) })
}

// Calls returns how often op was called.
func (s *Store) Calls(op Op) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

// attempt numbers the attempts of a [Kit].
func (s *Store) attempt() (n int32) {
	s.set(func() { s.tries++; n = s.tries })
	return n
}

func (s *Store) set(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// fate says whether a call fails before or after its effect. A call that is last
// ends the work of its caller.
func (s *Store) fault(op Op, last bool) (before, after error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[op]++
	fault := fmt.Errorf("%w: %s", ErrFault, op)
	switch {
	case s.dead && last:
		s.killed++
		return driver.ErrLeaseLost, nil // who is dead does not try again
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
