package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A Soak calls a store from several goroutines while its connections break.
type Soak struct {
	Store driver.Admin
	// Keys sets how many keys are worked on; each has a history of its own.
	Keys int
	// Seed makes the calls those of an earlier run.
	Seed uint64
	// Break breaks something before each key, whose number it gets.
	// Nil breaks nothing.
	Break func(key int)
}

const (
	soakWorkers = 4
	soakCalls   = 7 // of each worker, on each key
	soakUnknown = 8 // more outcomes that are open explain nearly everything, and take long to go through
)

// Run wants some order of the calls to explain all answers. A call whose outcome
// is unknown may have happened at any time after it began, or not at all; a key
// with more than 8 of them, as during a crash, is not judged. Run returns how many
// calls it has made, and of how many the outcome is unknown.
func (s Soak) Run(t *testing.T) (calls, unknown int) {
	t.Helper()
	for k := range s.Keys {
		if s.Break != nil {
			s.Break(k)
		}
		history, open := s.key(t.Context(), k), 0
		for _, op := range history {
			calls++
			if op.unknown {
				open++
			}
		}
		unknown += open
		if open <= soakUnknown && !explained(history) {
			for _, op := range history {
				t.Logf("%+v", op)
			}
			t.Fatalf("no order of the calls of key %d explains their answers; the seed is %d", k, s.Seed)
		}
	}
	return calls, unknown
}

// key returns the history of one key.
func (s Soak) key(ctx context.Context, k int) []op {
	var (
		mu      sync.Mutex
		history []op
		all     sync.WaitGroup
		start   = time.Now()
	)
	name := key("soak " + string(rune('a'+k%26)))
	name[0], name[1], name[2], name[3] = byte(k), byte(k>>8), byte(k>>16), byte(s.Seed)
	for worker := range soakWorkers {
		random := rand.New(rand.NewPCG(s.Seed, uint64(k*soakWorkers+worker)))
		all.Go(func() {
			for range soakCalls {
				o := draw(random, byte(worker+1))
				o.call = time.Since(start)
				o.do(ctx, s.Store, name)
				o.end = time.Since(start)
				mu.Lock()
				history = append(history, o)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return history
}

// draw makes a call up. Fences are small numbers, so that many are right.
func draw(random *rand.Rand, owner byte) op {
	o := op{
		verb:  []string{"claim", "claim", "get", "renew", "renew", "finish", "release", "resolve", "forget"}[random.IntN(9)],
		owner: owner, fence: int64(1 + random.IntN(3)), hold: random.IntN(4) == 0, abandon: random.IntN(2) == 0,
		final: driver.StateCompleted + driver.State(random.IntN(4)), result: 'a' + byte(random.IntN(2)),
	}
	if o.verb == "resolve" {
		o.final = []driver.State{driver.StateCompleted, driver.StateReleased}[random.IntN(2)]
	}
	return o
}

// do makes the call, and notes the answer.
func (o *op) do(ctx context.Context, store driver.Admin, k driver.Key) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	ref := driver.Ref{Key: k, Owner: driver.Owner{o.owner}, Fence: o.fence}
	final := driver.Completion{State: o.final, Result: []byte{o.result}}
	var err error
	switch o.verb {
	case "claim":
		var got driver.ClaimResult
		got, err = store.Claim(ctx, driver.Claim{Key: k, Owner: ref.Owner, Lease: long, Retain: retain, NeedsReview: o.hold})
		o.won, o.seen = got.Won, soaked(got.Record)
	case "get":
		var got driver.Record
		got, err = store.Get(ctx, k)
		o.seen = soaked(got)
	case "renew":
		lease := long
		if o.abandon {
			lease = 0
		}
		err = store.Renew(ctx, ref, driver.Renewal{Lease: lease})
	case "finish":
		err = store.Finish(ctx, ref, final)
	case "release":
		err = store.Release(ctx, ref)
	case "resolve":
		err = store.Resolve(ctx, k, o.fence, final)
	default:
		err = store.Delete(ctx, k)
	}
	switch {
	case errors.Is(err, driver.ErrLeaseLost):
		o.answer = "lost"
	case errors.Is(err, driver.ErrNoRecord):
		o.answer = "none"
	case err != nil:
		o.unknown = true
	}
}
