package storetest

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var cancelCases = []testcase{
	{"a claim whose context ends can be sent again", func(r *run) {
		cancelling(r, func(ctx context.Context, k string) {
			got, err := r.Store.Claim(ctx, claim(k, "a"))
			r.uncertain("Claim", err)
			if err == nil && !got.Won {
				r.Fatalf("the claim is answered by %s; want it won", text(got.Record))
			}
			ref, _ := r.mustWin(claim(k, "a"))
			r.mustLose(claim(k, "b"))
			r.ok("Finish", r.Store.Finish(r.Context(), ref, done))
		})
	}},
	{"a takeover whose context ends can be sent again", func(r *run) {
		cancelling(r, func(ctx context.Context, k string) {
			old := r.abandoned(k, "a")
			_, err := r.Store.Claim(ctx, claim(k, "b"))
			r.uncertain("Claim", err)
			ref, rec := r.mustWin(claim(k, "b"))
			if ref.Fence != old.Fence+1 || !rec.TakenOver || string(rec.Progress) != "half of a" {
				r.Fatalf("the record is %s; want fence %d, the takeover and the progress", text(rec), old.Fence+1)
			}
		})
	}},
	{"a finish whose context ends can be sent again", func(r *run) {
		cancelling(r, func(ctx context.Context, k string) {
			c := claim(k, "a")
			ref, _ := r.mustWin(c)
			err := r.Store.Finish(ctx, ref, done)
			r.uncertain("Finish", err)
			if rec := r.get(c.Key); rec.State != driver.StateInProgress && rec.State != driver.StateCompleted || err == nil &&
				rec.State != driver.StateCompleted {
				r.Fatalf("Finish returns the error %v and the record is %s; want it Completed, or InProgress after an error", err, text(rec))
			}
			r.ok("Finish again", r.Store.Finish(r.Context(), ref, done))
			settled := want(driver.StateCompleted, ref, c)
			settled.Result = done.Result
			r.same("Get", r.get(c.Key), settled)
		})
	}},
	{"a renewal or a release whose context ends can be sent again", func(r *run) {
		cancelling(r, func(ctx context.Context, k string) {
			ref, _ := r.mustWin(claim(k, "a"))
			half := driver.Renewal{Lease: long, Progress: []byte("half")}
			r.uncertain("Renew", r.Store.Renew(ctx, ref, half))
			r.ok("Renew again", r.Store.Renew(r.Context(), ref, half))
			r.uncertain("Release", r.Store.Release(ctx, ref))
			r.ok("Release again", r.Store.Release(r.Context(), ref))
			if rec := r.get(ref.Key); rec.State != driver.StateReleased || rec.Fence != ref.Fence {
				r.Fatalf("the record is %s; want it Released with fence %d", text(rec), ref.Fence)
			}
		})
	}},
	{"a call whose context has ended does nothing, and says so", func(r *run) {
		ref, rec := r.mustWin(claim("k", "a"))
		left := r.get(r.abandoned("abandoned", "a").Key)
		for name, err := range callsAfterCancel(r, ref) {
			r.is(name, err, context.Canceled)
		}
		r.same("Get", r.get(ref.Key), rec)
		r.between("Remaining", r.get(ref.Key).Remaining, long-r.within(0), long)
		r.same("Get of what is abandoned", r.get(key("abandoned")), left)
	}},
	{"a read whose context ends finds what is there, or fails", func(r *run) {
		cancelling(r, func(ctx context.Context, k string) {
			r.settled(k, "a", driver.StateCompleted)
			rec, err := r.Store.Get(ctx, key(k))
			r.uncertain("Get", err)
			if err == nil && rec.State != driver.StateCompleted {
				r.Fatalf("Get returns %s; want it Completed", text(rec))
			}
		})
	}},
}

// callsAfterCancel makes each call of a store with a context that has ended, and returns their errors.
func callsAfterCancel(r *run, ref driver.Ref) map[string]error {
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	other := claim("other", "a")
	_, claimed := r.Store.Claim(ctx, other)
	_, read := r.Store.Get(ctx, ref.Key)
	errs := map[string]error{
		"Claim": claimed, "Get": read,
		"Renew":   r.Store.Renew(ctx, ref, driver.Renewal{Lease: 2 * long, Progress: []byte("half")}),
		"Finish":  r.Store.Finish(ctx, ref, done),
		"Release": r.Store.Release(ctx, ref),
	}
	if a, ok := r.Store.(driver.Admin); ok {
		_, errs["List"] = a.List(ctx, driver.Query{Limit: 1})
		errs["Resolve"] = a.Resolve(ctx, key("abandoned"), 1, done)
		errs["Delete"] = a.Delete(ctx, key("abandoned"))
	}
	if s, ok := r.Store.(driver.Sweeper); ok {
		_, errs["Sweep"] = s.Sweep(ctx, 1)
	}
	r.absent(other.Key)
	return errs
}

// cancelling calls do with a key and a context that has ended, and then with
// ones that end at some time while do goes on.
func cancelling(r *run, do func(ctx context.Context, k string)) {
	ended, cancel := context.WithCancel(r.Context())
	cancel()
	do(ended, "ended")
	for i := range rounds {
		ctx, cancel := context.WithCancel(r.Context())
		stop := make(chan struct{})
		go func() {
			for range i * 200 { // later from round to round
				select {
				case <-stop:
				default:
				}
			}
			cancel()
		}()
		do(ctx, fmt.Sprint("k", i))
		close(stop)
		cancel()
	}
}
