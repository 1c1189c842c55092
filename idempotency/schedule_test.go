package idempotency_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// A trial is one attempt at the work of a key, in a process of its own.
type trial struct {
	key, part string        // the business key, and that of nested work; "" has none
	starts    time.Duration // since the beginning
	within    time.Duration // until its deadline
	pauses    time.Duration // between its claim and its effect, with no way to the store
	works     time.Duration // between its effect and its end
	ending    string
	link      link // to the store
}

func drawTrial(t *rapid.T, endings []string) trial {
	seconds := func(name string, least, most int) time.Duration {
		return time.Duration(rapid.IntRange(least*10, most*10).Draw(t, name)) * 100 * time.Millisecond
	}
	return trial{
		key: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key"), part: rapid.SampledFrom([]string{"", "", "", "p"}).Draw(t, "part"),
		starts: seconds("starts", 0, 60), within: seconds("within", 1, 90),
		pauses: seconds("pauses", 0, 15) * time.Duration(rapid.IntRange(0, 1).Draw(t, "pause")),
		works:  seconds("works", 0, 30), ending: rapid.SampledFrom(endings).Draw(t, "ending"), link: drawLink(t),
	}
}

// Attempts begin at any time, are paused, die and end in any way, and their links to
// the store fail in any way: work that is held has one effect, and so has a service
// that honours keys. A result that was recorded comes again. At the end no record is
// running without anyone who runs it.
func TestSchedulesOfAttempts(t *testing.T) {
	endings := []string{"ok", "ok", "ok", "heeds nothing", "open error", "no effect", "dies before", "dies after"}
	rapid.Check(t, func(rt *rapid.T) {
		w := &world{
			mode:  rapid.SampledFrom([]string{"hold", "pass through", "rerun", "transaction"}).Draw(rt, "mode"),
			locks: map[driver.Key]chan struct{}{}, effects: map[string]int{}, requests: map[string]bool{}, results: map[string]int{},
			outages: drawOutages(rt),
		}
		trials := make([]trial, rapid.IntRange(1, 6).Draw(rt, "trials"))
		for i := range trials {
			trials[i] = drawTrial(rt, endings)
		}
		synctest.Test(t, func(*testing.T) {
			w.begun, w.store = time.Now(), memstore.New(memstore.Options{})
			var all sync.WaitGroup
			for _, tr := range trials {
				all.Go(func() { w.attempt(tr) })
			}
			all.Wait()
			time.Sleep(10 * time.Second) // a lease
			w.settle()
		})
		for _, wrong := range w.wrong {
			rt.Error(wrong)
		}
	})
}

// settle compares what has happened with what was promised.
func (w *world) settle() {
	for what, n := range w.effects {
		if (w.mode == "hold" || w.mode == "transaction") && n > 1 {
			w.fail("%s took effect %d times by %s", what, n, w.mode)
		}
	}
	keys := map[byte]int{}
	for request := range w.requests {
		if keys[request[0]]++; request[0] != 'p' && keys[request[0]] > 1 {
			w.fail("%s has more than one downstream key", request)
		}
	}
	entries, err := w.store.List(context.Background(), driver.Query{State: driver.StateInProgress, Limit: 99})
	if err != nil {
		w.fail("%v", err)
	}
	for _, e := range entries {
		if e.Remaining > 0 {
			w.fail("a record runs for %s more, and no one has it", e.Remaining)
		}
	}
}
