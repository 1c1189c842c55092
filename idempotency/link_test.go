package idempotency_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// A link is the way of one process to the store. It loses calls and answers, hangs,
// and is cut for some time or, when the process dies, forever.
type link struct {
	world *world
	share float64 // of calls that fail
	seed  uint64

	mu     *sync.Mutex
	random *rand.Rand
	until  time.Time // it is cut
	dead   bool
}

func drawLink(t *rapid.T) link {
	l := link{share: rapid.SampledFrom([]float64{0, 0, 0.2, 0.6}).Draw(t, "share"), seed: rapid.Uint64().Draw(t, "seed"), mu: &sync.Mutex{}}
	l.random = rand.New(rand.NewPCG(l.seed, 0))
	return l
}

// An outage is when the store restarts, for all.
type outage struct{ from, to time.Duration }

func drawOutages(t *rapid.T) (all []outage) {
	for range rapid.IntRange(0, 2).Draw(t, "outages") {
		from := time.Duration(rapid.IntRange(0, 60).Draw(t, "from")) * time.Second
		all = append(all, outage{from, from + time.Duration(rapid.IntRange(1, 15).Draw(t, "for"))*time.Second})
	}
	return all
}

func (l *link) die() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.dead = true
}

func (l *link) isDead() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.dead
}

func (l *link) cut(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until = time.Now().Add(d)
}

var errLink = errors.New("the connection is gone")

// call lets a call through, or not, or loses its answer.
func (l *link) call(ctx context.Context, f func(context.Context) error) error {
	l.mu.Lock()
	down := l.dead || time.Now().Before(l.until)
	for _, o := range l.world.outages {
		now := time.Since(l.world.begun)
		down = down || now >= o.from && now < o.to
	}
	fault := "none"
	if down || l.random.Float64() < l.share {
		fault = []string{"refused", "hangs", "lost", "hangs and is lost"}[l.random.IntN(map[bool]int{true: 2, false: 4}[down])]
	}
	l.mu.Unlock()
	switch fault {
	case "refused":
		return errLink
	case "hangs":
		<-ctx.Done()
		return ctx.Err()
	case "lost", "hangs and is lost":
		_ = f(context.WithoutCancel(ctx))
		if fault != "lost" {
			<-ctx.Done()
		}
		return errLink
	}
	time.Sleep(time.Millisecond)
	return f(ctx)
}

func (l *link) Claim(ctx context.Context, c driver.Claim) (got driver.ClaimResult, err error) {
	err = l.call(ctx, func(ctx context.Context) (err error) { got, err = l.world.store.Claim(ctx, c); return err })
	return got, err
}

func (l *link) Get(ctx context.Context, key driver.Key) (r driver.Record, err error) {
	err = l.call(ctx, func(ctx context.Context) (err error) { r, err = l.world.store.Get(ctx, key); return err })
	return r, err
}

func (l *link) Renew(ctx context.Context, ref driver.Ref, n driver.Renewal) error {
	return l.call(ctx, func(ctx context.Context) error { return l.world.store.Renew(ctx, ref, n) })
}

func (l *link) Finish(ctx context.Context, ref driver.Ref, f driver.Completion) error {
	return l.call(ctx, func(ctx context.Context) error { return l.world.store.Finish(ctx, ref, f) })
}

func (l *link) Release(ctx context.Context, ref driver.Ref) error {
	return l.call(ctx, func(ctx context.Context) error { return l.world.store.Release(ctx, ref) })
}

// lock is that of a key, which transactions hold until they end.
func (w *world) lock(key driver.Key) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.locks[key] == nil {
		w.locks[key] = make(chan struct{}, 1)
	}
	return w.locks[key]
}

// Transact is that of a database: what was written is there when it commits. The
// answer to a commit may be lost.
func (l *link) Transact(ctx context.Context, c driver.Claim,
	run func(context.Context, *[]string, driver.Record) (driver.Completion, error),
) (got driver.ClaimResult, err error) {
	err = l.call(ctx, func(ctx context.Context) error { got, err = l.transact(ctx, c, run); return err })
	return got, err
}

func (l *link) transact(ctx context.Context, c driver.Claim,
	run func(context.Context, *[]string, driver.Record) (driver.Completion, error),
) (driver.ClaimResult, error) {
	w, lock := l.world, l.world.lock(c.Key)
	select {
	case lock <- struct{}{}:
	case <-time.After(c.Lease):
		return driver.ClaimResult{Record: driver.Record{State: driver.StateInProgress, Remaining: c.Lease}}, nil
	case <-ctx.Done():
		return driver.ClaimResult{}, ctx.Err()
	}
	defer func() { <-lock }()
	if r, err := w.store.Get(ctx, c.Key); err == nil && r.State == driver.StateCompleted {
		return driver.ClaimResult{Record: r}, nil
	}
	var rows []string
	f, err := run(ctx, &rows, driver.Record{State: driver.StateInProgress, Owner: c.Owner, Fence: 1})
	if err != nil {
		return driver.ClaimResult{}, err
	}
	if l.isDead() { // the server rolls back
		return driver.ClaimResult{}, errLink
	}
	got, err := w.store.Claim(context.WithoutCancel(ctx), c)
	if err == nil {
		err = w.store.Finish(context.WithoutCancel(ctx), driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}, f)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, row := range rows {
		w.effects[row]++
	}
	return got, err
}
