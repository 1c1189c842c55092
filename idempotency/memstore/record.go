package memstore

import (
	"bytes"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

// record holds one record. Remaining and Age follow from the instants when it is read.
type record struct {
	driver.Record
	lease, first, expires time.Time
	retain                time.Duration
}

// begin records that no attempt before has left an effect. The progress of the work stays,
// with the fingerprint of the request that it belongs to.
func (r *record) begin(c driver.Claim) {
	r.TakenOver = false
	if r.Progress == nil {
		r.Fingerprint = bytes.Clone(c.Fingerprint)
	}
}

// assign gives the record to the owner of a claim.
func (r *record) assign(c driver.Claim, now time.Time) {
	r.State, r.Owner, r.Info, r.Result = driver.StateInProgress, c.Owner, c.Info.Kept(), nil
	r.Fence++
	r.lease, r.expires, r.retain = now.Add(c.Lease), now.Add(c.Retain), c.Retain
}

// settle writes a final state, and keeps the record for half its retention at least.
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

// expired reports whether the record is past its retention. Work in progress and
// indeterminate work do not expire.
func (r *record) expired(now time.Time) bool {
	return !now.Before(r.expires) && r.State != driver.StateIndeterminate && !r.live(now)
}

// snapshot returns a copy for the caller.
func (r *record) snapshot(now time.Time) driver.Record {
	c := r.Record
	c.Fingerprint, c.Result, c.Progress = bytes.Clone(c.Fingerprint), bytes.Clone(c.Result), bytes.Clone(c.Progress)
	c.Age = max(now.Sub(r.first), 0) // a clock can go back
	if c.State == driver.StateInProgress {
		c.Remaining = r.lease.Sub(now)
	}
	return c
}

// same compares values; nil and empty differ.
func same(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }
