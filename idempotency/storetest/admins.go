package storetest

import (
	"bytes"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var adminCases = []testcase{
	{"a list goes through all records page by page", withAdmin(func(r *run, a driver.Admin) {
		var keys []driver.Key
		for i := range 10 {
			c := claim("", "a")
			c.Key = driver.Key{byte(i * 29), byte(255 - i), 31: byte(i)}
			ref, _ := r.mustWin(c)
			if i%2 == 0 {
				r.ok("Finish", a.Finish(r.Context(), ref, done))
			}
			keys = append(keys, c.Key)
		}
		slices.SortFunc(keys, func(x, y driver.Key) int { return bytes.Compare(x[:], y[:]) })
		for _, limit := range []int{0, -1} {
			if page := r.list(a, driver.Query{Limit: limit}); len(page) > 0 {
				r.Fatalf("a list with limit %d has %d records; want none", limit, len(page))
			}
		}
		for _, limit := range []int{1, 3, 10, 100} {
			var listed []driver.Key
			q := driver.Query{Limit: limit}
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
	{"a list is limited to a state, or to abandoned work", withAdmin(func(r *run, a driver.Admin) {
		refs := map[driver.State]driver.Ref{}
		for _, s := range []driver.State{driver.StateCompleted, driver.StateFailed, driver.StatePending, driver.StateIndeterminate} {
			refs[s] = r.settled(states[s], "a", s)
		}
		refs[driver.StateReleased], _ = r.mustWin(claim("Released", "a"))
		r.ok("Release", a.Release(r.Context(), refs[driver.StateReleased]))
		refs[driver.StateInProgress], _ = r.mustWin(claim("InProgress", "a"))
		for s, ref := range refs {
			r.lists(a, driver.Query{State: s, Limit: 100}, ref)
		}
		for s, ref := range refs { // each state has a page of its own
			r.lists(a, driver.Query{State: s, After: ref.Key, Limit: 100})
		}
		r.lists(a, driver.Query{Abandoned: true, Limit: 100})
		left := r.abandoned("abandoned", "a")
		r.lists(a, driver.Query{Abandoned: true, Limit: 100}, left)
		r.lists(a, driver.Query{State: driver.StateInProgress, Abandoned: true, Limit: 100}, left)
		r.lists(a, driver.Query{State: driver.StateCompleted, Abandoned: true, Limit: 100})
		r.ok("Finish past the lease", r.Store.Finish(r.Context(), left, done))
		r.lists(a, driver.Query{Abandoned: true, Limit: 100})
	})},
	{"open work is resolved, and nothing else", withAdmin(func(r *run, a driver.Admin) {
		for _, s := range []driver.State{driver.StateCompleted, driver.StateFailed} {
			verdict := driver.Completion{State: s, Result: []byte("by hand")}
			for name, ref := range r.open(states[s]) {
				before := r.get(ref.Key)
				r.is("Resolve with another fence", a.Resolve(r.Context(), ref.Key, ref.Fence+1, verdict), driver.ErrLeaseLost)
				r.refused("Resolve to a state that settles nothing",
					a.Resolve(r.Context(), ref.Key, ref.Fence, driver.Completion{State: driver.StatePending}))
				r.same("Get after refusals", r.get(ref.Key), before)
				r.ok("Resolve what is "+name, a.Resolve(r.Context(), ref.Key, ref.Fence, verdict))
				before.State, before.Result = s, verdict.Result
				r.same("Get of what was "+name, r.get(ref.Key), before)
				r.same("Claim of what was "+name, r.mustLose(claim(states[s]+name, "b")), before)
				r.is("a late Finish", a.Finish(r.Context(), ref, driver.Completion{State: s, Result: []byte("late")}), driver.ErrLeaseLost)
				r.is("Resolve what is settled", a.Resolve(r.Context(), ref.Key, ref.Fence, done), driver.ErrLeaseLost)
			}
		}
		live, rec := r.mustWin(claim("live", "a"))
		r.is("Resolve live work", a.Resolve(r.Context(), live.Key, live.Fence, done), driver.ErrLeaseLost)
		r.same("Get of live work", r.get(live.Key), rec)
		r.is("Resolve a key without a record", a.Resolve(r.Context(), key("none"), 1, done), driver.ErrLeaseLost)
	})},
	{"open work is resolved to be done again", withAdmin(func(r *run, a driver.Admin) {
		for name, ref := range r.open("") {
			r.ok("Resolve what is "+name, a.Resolve(r.Context(), ref.Key, ref.Fence,
				driver.Completion{State: driver.StateReleased, Result: []byte("of no use")}))
			free := want(driver.StateReleased, ref, driver.Claim{})
			if name == "abandoned" {
				free.Progress, free.Fingerprint = []byte("half of a"), claim(name, "a").Fingerprint
			}
			r.same("Get of what was "+name, r.get(ref.Key), free)
			c := claim(name, "b")
			next, rec := r.mustWin(c)
			again := want(driver.StateInProgress, next, c)
			if name == "abandoned" {
				again.Progress, again.Fingerprint = []byte("half of a"), claim(name, "a").Fingerprint
			}
			r.same("the claim after it", rec, again)
			if next.Fence != ref.Fence+1 {
				r.Fatalf("the fence goes from %d to %d; want 1 more", ref.Fence, next.Fence)
			}
		}
	})},
	{"records are forgotten, but not live work", withAdmin(func(r *run, a driver.Admin) {
		r.is("Delete a key without a record", a.Delete(r.Context(), key("none")), driver.ErrNoRecord)
		live, rec := r.mustWin(claim("live", "a"))
		r.is("Delete live work", a.Delete(r.Context(), live.Key), driver.ErrLeaseLost)
		r.same("Get of live work", r.get(live.Key), rec)
		refs := r.open("")
		refs["done"] = r.settled("done", "a", driver.StateCompleted)
		for name, ref := range refs {
			r.ok("Delete what is "+name, a.Delete(r.Context(), ref.Key))
			r.absent(ref.Key)
			r.powerless(ref)
			c := claim(name, "b")
			next, rec := r.mustWin(c)
			r.same("the claim after it", rec, want(driver.StateInProgress, next, c))
			r.between("Age", rec.Age, 0, r.within(0))
		}
	})},
}

// withAdmin makes a case of stores that are an Admin.
func withAdmin(test func(*run, driver.Admin)) func(*run) {
	return func(r *run) {
		if a, ok := r.Store.(driver.Admin); ok {
			test(r, a)
		}
	}
}

// open makes a record of each kind that can be resolved.
func (r *run) open(prefix string) map[string]driver.Ref {
	r.Helper()
	return map[string]driver.Ref{
		"Indeterminate": r.settled(prefix+"Indeterminate", "a", driver.StateIndeterminate),
		"Pending":       r.settled(prefix+"Pending", "a", driver.StatePending),
		"abandoned":     r.abandoned(prefix+"abandoned", "a"),
	}
}

func (r *run) list(a driver.Admin, q driver.Query) []driver.Entry {
	r.Helper()
	entries, err := a.List(r.Context(), q)
	r.ok("List", err)
	return entries
}

// lists requires these records and no others.
func (r *run) lists(a driver.Admin, q driver.Query, refs ...driver.Ref) {
	r.Helper()
	var got, want []driver.Key
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

func (r *run) sweep(s driver.Sweeper, limit int) int {
	r.Helper()
	swept, err := s.Sweep(r.Context(), limit)
	r.ok("Sweep", err)
	return swept
}
