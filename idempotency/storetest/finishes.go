package storetest

import "github.com/temporal-patterns/temporal-patterns/idempotency"

var finishCases = []testcase{
	{"a finish is repeated, the same and no other", func(r *run) {
		for _, f := range []idempotency.Final{
			{State: idempotency.Done, Result: []byte("r")},
			{State: idempotency.Failed, Result: []byte{}},
			{State: idempotency.Pending},
			{State: idempotency.Unknown},
		} {
			c := claim(states[f.State], "a")
			ref, _ := r.won(c)
			settled := want(f.State, ref, c)
			settled.Result = f.Result
			for range 3 {
				r.ok("Finish", r.Store.Finish(r.Context(), ref, f))
				r.same("Get", r.get(c.Key), settled)
			}
			for _, other := range []idempotency.Final{
				{State: f.State, Result: []byte("other")},
				{State: f.State%5 + 1, Result: f.Result},
			} {
				if other.State == idempotency.Running {
					other.State = idempotency.Done
				}
				r.is("another Finish", r.Store.Finish(r.Context(), ref, other), idempotency.ErrLeaseLost)
			}
			r.same("Get after another Finish", r.get(c.Key), settled)
		}
	}},
	{"a late finish counts while nobody has taken over", func(r *run) {
		c := claim("k", "a")
		c.Lease = r.Tick
		ref, _ := r.won(c)
		r.wait(2 * r.Tick)
		r.ok("Finish past the lease", r.Store.Finish(r.Context(), ref, done))
		settled := want(idempotency.Done, ref, c)
		settled.Result = done.Result
		r.same("a claim after the late finish", r.lost(claim("k", "b")), settled)
	}},
	{"a finish says what is final", func(r *run) {
		c := claim("k", "a")
		ref, _ := r.won(c)
		for _, s := range []idempotency.State{0, idempotency.Running, idempotency.Free, 7, 255} {
			r.refused("Finish in a state that is not final", r.Store.Finish(r.Context(), ref, idempotency.Final{State: s}))
		}
		r.same("Get after refusals", r.get(c.Key), want(idempotency.Running, ref, c))
	}},
	{"the fingerprint and the progress stay with what is finished", func(r *run) {
		c := claim("k", "a")
		ref, _ := r.won(c)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, idempotency.Renewal{Lease: long, Progress: []byte("half")}))
		r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		settled := want(idempotency.Done, ref, c)
		settled.Result, settled.Progress = done.Result, []byte("half")
		r.same("Get", r.get(c.Key), settled)
	}},
	{"released work begins anew", func(r *run) {
		first := claim("k", "a")
		ref, _ := r.won(first)
		r.ok("Renew", r.Store.Renew(r.Context(), ref, idempotency.Renewal{Lease: long, Progress: []byte("half")}))
		for range 2 {
			r.ok("Release", r.Store.Release(r.Context(), ref))
			free := want(idempotency.Free, ref, first)
			free.Fingerprint = nil
			r.same("Get of what is Free", r.get(first.Key), free)
		}
		c := claim("k", "b")
		c.Hold = true
		next, rec := r.won(c)
		r.same("the claim of what is Free", rec, want(idempotency.Running, next, c))
		if next.Fence != ref.Fence+1 {
			r.Fatalf("the fence goes from %d to %d; want 1 more", ref.Fence, next.Fence)
		}
	}},
	{"a takeover that is released begins anew", func(r *run) {
		r.abandoned("k", "a")
		ref, _ := r.won(claim("k", "b"))
		r.ok("Release", r.Store.Release(r.Context(), ref))
		c := claim("k", "c")
		next, rec := r.won(c)
		r.same("the claim after the release", rec, want(idempotency.Running, next, c))
	}},
}
