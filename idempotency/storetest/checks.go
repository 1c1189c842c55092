package storetest

import (
	"context"
	"errors"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

func (r *run) ok(what string, err error) {
	r.Helper()
	if err != nil {
		r.Fatalf("%s returns the error %v; want none", what, err)
	}
}

// is requires one of the two errors that have a meaning.
func (r *run) is(what string, err, want error) {
	r.Helper()
	if !errors.Is(err, want) {
		r.Fatalf("%s returns the error %v; want %v", what, err, want)
	}
}

// refused requires an error that says that the call was wrong, and no other.
func (r *run) refused(what string, err error) {
	r.Helper()
	if err == nil || errors.Is(err, driver.ErrLeaseLost) || errors.Is(err, driver.ErrNoRecord) || errors.Is(err, context.Canceled) {
		r.Fatalf("%s returns the error %v; want one that says what is wrong with it", what, err)
	}
}

// uncertain requires an error that leaves the outcome open.
func (r *run) uncertain(what string, err error) {
	r.Helper()
	if errors.Is(err, driver.ErrLeaseLost) || errors.Is(err, driver.ErrNoRecord) {
		r.Fatalf("%s returns the error %v when its context ends; want one that leaves the outcome open", what, err)
	}
}

// absent requires that a key has no record.
func (r *run) absent(k driver.Key) {
	r.Helper()
	if rec, err := r.Store.Get(r.Context(), k); !errors.Is(err, driver.ErrNoRecord) {
		r.Fatalf("Get returns %s and the error %v; want ErrNoRecord", text(rec), err)
	}
}

// powerless requires that each change by ref is refused.
func (r *run) powerless(ref driver.Ref) {
	r.Helper()
	final := driver.Completion{State: driver.StateCompleted, Result: []byte("of a stale owner")}
	r.is("Renew", r.Store.Renew(r.Context(), ref, driver.Renewal{Lease: 2 * long, Progress: []byte("stale")}), driver.ErrLeaseLost)
	r.is("Renew with lease 0", r.Store.Renew(r.Context(), ref, driver.Renewal{}), driver.ErrLeaseLost)
	r.is("Finish", r.Store.Finish(r.Context(), ref, final), driver.ErrLeaseLost)
	r.is("Release", r.Store.Release(r.Context(), ref), driver.ErrLeaseLost)
}

// same compares all of a record that is promised in its state, except what the clock measures.
func (r *run) same(what string, got, want driver.Record) {
	r.Helper()
	if !alike(got, want) {
		r.Fatalf("%s: the record is\n\t%s %+v\nwant\n\t%s %+v", what, text(got), got.Info, text(want), want.Info)
	}
}

// between requires a duration that the store's clock has measured.
func (r *run) between(what string, got, low, high time.Duration) {
	r.Helper()
	if got < low || got > high {
		r.Fatalf("%s is %s; want %s to %s", what, got, low, high)
	}
}
