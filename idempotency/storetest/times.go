package storetest

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var timeCases = []testcase{
	{"age counts from the first claim, over takeovers and releases", func(r *run) {
		c := claim("k", "a")
		c.Lease = r.Tick
		r.mustWin(c)
		r.wait(r.Tick)
		r.between("Age", r.get(c.Key).Age, r.Tick, r.within(r.Tick))
		ref, rec := r.mustWin(claim("k", "b"))
		r.between("Age of a takeover", rec.Age, r.Tick, r.within(r.Tick))
		r.wait(r.Tick)
		r.ok("Release", r.Store.Release(r.Context(), ref))
		r.between("Age of a released record", r.get(c.Key).Age, 2*r.Tick, r.within(2*r.Tick))
		ref, rec = r.mustWin(claim("k", "d"))
		r.between("Age of the claim after a release", rec.Age, 2*r.Tick, r.within(2*r.Tick))
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		r.wait(r.Tick)
		r.between("Age of what is done", r.get(c.Key).Age, 3*r.Tick, r.within(3*r.Tick))
	}},
	{"a record past its retention is absent", func(r *run) {
		first := claim("k", "a")
		first.Lease, first.Retain = r.Tick, r.Tick
		old, _ := r.mustWin(first)
		r.ok("Renew", r.Store.Renew(r.Context(), old, driver.Renewal{Lease: r.Tick, Progress: []byte("half")}))
		r.ok("Finish", r.Store.Finish(r.Context(), old, done))
		r.wait(2 * r.Tick)
		r.absent(first.Key)
		c, begun := claim("k", "b"), time.Now()
		ref, rec := r.mustWin(c)
		r.between("Age", rec.Age, 0, r.since(begun))
		r.same("the claim after it", rec, want(driver.StateInProgress, ref, c))
		r.powerless(old)
	}},
	{"abandoned work past its retention is absent", func(r *run) {
		first, same := claim("k", "a"), claim("same owner", "a")
		first.Lease, first.Retain = r.Tick, r.Tick
		same.Lease, same.Retain = r.Tick, r.Tick
		r.mustWin(first)
		r.mustWin(same)
		r.wait(2 * r.Tick)
		r.absent(first.Key)
		if a, ok := r.Store.(driver.Admin); ok {
			r.lists(a, driver.Query{Limit: 100})
		}
		begun := time.Now()
		_, rec := r.mustWin(same)
		r.between("Age of the same owner's claim", rec.Age, 0, r.since(begun))
		c := claim("k", "b")
		c.NeedsReview = true
		ref, rec := r.mustWin(c)
		r.same("the claim after it", rec, want(driver.StateInProgress, ref, c))
	}},
	{"work that goes on outlives its retention", func(r *run) {
		c := claim("k", "a")
		c.Retain = r.Tick
		ref, _ := r.mustWin(c)
		renewed := claim("renewed", "a")
		renewed.Lease, renewed.Retain = 2*r.Tick, 2*r.Tick
		other, _ := r.mustWin(renewed)
		r.ok("Renew", r.Store.Renew(r.Context(), other, driver.Renewal{Lease: long}))
		r.wait(3 * r.Tick)
		r.same("Get past the retention", r.get(c.Key), want(driver.StateInProgress, ref, c))
		r.same("Claim past the retention", r.mustLose(claim("k", "b")), want(driver.StateInProgress, ref, c))
		r.same("Get past the retention, renewed", r.get(renewed.Key), want(driver.StateInProgress, other, renewed))
		r.ok("Finish past the retention", r.Store.Finish(r.Context(), ref, done))
		r.ok("Renew past the retention", r.Store.Renew(r.Context(), other, driver.Renewal{Lease: long}))
	}},
	{"a later claim lengthens the retention", func(r *run) {
		first := claim("k", "a")
		first.Lease, first.Retain = r.Tick, 8*r.Tick
		r.mustWin(first)
		r.wait(r.Tick)
		c := claim("k", "b")
		c.Retain = 12 * r.Tick
		ref, _ := r.mustWin(c)
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done)) // more than half of it is left
		r.wait(8 * r.Tick)
		if rec := r.get(c.Key); rec.State != driver.StateCompleted {
			r.Fatalf("the record is %s; want it Completed", text(rec))
		}
	}},
	{"the retention of the last claim counts when the work is finished", func(r *run) {
		first := claim("k", "a")
		first.Lease, first.Retain = r.Tick, 2*r.Tick
		r.mustWin(first)
		r.wait(r.Tick)
		c := claim("k", "b")
		c.Retain = 6 * r.Tick
		ref, _ := r.mustWin(c)
		r.wait(4 * r.Tick)
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done)) // less than half of it is left
		r.wait(3 * r.Tick)
		if rec := r.get(c.Key); rec.State != driver.StateCompleted {
			r.Fatalf("the record is %s; want it Completed", text(rec))
		}
	}},
	{"work that takes longer than its retention is remembered when it is settled", func(r *run) {
		names := []string{"Completed", "Pending", "released"}
		refs, settled := map[string]driver.Ref{}, map[string]driver.Record{}
		for _, name := range names {
			c := claim(name, "a")
			c.Retain = 4 * r.Tick
			refs[name], _ = r.mustWin(c)
		}
		r.wait(3 * r.Tick) // less than half is left
		r.ok("Finish as Completed", r.Store.Finish(r.Context(), refs["Completed"], done))
		r.ok("Finish as Pending", r.Store.Finish(r.Context(), refs["Pending"], driver.Completion{State: driver.StatePending}))
		r.ok("Release", r.Store.Release(r.Context(), refs["released"]))
		for _, name := range names {
			settled[name] = r.get(key(name))
		}
		r.wait(2 * r.Tick)
		for _, name := range names {
			r.same("Get past the first retention of what is "+name, r.get(key(name)), settled[name])
		}
		r.wait(3 * r.Tick)
		for _, name := range names {
			r.absent(key(name))
		}
	}},
	{"work that is settled early is remembered from its claim on", func(r *run) {
		c := claim("k", "a")
		c.Retain = 4 * r.Tick
		ref, _ := r.mustWin(c)
		r.wait(r.Tick)
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		r.wait(3 * r.Tick)
		r.absent(c.Key)
	}},
	{"a clock that goes back takes no work away", func(r *run) {
		if r.Advance == nil {
			return
		}
		c := claim("k", "a")
		ref, rec := r.mustWin(c)
		r.Advance(-2 * long)
		r.same("Claim of another", r.mustLose(claim("k", "b")), rec)
		r.between("Age", r.get(c.Key).Age, 0, 0)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long}))
		r.between("Remaining of a lease that begins now", r.get(c.Key).Remaining, long, long)
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		settled := want(driver.StateCompleted, ref, c)
		settled.Result = done.Result
		r.same("Claim of what is done", r.mustLose(claim("k", "b")), settled)
	}},
	{"leases and retentions of a hundred years", func(r *run) {
		c := claim("k", "a")
		c.Lease, c.Retain = century, century
		ref, rec := r.mustWin(c)
		r.between("Remaining", rec.Remaining, century-r.within(0), century)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: century}))
		r.mustLose(claim("k", "b"))
	}},
}

const century = 100 * 365 * 24 * long
