package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// A world is what happens outside of the guard, and what is observed of it.
type world struct {
	mode    string
	store   *memstore.Store
	begun   time.Time
	outages []outage

	mu       sync.Mutex
	locks    map[driver.Key]chan struct{} // of transactions, by key
	effects  map[string]int               // by key, at a service that ignores keys or in a table
	requests map[string]bool              // by key and downstream key, at a service that honours them
	results  map[string]int               // that were recorded, by key
	wrong    []string
}

func (w *world) fail(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = append(w.wrong, fmt.Sprintf("%s: ", time.Since(w.begun))+fmt.Sprintf(format, args...))
}

// effect is the work of a trial: unless its context has ended, as a client looks at
// it. Until then no one else has the record.
func (w *world) effect(ctx context.Context, what string) (n int, err error) {
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	text, fence, _ := idempotency.FencingToken(ctx)
	key, _ := driver.ParseKey(text)
	if r, err := w.store.Get(context.Background(), key); err != nil || r.State != driver.StateInProgress || r.Fence != fence {
		w.fail("%s takes effect with fence %d, and the record is in state %d with fence %d, %v", what, fence, r.State, r.Fence, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.effects[what]++
	if key, err := idempotency.DownstreamKey(ctx, "charge"); err == nil {
		w.requests[what+" "+key] = true
	}
	return w.effects[what], nil
}

// work is the function that the guard runs.
func (w *world) work(l *link, g *idempotency.Guard, t trial, c idempotency.ActivityOptions) func(context.Context) (int, error) {
	return func(ctx context.Context) (n int, err error) {
		if t.pauses > 0 {
			l.cut(t.pauses)
			time.Sleep(t.pauses)
		}
		switch t.ending {
		case "dies before":
			l.die()
			return 0, errors.New("killed")
		case "no effect":
			return 0, idempotency.NoEffect(errors.New("refused"))
		}
		if t.part != "" { // nested work, of which the outer one knows nothing more
			_, _ = idempotency.Do(ctx, g, "part", t.key+t.part, func(ctx context.Context) (int, error) {
				return w.effect(ctx, "part "+t.key)
			}, c)
		}
		if n, err = w.effect(ctx, t.key); err != nil {
			return 0, err
		}
		if t.ending == "dies after" {
			l.die()
			return 0, errors.New("killed")
		}
		select {
		case <-time.After(t.works):
		case <-ctx.Done():
			if t.ending != "heeds nothing" {
				return 0, ctx.Err()
			}
			time.Sleep(t.works / 2)
		}
		if t.ending == "open error" {
			return 0, errors.New("connection reset")
		}
		return n, nil
	}
}

// insertBooking returns the function that InTx runs.
func (w *world) insertBooking(l *link, t trial) func(context.Context, *[]string) (int, error) {
	return func(_ context.Context, rows *[]string) (int, error) {
		time.Sleep(t.works)
		*rows = append(*rows, t.key)
		switch t.ending {
		case "dies before", "dies after":
			l.die()
		case "open error", "no effect":
			return 0, errors.New("connection reset")
		}
		return int(time.Since(w.begun)), nil
	}
}

// attempt runs a trial to its end.
func (w *world) attempt(t trial) {
	time.Sleep(t.starts)
	l := t.link
	l.world = w
	unrecorded := false
	g := idempotency.NewGuard(&l, idempotency.Options{
		DataConverter: converter.GetDefaultDataConverter(),
		Observe: func(_ context.Context, e idempotency.Event) {
			unrecorded = unrecorded || e.Kind == idempotency.EventNotRecorded
		},
	})
	c := idempotency.ActivityOptions{Key: func([]any) (string, error) { return t.key, nil }}
	switch w.mode {
	case "hold":
		c.ReviewAbandoned = true
	case "pass through":
		c.PassThrough = true
	}
	ctx, cancel := context.WithTimeout(context.Background(), t.within)
	defer cancel()
	began := time.Now()
	var n int
	var err error
	if w.mode == "transaction" {
		n, err = idempotency.TransactOnce(ctx, g, &l, t.key, w.insertBooking(&l, t))
	} else {
		n, err = idempotency.Do(ctx, g, "work", t.key, w.work(&l, g, t, c), c)
	}
	if took := time.Since(began); took > t.pauses+2*t.works+90*time.Second {
		w.fail("an attempt at %s took %s", t.key, took)
	}
	if err != nil || l.isDead() || unrecorded { // no one else hears of this result
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if first, ok := w.results[t.key]; ok && first != n {
		w.wrong = append(w.wrong, fmt.Sprintf("%s has the result %d after %d", t.key, n, first))
	}
	w.results[t.key] = n
}
