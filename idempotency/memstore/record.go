package memstore

import (
	"bytes"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// record is one record as it is kept: Remaining and Age follow from the
// instants when a record is read.
type record struct {
	driver.Record
	lease, first, expires time.Time
	retain                time.Duration
}

// begin says that no attempt before has left an effect. What was kept of a part
// of the work stays, with the fingerprint of the request that it belongs to.
func (r *record) begin(c driver.Claim) {
	r.TakenOver = false
	if r.Progress == nil {
		r.Fingerprint = bytes.Clone(c.Fingerprint)
	}
}

// own gives the record to the owner of a claim.
func (r *record) assign(c driver.Claim, now time.Time) {
	r.State, r.Owner, r.Info, r.Result = driver.StateInProgress, c.Owner, c.Info.Kept(), nil
	r.Fence++
	r.lease, r.expires, r.retain = now.Add(c.Lease), now.Add(c.Retain), c.Retain
}

// settle writes what is final. It is kept for half its retention at least.
func (r *record) settle(f driver.Completion, now time.Time) {
	if f.State == driver.StateReleased {
		r.release()
	} else {
		r.State, r.Result = f.State, bytes.Clone(f.Result)
	}
	if r.expires.Before(now.Add(r.retain / 2)) {
		r.expires = now.Add(r.retain)
	}
}

func (r *record) release() {
	r.State, r.Result = driver.StateReleased, nil
	if r.Progress == nil {
		r.Fingerprint = nil
	}
}

func (r *record) live(now time.Time) bool {
	return r.State == driver.StateInProgress && now.Before(r.lease)
}

func (r *record) abandoned(now time.Time) bool {
	return r.State == driver.StateInProgress && !now.Before(r.lease)
}

// gone says that the record is past its retention, which work that goes on and
// what is indeterminate outlive.
func (r *record) expired(now time.Time) bool {
	return !now.Before(r.expires) && r.State != driver.StateIndeterminate && !r.live(now)
}

// seen is a copy for the caller.
func (r *record) snapshot(now time.Time) driver.Record {
	c := r.Record
	c.Fingerprint, c.Result, c.Progress = bytes.Clone(c.Fingerprint), bytes.Clone(c.Result), bytes.Clone(c.Progress)
	c.Age = max(now.Sub(r.first), 0) // a clock can go back
	if c.State == driver.StateInProgress {
		c.Remaining = r.lease.Sub(now)
	}
	return c
}

// same tells nil and empty apart.
func same(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }
