package storetest

import (
	"bytes"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

var adminCases = []testcase{
	{"a list goes through all records page by page", withAdmin(func(r *run, a idempotency.Admin) {
		var keys []idempotency.Digest
		for i := range 10 {
			c := claim("", "a")
			c.Key = idempotency.Digest{byte(i * 29), byte(255 - i), 31: byte(i)}
			ref, _ := r.won(c)
			if i%2 == 0 {
				r.ok("Finish", a.Finish(r.Context(), ref, done))
			}
			keys = append(keys, c.Key)
		}
		slices.SortFunc(keys, func(x, y idempotency.Digest) int { return bytes.Compare(x[:], y[:]) })
		for _, limit := range []int{1, 3, 10, 100} {
			var listed []idempotency.Digest
			q := idempotency.Query{Limit: limit}
			for range len(keys) + 1 { // more pages would repeat themselves
				page := r.list(a, q)
				if len(page) > limit {
					r.Fatalf("a list with limit %d has %d records", limit, len(page))
				}
				if len(page) == 0 {
					break
				}
				for _, e := range page {
					listed = append(listed, e.Key)
					r.same("List", e.Record, r.get(e.Key))
				}
				q.After = page[len(page)-1].Key
			}
			if !slices.Equal(listed, keys) {
				r.Fatalf("pages of %d list the keys %s; want %s", limit, listed, keys)
			}
		}
	})},
	{"a list is limited to a state, or to abandoned work", withAdmin(func(r *run, a idempotency.Admin) {
		refs := map[idempotency.State]idempotency.Ref{}
		for _, s := range []idempotency.State{idempotency.Done, idempotency.Failed, idempotency.Pending, idempotency.Unknown} {
			refs[s] = r.settled(states[s], "a", s)
		}
		refs[idempotency.Free], _ = r.won(claim("Free", "a"))
		r.ok("Release", a.Release(r.Context(), refs[idempotency.Free]))
		refs[idempotency.Running], _ = r.won(claim("Running", "a"))
		for s, ref := range refs {
			r.lists(a, idempotency.Query{State: s, Limit: 100}, ref)
		}
		r.lists(a, idempotency.Query{Abandoned: true, Limit: 100})
		left := r.abandoned("abandoned", "a")
		r.lists(a, idempotency.Query{Abandoned: true, Limit: 100}, left)
		r.lists(a, idempotency.Query{State: idempotency.Running, Abandoned: true, Limit: 100}, left)
		r.lists(a, idempotency.Query{State: idempotency.Done, Abandoned: true, Limit: 100})
	})},
	{"open work is resolved, and nothing else", withAdmin(func(r *run, a idempotency.Admin) {
		for _, s := range []idempotency.State{idempotency.Done, idempotency.Failed} {
			verdict := idempotency.Final{State: s, Result: []byte("by hand")}
			for name, ref := range r.open(states[s]) {
				before := r.get(ref.Key)
				r.is("Resolve with another fence", a.Resolve(r.Context(), ref.Key, ref.Fence+1, verdict), idempotency.ErrLeaseLost)
				r.refused("Resolve to a state that settles nothing",
					a.Resolve(r.Context(), ref.Key, ref.Fence, idempotency.Final{State: idempotency.Pending}))
				r.same("Get after refusals", r.get(ref.Key), before)
				r.ok("Resolve what is "+name, a.Resolve(r.Context(), ref.Key, ref.Fence, verdict))
				before.State, before.Result = s, verdict.Result
				r.same("Get of what was "+name, r.get(ref.Key), before)
				r.same("Claim of what was "+name, r.lost(claim(states[s]+name, "b")), before)
				r.is("a late Finish", a.Finish(r.Context(), ref, idempotency.Final{State: s, Result: []byte("late")}), idempotency.ErrLeaseLost)
				r.is("Resolve what is settled", a.Resolve(r.Context(), ref.Key, ref.Fence, done), idempotency.ErrLeaseLost)
			}
		}
		live, rec := r.won(claim("live", "a"))
		r.is("Resolve live work", a.Resolve(r.Context(), live.Key, live.Fence, done), idempotency.ErrLeaseLost)
		r.same("Get of live work", r.get(live.Key), rec)
		r.is("Resolve a key without a record", a.Resolve(r.Context(), key("none"), 1, done), idempotency.ErrLeaseLost)
	})},
	{"open work is resolved to be done again", withAdmin(func(r *run, a idempotency.Admin) {
		for name, ref := range r.open("") {
			r.ok("Resolve what is "+name, a.Resolve(r.Context(), ref.Key, ref.Fence, idempotency.Final{State: idempotency.Free}))
			if rec := r.get(ref.Key); rec.State != idempotency.Free || rec.Fence != ref.Fence {
				r.Fatalf("the record is %s; want it Free with fence %d", text(rec), ref.Fence)
			}
			c := claim(name, "b")
			next, rec := r.won(c)
			again := want(idempotency.Running, next, c)
			if name == "abandoned" {
				again.Progress, again.Fingerprint = []byte("half of a"), claim(name, "a").Fingerprint
			}
			r.same("the claim after it", rec, again)
			if next.Fence != ref.Fence+1 {
				r.Fatalf("the fence goes from %d to %d; want 1 more", ref.Fence, next.Fence)
			}
		}
	})},
	{"records are forgotten, but not live work", withAdmin(func(r *run, a idempotency.Admin) {
		r.is("Forget a key without a record", a.Forget(r.Context(), key("none")), idempotency.ErrNoRecord)
		live, rec := r.won(claim("live", "a"))
		r.is("Forget live work", a.Forget(r.Context(), live.Key), idempotency.ErrLeaseLost)
		r.same("Get of live work", r.get(live.Key), rec)
		refs := r.open("")
		refs["done"] = r.settled("done", "a", idempotency.Done)
		for name, ref := range refs {
			r.ok("Forget what is "+name, a.Forget(r.Context(), ref.Key))
			r.absent(ref.Key)
			r.powerless(ref)
			c := claim(name, "b")
			next, rec := r.won(c)
			r.same("the claim after it", rec, want(idempotency.Running, next, c))
			r.between("Age", rec.Age, 0, r.within(0))
		}
	})},
}

// withAdmin makes a case of stores that are an Admin.
func withAdmin(test func(*run, idempotency.Admin)) func(*run) {
	return func(r *run) {
		if a, ok := r.Store.(idempotency.Admin); ok {
			test(r, a)
		}
	}
}

// open makes a record of each kind that can be resolved.
func (r *run) open(prefix string) map[string]idempotency.Ref {
	r.Helper()
	return map[string]idempotency.Ref{
		"Unknown":   r.settled(prefix+"Unknown", "a", idempotency.Unknown),
		"Pending":   r.settled(prefix+"Pending", "a", idempotency.Pending),
		"abandoned": r.abandoned(prefix+"abandoned", "a"),
	}
}

func (r *run) list(a idempotency.Admin, q idempotency.Query) []idempotency.Entry {
	r.Helper()
	entries, err := a.List(r.Context(), q)
	r.ok("List", err)
	return entries
}

// lists wants these records and no others.
func (r *run) lists(a idempotency.Admin, q idempotency.Query, refs ...idempotency.Ref) {
	r.Helper()
	var got, want []idempotency.Digest
	for _, e := range r.list(a, q) {
		got = append(got, e.Key)
	}
	for _, ref := range refs {
		want = append(want, ref.Key)
	}
	if !slices.Equal(got, want) {
		r.Fatalf("List with %+v has the keys %s; want %s", q, got, want)
	}
}
