package storetest

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// run holds one case on one store.
type run struct {
	*testing.T
	Harness
}

// Durations that do not end while a case runs.
const (
	long    = time.Hour
	retain  = 24 * time.Hour
	slowest = time.Minute // the longest that a case may take on a clock that runs
)

func key(name string) driver.Key { return sha256.Sum256([]byte(name)) }

func owner(name string) (o driver.Owner) {
	sum := sha256.Sum256([]byte(name))
	copy(o[:], sum[:])
	return o
}

// claim returns a claim of a key whose lease does not end while a case runs.
func claim(k, o string) driver.Claim {
	return driver.Claim{
		Key: key(k), Owner: owner(o), Fingerprint: []byte("print of " + o), Lease: long, Retain: retain,
		Info: driver.Info{
			Namespace: "default", WorkflowID: "order 'ä' \"7\"; --", RunID: "run of " + o,
			ActivityType: "Charge", ActivityID: "5", Attempt: 2,
		},
	}
}

// wait lets d pass on the store's clock.
func (r *run) wait(d time.Duration) {
	if r.Advance != nil {
		r.Advance(d)
		return
	}
	// The store's clock may be coarser than ours; a lease of d must be over.
	wait := time.NewTimer(d + 20*time.Millisecond)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-r.Context().Done():
	}
}

// within returns the longest time that a clock may have measured for d.
func (r *run) within(d time.Duration) time.Duration {
	if r.Advance != nil {
		return d
	}
	return d + slowest
}

// since returns the longest age that the store may see in what has begun then.
func (r *run) since(begun time.Time) time.Duration {
	if r.Advance != nil {
		return 0
	}
	return time.Since(begun) + 20*time.Millisecond // clocks count milliseconds, and are set right
}

// claim asks for a record. The store must answer.
func (r *run) claim(c driver.Claim) driver.ClaimResult {
	r.Helper()
	got, err := r.Store.Claim(r.Context(), c)
	if err != nil {
		r.Fatalf("Claim returns the error %v; want an answer", err)
	}
	return got
}

// mustWin makes a claim that must be won, and returns its reference.
func (r *run) mustWin(c driver.Claim) (driver.Ref, driver.Record) {
	r.Helper()
	got := r.claim(c)
	if !got.Won {
		r.Fatalf("the claim is not won, the record is %s; want it won", text(got.Record))
	}
	if got.Record.State != driver.StateInProgress || got.Record.Owner != c.Owner {
		r.Fatalf("the claim is won and the record is %s; want it InProgress for the owner %x", text(got.Record), c.Owner[:2])
	}
	return driver.Ref{Key: c.Key, Owner: c.Owner, Fence: got.Record.Fence}, got.Record
}

// mustLose makes a claim that must not be won.
func (r *run) mustLose(c driver.Claim) driver.Record {
	r.Helper()
	got := r.claim(c)
	if got.Won {
		r.Fatalf("the claim is won, the record is %s; want it not won", text(got.Record))
	}
	return got.Record
}

// abandoned claims a key, with progress, and gives it up.
func (r *run) abandoned(k, o string) driver.Ref {
	r.Helper()
	ref, _ := r.mustWin(claim(k, o))
	r.ok("Renew with lease 0", r.Store.Renew(r.Context(), ref, driver.Renewal{Progress: []byte("half of " + o)}))
	return ref
}

// settled claims a key and finishes it in a state.
func (r *run) settled(k, o string, s driver.State) driver.Ref {
	r.Helper()
	ref, _ := r.mustWin(claim(k, o))
	r.ok("Finish", r.Store.Finish(r.Context(), ref, driver.Completion{State: s, Result: []byte("result of " + o)}))
	return ref
}

func (r *run) get(k driver.Key) driver.Record {
	r.Helper()
	rec, err := r.Store.Get(r.Context(), k)
	if err != nil {
		r.Fatalf("Get returns the error %v; want a record", err)
	}
	return rec
}

// expiring makes a record in a state that is past its retention after a tick.
func (r *run) expiring(k string, s driver.State) {
	r.Helper()
	c := claim(k, "a")
	c.Lease, c.Retain = r.Tick, r.Tick
	ref, _ := r.mustWin(c)
	switch s {
	case driver.StateInProgress:
	case driver.StateReleased:
		r.ok("Release", r.Store.Release(r.Context(), ref))
	default:
		r.ok("Finish", r.Store.Finish(r.Context(), ref, driver.Completion{State: s}))
	}
}
