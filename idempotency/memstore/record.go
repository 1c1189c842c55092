package memstore

import (
	"bytes"
	"time"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// record is one record as it is kept: Remaining and Age follow from the
// instants when somebody looks.
type record struct {
	idempotency.Record
	lease, first, expires time.Time
}

// begin says that no attempt before has left an effect. What was kept of a part
// of the work stays, with the fingerprint of the request that it belongs to.
func (r *record) begin(c idempotency.Claim) {
	r.TakenOver = false
	if r.Progress == nil {
		r.Fingerprint = bytes.Clone(c.Fingerprint)
	}
}

// own gives the record to the owner of a claim.
func (r *record) own(c idempotency.Claim, now time.Time) {
	r.State, r.Owner, r.Info, r.Result = idempotency.Running, c.Owner, c.Info, nil
	r.Fence++
	r.lease, r.expires = now.Add(c.Lease), now.Add(c.Retain)
}

func (r *record) free() {
	r.State, r.Result = idempotency.Free, nil
	if r.Progress == nil {
		r.Fingerprint = nil
	}
}

func (r *record) live(now time.Time) bool {
	return r.State == idempotency.Running && now.Before(r.lease)
}

func (r *record) abandoned(now time.Time) bool {
	return r.State == idempotency.Running && !now.Before(r.lease)
}

// gone says that the record is past its retention, which work that goes on
// outlives.
func (r *record) gone(now time.Time) bool {
	return !now.Before(r.expires) && !r.live(now)
}

// seen is a copy for the caller.
func (r *record) seen(now time.Time) idempotency.Record {
	c := r.Record
	c.Fingerprint, c.Result, c.Progress = bytes.Clone(c.Fingerprint), bytes.Clone(c.Result), bytes.Clone(c.Progress)
	c.Age = now.Sub(r.first)
	if c.State == idempotency.Running {
		c.Remaining = r.lease.Sub(now)
	}
	return c
}

// same tells nil and empty apart.
func same(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }
