package storetest

import (
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var claimCases = []testcase{
	{"a claim on an empty store is won", func(r *run) {
		r.absent(key("k"))
		c := claim("k", "a")
		ref, rec := r.mustWin(c)
		if ref.Fence <= 0 {
			r.Fatalf("the first fence is %d; want more than 0", ref.Fence)
		}
		r.same("Claim", rec, want(driver.StateInProgress, ref, c))
		r.same("Get", r.get(c.Key), want(driver.StateInProgress, ref, c))
		r.between("Remaining of a new claim", rec.Remaining, long-r.within(0), long)
		r.between("Age of a new claim", rec.Age, 0, r.within(0))
	}},
	{"a claim that is not won shows the whole record", func(r *run) {
		c := claim("k", "a")
		ref, _ := r.mustWin(c)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: long, Progress: []byte("half")}))
		running := want(driver.StateInProgress, ref, c)
		running.Progress = []byte("half")
		rec := r.mustLose(claim("k", "b"))
		r.same("Claim of another", rec, running)
		r.between("Remaining", rec.Remaining, long-r.within(0), long)
		r.same("Get after it", r.get(c.Key), running)
	}},
	{"the same owner claims again, and nothing changes", func(r *run) {
		c := claim("k", "a")
		ref, _ := r.mustWin(c)
		again := c
		again.Lease, again.Retain, again.Fingerprint, again.NeedsReview = 2*long, 2*retain, []byte("another"), true
		again.Info.Attempt++
		for range 2 {
			_, rec := r.mustWin(again)
			r.same("the second claim", rec, want(driver.StateInProgress, ref, c))
			r.between("Remaining after the second claim", rec.Remaining, long-r.within(0), long)
		}
	}},
	{"the same owner claims again past its lease", func(r *run) {
		ref := r.abandoned("k", "a")
		for _, hold := range []bool{false, true} {
			c := claim("k", "a")
			c.NeedsReview = hold
			_, rec := r.mustWin(c)
			if rec.Fence != ref.Fence || rec.TakenOver {
				r.Fatalf("the record is %s; want fence %d, and no takeover of one's own work", text(rec), ref.Fence)
			}
		}
	}},
	{"settled work is not claimed", func(r *run) {
		for _, s := range []driver.State{driver.StateCompleted, driver.StateFailed, driver.StatePending, driver.StateIndeterminate} {
			k := states[s]
			ref := r.settled(k, "a", s)
			for _, o := range []string{"a", "b"} {
				settled := want(s, ref, claim(k, "a"))
				settled.Result = []byte("result of a")
				r.same("a claim of what is "+k, r.mustLose(claim(k, o)), settled)
			}
		}
	}},
	{"a claim that makes no sense is refused", func(r *run) {
		for _, change := range []func(*driver.Claim){
			func(c *driver.Claim) { c.Lease = 0 },
			func(c *driver.Claim) { c.Lease = -1 },
			func(c *driver.Claim) { c.Retain = 0 },
			func(c *driver.Claim) { c.Retain = -1 },
			func(c *driver.Claim) { c.Fingerprint = make([]byte, driver.MaxFingerprintBytes+1) },
		} {
			c := claim("k", "a")
			change(&c)
			_, err := r.Store.Claim(r.Context(), c)
			r.refused("a claim with lease "+c.Lease.String()+" and retention "+c.Retain.String(), err)
		}
		r.absent(key("k"))
	}},
	{"keys and owners that differ in one bit differ", func(r *run) {
		keys := []driver.Key{{}, {31: 1}, {0: 1}, {0: 0xff, 31: '\n'}}
		refs := make([]driver.Ref, len(keys))
		for i, k := range keys {
			c := claim("k", "a")
			c.Key, c.Owner = k, driver.Owner{15: byte(i)}
			refs[i], _ = r.mustWin(c)
		}
		for i, ref := range refs {
			wrong := ref
			wrong.Owner[15] ^= 0x80
			final := driver.Completion{State: driver.StateCompleted, Result: []byte{byte(i)}}
			r.is("Finish by an owner that differs in one bit", r.Store.Finish(r.Context(), wrong, final), driver.ErrLeaseLost)
			r.ok("Finish", r.Store.Finish(r.Context(), ref, final))
		}
		for i, k := range keys {
			if rec := r.get(k); !identical(rec.Result, []byte{byte(i)}) {
				r.Fatalf("record %s is %s; want the result %q", k, text(rec), []byte{byte(i)})
			}
		}
	}},
}
