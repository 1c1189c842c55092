package pgstore_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

func TestHistoryOfMemstore(t *testing.T) {
	t.Parallel()
	testHistory(t, memstore.New(memstore.Options{}))
}

const (
	workers = 12
	calls   = 60 // by each worker
	keys    = 4
	owners  = 4 // few, so that an owner meets its own claim again
)

// testHistory wants that some order of the calls explains all answers.
func testHistory(t *testing.T, store driver.Admin) {
	t.Helper()
	require.Equal(t, porcupine.Ok, record(t, store), "no order of the calls explains the answers")
}

// record lets workers call a store at once, and holds what they saw against the
// model.
func record(t *testing.T, store driver.Admin) porcupine.CheckResult {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	start := time.Now()
	var (
		mu      sync.Mutex
		history []porcupine.Operation
		failed  []error
		all     sync.WaitGroup
	)
	for worker := range workers {
		random := rand.New(rand.NewPCG(seed, uint64(worker)))
		all.Go(func() {
			for range calls {
				in := draw(random)
				begin := time.Since(start).Nanoseconds()
				out := in.do(t.Context(), store)
				end := time.Since(start).Nanoseconds()
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: worker, Input: in, Call: begin, Output: out, Return: end})
				if out.err != nil && !errors.Is(out.err, driver.ErrLeaseLost) && !errors.Is(out.err, driver.ErrNoRecord) {
					failed = append(failed, out.err)
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.Empty(t, failed)
	require.Len(t, history, workers*calls)
	return porcupine.CheckOperationsTimeout(model, history, time.Minute)
}

// draw makes a call up. Fences are small numbers, so that many are right.
func draw(random *rand.Rand) call {
	c := call{
		key: byte(1 + random.IntN(keys)), owner: byte(1 + random.IntN(owners)), fence: int64(1 + random.IntN(5)),
		hold: random.IntN(4) == 0, abandon: random.IntN(2) == 0,
		final: driver.Completion{State: driver.StateCompleted + driver.State(random.IntN(4)), Result: []byte{'a' + byte(random.IntN(2))}},
	}
	c.verb = []string{"claim", "claim", "claim", "get", "renew", "renew", "renew", "finish", "release", "resolve", "forget"}[random.IntN(11)]
	if c.verb == "resolve" {
		c.final.State = []driver.State{driver.StateCompleted, driver.StateReleased}[random.IntN(2)]
	}
	if c.final.State == driver.StateReleased {
		c.final.Result = nil
	}
	return c
}

func (c call) do(ctx context.Context, store driver.Admin) answer {
	key := driver.Key{c.key}
	ref := driver.Ref{Key: key, Owner: driver.Owner{c.owner}, Fence: c.fence}
	switch c.verb {
	case "claim":
		got, err := store.Claim(ctx, driver.Claim{Key: key, Owner: ref.Owner, Lease: time.Hour, Retain: time.Hour, NeedsReview: c.hold})
		return answer{got.Won, keep(got.Record), err}
	case "get":
		rec, err := store.Get(ctx, key)
		return answer{rec: keep(rec), err: err}
	case "renew":
		lease := time.Hour
		if c.abandon {
			lease = 0
		}
		return answer{err: store.Renew(ctx, ref, driver.Renewal{Lease: lease})}
	case "finish":
		return answer{err: store.Finish(ctx, ref, c.final)}
	case "release":
		return answer{err: store.Release(ctx, ref)}
	case "resolve":
		return answer{err: store.Resolve(ctx, key, c.fence, c.final)}
	default:
		return answer{err: store.Delete(ctx, key)}
	}
}

// A store that says yes to every Finish is found out, or the model is no test.
func TestHistoryOfABrokenStore(t *testing.T) {
	t.Parallel()
	store := broken{memstore.New(memstore.Options{})}
	require.Equal(t, porcupine.Illegal, record(t, store))
}

type broken struct{ *memstore.Store }

func (b broken) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	if err := b.Store.Finish(ctx, ref, f); err != nil && !errors.Is(err, driver.ErrLeaseLost) {
		return err
	}
	return nil
}
