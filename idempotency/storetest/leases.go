package storetest

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var leaseCases = []testcase{
	{"abandoned work is taken over", func(r *run) {
		ref := r.abandoned("k", "a")
		c := claim("k", "b")
		next, rec := r.mustWin(c)
		if next.Fence != ref.Fence+1 {
			r.Fatalf("the fence goes from %d to %d; want 1 more", ref.Fence, next.Fence)
		}
		taken := want(driver.StateInProgress, next, c)
		taken.TakenOver = true
		taken.Fingerprint, taken.Progress = claim("k", "a").Fingerprint, []byte("half of a")
		r.same("the takeover, which keeps the first fingerprint and the progress", rec, taken)
		r.same("Get", r.get(c.Key), taken)
		r.between("Remaining after a takeover", rec.Remaining, long-r.within(0), long)
		_, rec = r.mustWin(c)
		r.same("the same owner's second claim", rec, taken)
		r.ok("Finish", r.Store.Finish(r.Context(), next, driver.Completion{State: driver.StateCompleted, Result: []byte("r")}))
		taken.State, taken.Result = driver.StateCompleted, []byte("r")
		r.same("Get after Finish, which keeps the first fingerprint", r.get(c.Key), taken)
	}},
	{"abandoned work that needs review is not won", func(r *run) {
		ref := r.abandoned("k", "a")
		c := claim("k", "b")
		c.NeedsReview = true
		held := want(driver.StateIndeterminate, ref, claim("k", "a"))
		held.Progress = []byte("half of a")
		r.same("the claim that holds", r.mustLose(c), held)
		r.same("Get", r.get(c.Key), held)
		r.same("a claim that would not hold", r.mustLose(claim("k", "d")), held)
		r.is("a late Release of held work", r.Store.Release(r.Context(), ref), driver.ErrLeaseLost)
		r.same("Get after a late Release", r.get(c.Key), held)
	}},
	{"hold takes what is free and leaves live work alone", func(r *run) {
		c := claim("k", "a")
		c.NeedsReview = true
		ref, _ := r.mustWin(c)
		other := claim("k", "b")
		other.NeedsReview = true
		r.same("a claim that holds, of live work", r.mustLose(other), want(driver.StateInProgress, ref, c))
		r.ok("Release", r.Store.Release(r.Context(), ref))
		r.mustWin(other)
	}},
	{"a lease of 0 gives the work up at once", func(r *run) {
		ref := r.abandoned("k", "a")
		r.between("Remaining of what is given up", r.get(ref.Key).Remaining, -r.within(0), 0)
		r.mustWin(claim("k", "b"))
	}},
	{"a renewal lengthens the lease from now on", func(r *run) {
		c := claim("k", "a")
		c.Lease = r.Tick
		ref, _ := r.mustWin(c)
		r.wait(r.Tick)
		r.ok("Renew past the lease, when no other owner has taken over", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long}))
		rec := r.mustLose(claim("k", "b"))
		r.between("Remaining after the renewal", rec.Remaining, long-r.within(0), long)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long / 2}))
		r.between("Remaining after a shorter renewal", r.get(c.Key).Remaining, long/2-r.within(0), long/2)
	}},
	{"a renewal keeps progress, and nil leaves it", func(r *run) {
		ref, _ := r.mustWin(claim("k", "a"))
		for _, step := range []struct{ write, want []byte }{
			{[]byte("one"), []byte("one")}, {nil, []byte("one")}, {[]byte("two"), []byte("two")}, {[]byte{}, nil},
		} {
			r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: step.write}))
			if got := r.get(ref.Key).Progress; string(got) != string(step.want) {
				r.Fatalf("after the renewal with %s the progress is %s; want %s", short(step.write), short(got), short(step.want))
			}
		}
		r.refused("a renewal with a lease less than 0", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: -1}))
	}},
	{"a lease ends by the store's clock", func(r *run) {
		c := claim("k", "a")
		c.Lease = r.Tick
		ref, _ := r.mustWin(c)
		r.wait(r.Tick)
		r.between("Remaining of a lease that is over", r.get(c.Key).Remaining, -r.within(0), 0)
		next, rec := r.mustWin(claim("k", "b"))
		if next.Fence != ref.Fence+1 || !rec.TakenOver {
			r.Fatalf("the record is %s; want fence %d and the takeover", text(rec), ref.Fence+1)
		}
	}},
	{"the clock of the program has no say", func(r *run) {
		if r.Skew == nil {
			return
		}
		ref := r.abandoned("abandoned", "a")
		r.mustWin(claim("live", "a"))
		for _, d := range []time.Duration{2 * retain, -4 * retain} {
			r.Skew(d)
			r.mustLose(claim("live", "b"))
			r.between("Remaining", r.get(key("live")).Remaining, long-r.within(0), long)
			r.between("Age", r.get(key("live")).Age, 0, r.within(0))
			r.between("Remaining of what is given up", r.get(ref.Key).Remaining, -r.within(0), 0)
		}
		_, rec := r.mustWin(claim("abandoned", "b"))
		r.between("Remaining of a lease that begins now", rec.Remaining, long-r.within(0), long)
	}},
}

var done = driver.Completion{State: driver.StateCompleted, Result: []byte("done")}
