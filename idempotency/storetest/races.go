package storetest

import (
	"errors"
	"fmt"
	"sync"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// crowd is how many claim a key at once, and rounds how often two race.
const (
	crowd  = 64
	rounds = 50
)

var raceCases = []testcase{
	{"of 64 claims at once one is won", func(r *run) {
		winner := r.crowd("k", false)
		if winner.TakenOver {
			r.Fatalf("the winner's record is %s; want no takeover", text(winner))
		}
	}},
	{"of 64 takeovers at once one is won", func(r *run) {
		ref := r.abandoned("k", "a")
		winner := r.crowd("k", false)
		if winner.Fence != ref.Fence+1 || !winner.TakenOver {
			r.Fatalf("the winner's record is %s; want fence %d and the takeover", text(winner), ref.Fence+1)
		}
	}},
	{"of 64 claims of released work at once one is won", func(r *run) {
		ref, _ := r.mustWin(claim("k", "a"))
		r.ok("Release", r.Store.Release(r.Context(), ref))
		if winner := r.crowd("k", true); winner.Fence != ref.Fence+1 {
			r.Fatalf("the winner's record is %s; want fence %d", text(winner), ref.Fence+1)
		}
	}},
	{"a takeover and a late finish: one of them counts", func(r *run) {
		for i := range rounds {
			k := fmt.Sprint("k", i)
			ref := r.abandoned(k, "a")
			got, err := r.race(k, func() error { return r.Store.Finish(r.Context(), ref, done) })
			rec := r.get(ref.Key)
			switch {
			case err == nil && !got.Won && rec.State == driver.StateCompleted && string(rec.Result) == "done":
			case errors.Is(err, driver.ErrLeaseLost) && got.Won && rec.State == driver.StateInProgress && rec.Owner == owner("b"):
			default:
				r.Fatalf("round %d: Finish returns %v, the takeover is won: %t, and then the record is %s; want one of the two to count",
					i, err, got.Won, text(rec))
			}
		}
	}},
	{"a takeover and a renewal: one of them counts", func(r *run) {
		for i := range rounds {
			k := fmt.Sprint("k", i)
			ref := r.abandoned(k, "a")
			got, err := r.race(k, func() error { return r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long}) })
			rec := r.get(ref.Key)
			if (err == nil) == got.Won || (rec.Owner == owner("b")) != got.Won {
				r.Fatalf("round %d: Renew returns %v, the takeover is won: %t, and then the record is %s; want one of the two to count",
					i, err, got.Won, text(rec))
			}
		}
	}},
	{"a finish and a release by the same owner: one of them counts", func(r *run) {
		for i := range rounds {
			ref, _ := r.mustWin(claim(fmt.Sprint("k", i), "a"))
			var finish, release error
			together(
				func() { finish = r.Store.Finish(r.Context(), ref, done) },
				func() { release = r.Store.Release(r.Context(), ref) },
			)
			rec := r.get(ref.Key)
			if (finish == nil) == (release == nil) || (rec.State == driver.StateCompleted) != (finish == nil) {
				r.Fatalf("round %d: Finish returns %v, Release %v, and then the record is %s; want one of the two to count",
					i, finish, release, text(rec))
			}
		}
	}},
}

// race lets another owner claim a key while do happens.
func (r *run) race(k string, do func() error) (got driver.ClaimResult, err error) {
	r.Helper()
	var failed error
	together(func() { err = do() }, func() { got, failed = r.Store.Claim(r.Context(), claim(k, "b")) })
	r.ok("Claim", failed)
	return got, err
}

// crowd lets many owners claim a key at once. One must win, and all must see
// its record, which is returned.
func (r *run) crowd(k string, hold bool) driver.Record {
	r.Helper()
	answers, errs, calls := make([]driver.ClaimResult, crowd), make([]error, crowd), make([]func(), crowd)
	for i := range crowd {
		c := claim(k, fmt.Sprint("owner ", i))
		c.NeedsReview = hold
		calls[i] = func() { answers[i], errs[i] = r.Store.Claim(r.Context(), c) }
	}
	together(calls...)
	r.ok("one of many claims", errors.Join(errs...))
	var winners []driver.Record
	for _, a := range answers {
		if a.Won {
			winners = append(winners, a.Record)
		}
	}
	if len(winners) != 1 {
		r.Fatalf("%d of %d claims at once are won; want 1", len(winners), crowd)
	}
	for _, a := range answers {
		r.same("the answer to one of many claims", a.Record, winners[0])
	}
	return winners[0]
}

// together calls all of these at once, and waits for them.
func together(calls ...func()) {
	var ready, finished sync.WaitGroup
	start := make(chan struct{})
	for _, call := range calls {
		ready.Add(1)
		finished.Go(func() {
			ready.Done()
			<-start
			call()
		})
	}
	ready.Wait()
	close(start)
	finished.Wait()
}
