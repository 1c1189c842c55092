//go:build servers

package idempotency_test

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// abreast is how many calls are under way at once.
const abreast = 24

// storm is what happens to workers and to PostgreSQL meanwhile, by how often.
type storm struct {
	*testing.T
	rigs    []*fixture
	workers []*keeper
	random  *rand.Rand

	mu       sync.Mutex
	happened map[string]int
}

func (s *storm) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.happened[what]++
}

// rage does one thing after the other until ctx ends.
func (s *storm) rage(ctx context.Context) {
	for ctx.Err() == nil {
		w := s.workers[s.random.IntN(len(s.workers))]
		switch s.random.IntN(3) {
		case 0:
			s.count("killed")
			w.signal(syscall.SIGKILL)
		case 1:
			s.count("stopped past the lease")
			w.signal(syscall.SIGSTOP)
			wait(ctx, time.Duration(1500+s.random.IntN(2000))*time.Millisecond) // a lease is a second
			w.signal(syscall.SIGCONT)
		default:
			s.count("restarts of PostgreSQL")
			s.crash(ctx)
		}
		wait(ctx, time.Duration(300+s.random.IntN(1200))*time.Millisecond)
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// crash kills a process of PostgreSQL's, upon which it ends all connections at once
// and recovers from its log, as after an immediate stop.
func (s *storm) crash(ctx context.Context) {
	var pid int
	if err := s.rigs[0].db.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err == nil {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
}

// person settles work that is held: by what the service says.
func (s *storm) person(ctx context.Context, r *fixture, order, id string) {
	s.count("calls of a person")
	guard := newGuard(r.store)
	require.EventuallyWithT(s, func(t *assert.CollectT) {
		held, err := guard.List(ctx, driver.Query{State: driver.StateIndeterminate, Limit: 1000})
		require.NoError(t, err)
		for _, e := range held {
			if e.Info.WorkflowID != id {
				continue
			}
			if r.service.Ledger()[order].Charges > 0 {
				err = guard.Resolve(ctx, e.Key, e.Fence, "as the service says")
			} else {
				s.count("of which the work had no effect")
				err = guard.Retry(ctx, e.Key, e.Fence)
			}
			require.NoError(t, err)
		}
	}, soon, tick)
}

// through runs one guarded call to its end.
func (s *storm) through(ctx context.Context, r *fixture, activity, id string, work time.Duration) {
	for try := 0; ; try++ {
		o := client.StartWorkflowOptions{ID: fmt.Sprintf("%s/%s/%d", r.queue, id, try), TaskQueue: r.queue}
		run, err := server.ExecuteWorkflow(ctx, o, Once, activity, Order{ID: id, Work: work})
		require.NoError(s, err)
		if err = run.Get(ctx, nil); err == nil {
			return
		}
		require.True(s, needsReview(err), "%s: %v", id, err)
		s.person(ctx, r, id, o.ID)
	}
}

// Guarded calls, also within each other, while workers are killed, and stopped for
// longer than their lease, PostgreSQL crashes, and one of 20 answers of it is lost:
// each takes effect once. It runs before other tests, since all share the database.
func TestStorm(t *testing.T) {
	s := &storm{T: t, happened: map[string]int{}}
	from := *seed
	if from == 0 {
		from = rand.Uint64()
	}
	s.random = rand.New(rand.NewPCG(from, 1))
	d := postgres(t)
	d.env = []string{onlyEnv + "=yes", lostEnv + "=20"}
	for _, ignoring := range []bool{false, true} {
		r := newFixture(t, d, payments.Options{IgnoreKeys: ignoring})
		s.rigs = append(s.rigs, r)
		s.workers = append(s.workers, r.worker, r.another(d), r.another(d))
		workflows := worker.New(server, r.queue, worker.Options{LocalActivityWorkerOnly: true})
		workflows.RegisterWorkflow(Once)
		require.NoError(t, workflows.Start())
		t.Cleanup(workflows.Stop)
	}
	raging, calm := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { defer close(over); s.rage(raging) }()

	began, places := time.Now(), make(chan struct{}, abreast)
	orders := map[string][]string{}
	var all sync.WaitGroup
	for i := range *calls {
		activity := []string{inTx, passThrough, nested, holding}[i%4]
		r, id := s.rigs[0], fmt.Sprintf("%s-%d", activity, i)
		if activity == holding {
			r = s.rigs[1]
		}
		orders[activity] = append(orders[activity], id)
		places <- struct{}{}
		work := time.Duration(i%7*200) * time.Millisecond
		all.Go(func() {
			defer func() { <-places }()
			s.through(t.Context(), r, activity, id, work)
		})
	}
	all.Wait()
	calm()
	<-over
	violations := s.compare(orders)
	t.Logf("seed %d: %d guarded calls in %s, %d violations", from, *calls, time.Since(began).Round(time.Second), violations)
	for _, what := range slices.Sorted(maps.Keys(s.happened)) {
		t.Logf("%5d %s", s.happened[what], what)
	}
}

// compare counts what took effect more or less often than once.
func (s *storm) compare(orders map[string][]string) (violations int) {
	for activity, ids := range orders {
		r := s.rigs[0]
		if activity == holding {
			r = s.rigs[1]
		}
		for _, id := range ids {
			effects := map[string]int{id: -1}
			require.EventuallyWithT(s, func(t *assert.CollectT) {
				if activity != inTx {
					effects[id] = r.service.Ledger()[id].Charges
					return
				}
				var n int
				require.NoError(t, r.db.QueryRowContext(s.Context(), "SELECT count(*) FROM bookings WHERE order_id = '"+id+"'").Scan(&n))
				effects[id] = n
			}, soon, tick)
			if activity == nested {
				effects[id+"-part"] = r.service.Ledger()[id+"-part"].Charges
			}
			for what, n := range effects {
				if n != 1 {
					violations++
					s.Errorf("%s took effect %d times", what, n)
				}
			}
		}
	}
	return violations
}
