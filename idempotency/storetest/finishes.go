package storetest

import (
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var finishCases = []testcase{
	{"a finish is repeated, the same and no other", func(r *run) {
		for _, f := range []driver.Completion{
			{State: driver.StateCompleted, Result: []byte("r")},
			{State: driver.StateFailed, Result: []byte{}},
			{State: driver.StatePending},
		} {
			c := claim(states[f.State], "a")
			ref, _ := r.mustWin(c)
			settled := want(f.State, ref, c)
			settled.Result = f.Result
			for range 3 {
				r.ok("Finish", r.Store.Finish(r.Context(), ref, f))
				r.same("Get", r.get(c.Key), settled)
			}
			others := []driver.Completion{{State: f.State, Result: []byte("other")}, {State: f.State + 1, Result: f.Result}}
			switch { // nil and empty are two results
			case f.Result == nil:
				others = append(others, driver.Completion{State: f.State, Result: []byte{}})
			case len(f.Result) == 0:
				others = append(others, driver.Completion{State: f.State})
			}
			for _, other := range others {
				r.is("another Finish", r.Store.Finish(r.Context(), ref, other), driver.ErrLeaseLost)
			}
			r.same("Get after another Finish", r.get(c.Key), settled)
		}
	}},
	{"the owner of what is unknown finishes it, and nothing else", func(r *run) {
		for _, f := range []driver.Completion{
			{State: driver.StateCompleted, Result: []byte("r")},
			{State: driver.StateFailed, Result: []byte{}},
			{State: driver.StatePending},
		} {
			c := claim(states[f.State], "a")
			c.Lease = r.Tick
			ref, _ := r.mustWin(c)
			r.wait(2 * r.Tick)
			held := claim(states[f.State], "b")
			held.NeedsReview = true
			r.same("a claim that asks for review", r.mustLose(held), want(driver.StateIndeterminate, ref, c))
			r.is("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long}), driver.ErrLeaseLost)
			r.is("Release", r.Store.Release(r.Context(), ref), driver.ErrLeaseLost)
			for range 2 {
				r.ok("Finish", r.Store.Finish(r.Context(), ref, f))
			}
			settled := want(f.State, ref, c)
			settled.Result = f.Result
			r.same("Get", r.get(c.Key), settled)
		}
	}},
	{"a late finish counts while no other owner has taken over", func(r *run) {
		c := claim("k", "a")
		c.Lease = r.Tick
		ref, _ := r.mustWin(c)
		r.wait(2 * r.Tick)
		r.ok("Finish past the lease", r.Store.Finish(r.Context(), ref, done))
		settled := want(driver.StateCompleted, ref, c)
		settled.Result = done.Result
		r.same("a claim after the late finish", r.mustLose(claim("k", "b")), settled)
	}},
	{"a finish says what is final", func(r *run) {
		c := claim("k", "a")
		ref, _ := r.mustWin(c)
		for _, s := range []driver.State{0, driver.StateInProgress, driver.StateReleased, 7, 255} {
			r.refused("Finish in a state that is not final", r.Store.Finish(r.Context(), ref, driver.Completion{State: s}))
		}
		r.same("Get after refusals", r.get(c.Key), want(driver.StateInProgress, ref, c))
	}},
	{"the fingerprint and the progress stay with what is finished", func(r *run) {
		c := claim("k", "a")
		ref, _ := r.mustWin(c)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: []byte("half")}))
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		settled := want(driver.StateCompleted, ref, c)
		settled.Result, settled.Progress = done.Result, []byte("half")
		r.same("Get", r.get(c.Key), settled)
	}},
	{"released work keeps its progress, and then its fingerprint", func(r *run) {
		first := claim("k", "a")
		ref, _ := r.mustWin(first)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: []byte("half")}))
		r.ok("Release", r.Store.Release(r.Context(), ref))
		free := want(driver.StateReleased, ref, first)
		free.Progress = []byte("half")
		r.same("Get of a released record", r.get(first.Key), free)
		c := claim("k", "b")
		next, rec := r.mustWin(c)
		again := want(driver.StateInProgress, next, c)
		again.Progress, again.Fingerprint = []byte("half"), first.Fingerprint
		r.same("the claim of a released record", rec, again)
	}},
	{"released work starts again", func(r *run) {
		first := claim("k", "a")
		ref, _ := r.mustWin(first)
		for range 2 {
			r.ok("Release", r.Store.Release(r.Context(), ref))
			free := want(driver.StateReleased, ref, first)
			free.Fingerprint = nil
			r.same("Get of a released record", r.get(first.Key), free)
		}
		c := claim("k", "b")
		c.NeedsReview = true
		next, rec := r.mustWin(c)
		r.same("the claim of a released record", rec, want(driver.StateInProgress, next, c))
		if next.Fence != ref.Fence+1 {
			r.Fatalf("the fence goes from %d to %d; want 1 more", ref.Fence, next.Fence)
		}
	}},
	{"a takeover that is released starts again", func(r *run) {
		old, _ := r.mustWin(claim("k", "a"))
		r.ok("Renew with lease 0", r.Store.Renew(r.Context(), old, driver.Renewal{}))
		ref, _ := r.mustWin(claim("k", "b"))
		r.ok("Release", r.Store.Release(r.Context(), ref))
		c := claim("k", "c")
		next, rec := r.mustWin(c)
		r.same("the claim after the release", rec, want(driver.StateInProgress, next, c))
	}},
}
