package storetest

import (
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var fenceCases = []testcase{
	{"the fence grows by one with each owner", func(r *run) {
		ref, _ := r.mustWin(claim("k", "a"))
		for i, o := range []string{"b", "b", "c", "b"} {
			if i%2 == 0 {
				r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{}))
			} else {
				r.ok("Release", r.Store.Release(r.Context(), ref))
			}
			next, rec := r.mustWin(claim("k", o))
			if next.Fence != ref.Fence+1 {
				r.Fatalf("claim %d makes the record %s; want fence %d", i+2, text(rec), ref.Fence+1)
			}
			ref = next
		}
	}},
	{"a fence of before changes nothing", func(r *run) {
		old := r.abandoned("k", "a")
		second, _ := r.mustWin(claim("k", "b"))
		r.ok("Renew with lease 0", r.Store.Renew(r.Context(), second, driver.Renewal{}))
		now, rec := r.mustWin(claim("k", "a")) // the first owner again
		if now.Owner != old.Owner || now.Fence == old.Fence {
			r.Fatalf("the record is %s; want the owner of fence %d with a new one", text(rec), old.Fence)
		}
		r.powerless(old)
		r.powerless(second)
		r.same("Get after calls with fences of before", r.get(now.Key), rec)
	}},
	{"another owner changes nothing", func(r *run) {
		ref, rec := r.mustWin(claim("k", "a"))
		r.powerless(driver.Ref{Key: ref.Key, Owner: owner("b"), Fence: ref.Fence})
		r.powerless(driver.Ref{Key: ref.Key, Fence: ref.Fence})
		r.same("Get after calls of another owner", r.get(ref.Key), rec)
	}},
	{"a fence that is yet to come changes nothing", func(r *run) {
		ref, rec := r.mustWin(claim("k", "a"))
		r.powerless(driver.Ref{Key: ref.Key, Owner: ref.Owner, Fence: ref.Fence + 1})
		r.same("Get after calls with another fence", r.get(ref.Key), rec)
	}},
	{"a key without a record cannot be changed", func(r *run) {
		r.powerless(driver.Ref{Key: key("k"), Owner: owner("a"), Fence: 1})
		r.powerless(driver.Ref{Key: key("k"), Owner: owner("a")})
		r.absent(key("k"))
	}},
	{"settled work cannot be renewed, released or finished otherwise", func(r *run) {
		for _, s := range []driver.State{driver.StateCompleted, driver.StateFailed, driver.StatePending} {
			ref := r.settled(states[s], "a", s)
			settled := r.get(ref.Key)
			r.powerless(ref)
			r.same("Get after calls that come too late", r.get(ref.Key), settled)
		}
	}},
	{"a takeover leaves nothing to the first owner", func(r *run) {
		old := r.abandoned("k", "a")
		next, rec := r.mustWin(claim("k", "b"))
		r.powerless(old)
		r.same("Get after calls of the first owner", r.get(next.Key), rec)
		r.ok("Finish by the owner", r.Store.Finish(r.Context(), next, done))
		r.powerless(old)
	}},
	{"released work leaves nothing to the first owner", func(r *run) {
		old, _ := r.mustWin(claim("k", "a"))
		r.ok("Release", r.Store.Release(r.Context(), old))
		r.is("Renew of a released record", r.Store.Renew(r.Context(), old, driver.Renewal{Lease: long}), driver.ErrLeaseLost)
		r.is("Finish of a released record", r.Store.Finish(r.Context(), old, done), driver.ErrLeaseLost)
		next, rec := r.mustWin(claim("k", "b"))
		r.powerless(old)
		r.same("Get after calls of the first owner", r.get(next.Key), rec)
	}},
}
