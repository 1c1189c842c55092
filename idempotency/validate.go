package idempotency

import (
	"errors"
	"fmt"
)

// Validate returns the error with which every [Store] refuses a claim whose
// lease or retention is not more than 0, or whose fingerprint is larger than
// [MaxFingerprint].
func (c Claim) Validate() error {
	if c.Lease <= 0 || c.Retain <= 0 {
		return fmt.Errorf("idempotency: a claim has a lease of %s and a retention of %s; make both more than 0", c.Lease, c.Retain)
	}
	if n := len(c.Fingerprint); n > MaxFingerprint {
		return fmt.Errorf("idempotency: a claim has a fingerprint of %d bytes, %d are allowed; take a hash of the input", n, MaxFingerprint)
	}
	return nil
}

// Validate returns the error with which every [Store] refuses a renewal: its
// lease is less than 0, or its progress is larger than [MaxResult].
func (r Renewal) Validate() error {
	var lease error
	if r.Lease < 0 {
		lease = fmt.Errorf("idempotency: a renewal has a lease of %s; make it more than 0, or 0 to give the work up", r.Lease)
	}
	return errors.Join(lease, small("progress", r.Progress))
}

// Validate returns the error with which [Store.Finish] refuses what is not
// final: the state is not Done, Failed, Pending or Unknown, or the result is
// larger than [MaxResult].
func (f Final) Validate() error {
	var state error
	if f.State < Done || f.State > Unknown {
		state = fmt.Errorf("idempotency: work cannot finish in state %d; take Done, Failed, Pending or Unknown", f.State)
	}
	return errors.Join(state, small("result", f.Result))
}

// ValidateVerdict returns the error with which [Admin.Resolve] refuses what
// settles nothing: the state is not Done, Failed or Free, or the result is
// larger than [MaxResult].
func (f Final) ValidateVerdict() error {
	var state error
	if f.State != Done && f.State != Failed && f.State != Free {
		state = fmt.Errorf("idempotency: a record cannot be resolved to state %d; take Done, Failed or Free", f.State)
	}
	return errors.Join(state, small("result", f.Result))
}

func small(what string, b []byte) error {
	if len(b) <= MaxResult {
		return nil
	}
	return &tooLarge{what, len(b)}
}

// tooLarge is larger than [MaxResult].
type tooLarge struct {
	what  string
	bytes int
}

func (e *tooLarge) Error() string {
	return fmt.Sprintf("idempotency: the %s has %d bytes, %d are allowed; keep it elsewhere and store where", e.what, e.bytes, MaxResult)
}
