package storetest

import (
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var sweepCases = []testcase{
	{"a sweep deletes what is past its retention, up to its limit", func(r *run) {
		s, ok := r.Store.(driver.Sweeper)
		if !ok {
			return
		}
		for i, state := range []driver.State{
			driver.StateCompleted, driver.StateFailed, driver.StatePending, driver.StateReleased,
			driver.StateInProgress,
		} {
			r.expiring(fmt.Sprint("k", i), state)
		}
		kept := r.settled("kept", "a", driver.StateCompleted)
		r.wait(2 * r.Tick)
		for _, limit := range []int{0, -1} {
			if got := r.sweep(s, limit); got != 0 {
				r.Fatalf("a sweep with limit %d has deleted %d records; want none", limit, got)
			}
		}
		for _, want := range []int{2, 2, 1, 0} {
			if got := r.sweep(s, 2); got != want {
				r.Fatalf("a sweep with limit 2 has deleted %d records; want %d", got, want)
			}
		}
		if rec := r.get(kept.Key); rec.State != driver.StateCompleted {
			r.Fatalf("the record within its retention is %s; want it Completed", text(rec))
		}
	}},
	{"a sweep spares live work", func(r *run) {
		s, ok := r.Store.(driver.Sweeper)
		if !ok {
			return
		}
		c := claim("live", "a")
		c.Retain = r.Tick
		ref, _ := r.mustWin(c)
		r.wait(2 * r.Tick)
		if got := r.sweep(s, 100); got != 0 {
			r.Fatalf("a sweep has deleted %d records; want 0", got)
		}
		r.same("Get", r.get(c.Key), want(driver.StateInProgress, ref, c))
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		r.wait(2 * r.Tick)
		if got := r.sweep(s, 100); got != 1 {
			r.Fatalf("a sweep has deleted %d records past the retention of finished work; want 1", got)
		}
	}},
	{"the fence goes on until what is past its retention is swept", func(r *run) {
		if _, ok := r.Store.(driver.Sweeper); !ok {
			return
		}
		first := claim("k", "a")
		first.Lease, first.Retain = r.Tick, r.Tick
		old, _ := r.mustWin(first)
		r.ok("Finish", r.Store.Finish(r.Context(), old, done))
		r.wait(2 * r.Tick)
		if next, _ := r.mustWin(claim("k", "b")); next.Fence != old.Fence+1 {
			r.Fatalf("the fence goes from %d to %d; want 1 more", old.Fence, next.Fence)
		}
	}},
	{"indeterminate work stays listed past its retention", withAdmin(func(r *run, a driver.Admin) {
		r.expiring("finished", driver.StateIndeterminate)
		held := claim("held", "a")
		held.Lease, held.Retain = r.Tick/2, 2*r.Tick
		r.mustWin(held)
		r.wait(r.Tick)
		c := claim("held", "b")
		c.NeedsReview = true
		r.mustLose(c)
		r.wait(2 * r.Tick)
		if s, ok := r.Store.(driver.Sweeper); ok {
			if got := r.sweep(s, 100); got != 0 {
				r.Fatalf("a sweep has deleted %d indeterminate records; want 0", got)
			}
		}
		entries := r.list(a, driver.Query{State: driver.StateIndeterminate, Limit: 100})
		if len(entries) != 2 {
			r.Fatalf("%d indeterminate records are listed past their retention; want 2", len(entries))
		}
		for _, e := range entries {
			r.same("Get past the retention", r.get(e.Key), e.Record)
			c.Key = e.Key
			r.same("Claim past the retention", r.mustLose(c), e.Record)
			r.ok("Resolve", a.Resolve(r.Context(), e.Key, e.Fence, done))
			settled := e.Record
			settled.State, settled.Result = done.State, done.Result
			r.same("Get of what is settled at last", r.get(e.Key), settled)
		}
	})},
}
