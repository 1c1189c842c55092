package driver

import (
	"errors"
	"fmt"
	"time"
)

const (
	// MaxResultBytes bounds the size of Completion.Result and of Renewal.Progress,
	// 2 MB, which is the server's limit for results.
	MaxResultBytes = 2 << 20
	// MaxFingerprintBytes bounds the size of a fingerprint, 1 KB.
	MaxFingerprintBytes = 1 << 10
)

// A Claim asks for a record.
type Claim struct {
	Key   Key
	Owner Owner
	// Fingerprint identifies the request. A claim that is not a takeover keeps it,
	// and it stays until Release.
	Fingerprint []byte
	// Lease sets the time after which the work counts as abandoned. It must be positive.
	Lease time.Duration
	// Retain sets how long the record is kept, from this claim on, and for at least half
	// of it from the time when the work is finished or released. It must be positive.
	// A record in progress within its lease outlives it, and an indeterminate one
	// stays until it is resolved.
	Retain time.Duration
	// NeedsReview moves abandoned work to StateIndeterminate instead of giving it to
	// this owner.
	NeedsReview bool
	// Info describes the attempt to people who look at records. Stores keep Info.Kept().
	Info Info
}

// A ClaimResult answers a claim.
type ClaimResult struct {
	// Won reports that the record is in progress for the owner of the claim.
	Won    bool
	Record Record
}

// A Renewal says what [Store.Renew] changes.
type Renewal struct {
	Lease    time.Duration
	Progress []byte // nil keeps the progress that the record has
}

// A Completion describes the outcome that [Store.Finish] or [Admin.Resolve] writes.
type Completion struct {
	// State must be StateCompleted, StateFailed, StatePending or StateIndeterminate for
	// Finish, and StateCompleted, StateFailed or StateReleased for Resolve.
	State  State
	Result []byte
}

// A Query selects the records that [Admin.List] returns.
type Query struct {
	// State selects records in one state; 0 selects all.
	State State
	// Abandoned selects records in progress past their lease.
	Abandoned bool
	// After selects the keys behind this one; the zero Key begins with the first.
	After Key
	// Limit bounds the number of records in the answer. Zero or less returns none.
	Limit int
}

// Validate returns the error with which every [Store] refuses a claim whose lease or
// retention is not positive, or whose fingerprint exceeds [MaxFingerprintBytes].
func (c Claim) Validate() error {
	if c.Lease <= 0 || c.Retain <= 0 {
		return fmt.Errorf("idempotency: a claim has a lease of %s and a retention of %s; make both more than 0", c.Lease, c.Retain)
	}
	if n := len(c.Fingerprint); n > MaxFingerprintBytes {
		return fmt.Errorf("idempotency: a claim has a fingerprint of %d bytes, %d are allowed; take a hash of the input", n, MaxFingerprintBytes)
	}
	return nil
}

// Validate returns the error with which every [Store] refuses a renewal whose lease is
// negative or whose progress exceeds [MaxResultBytes].
func (r Renewal) Validate() error {
	var lease error
	if r.Lease < 0 {
		lease = fmt.Errorf("idempotency: a renewal has a lease of %s; make it more than 0, or 0 to give the work up", r.Lease)
	}
	return errors.Join(lease, checkSize("progress", r.Progress))
}

// Validate returns the error with which [Store.Finish] refuses a state in which work
// cannot finish, or a result that exceeds [MaxResultBytes].
func (c Completion) Validate() error {
	var state error
	if c.State < StateCompleted || c.State > StateIndeterminate {
		state = fmt.Errorf("idempotency: work cannot finish in state %d; "+
			"take StateCompleted, StateFailed, StatePending or StateIndeterminate", c.State)
	}
	return errors.Join(state, checkSize("result", c.Result))
}

// ValidateResolution returns the error with which [Admin.Resolve] refuses a state to
// which records cannot be resolved, or a result that exceeds [MaxResultBytes].
func (c Completion) ValidateResolution() error {
	var state error
	if c.State != StateCompleted && c.State != StateFailed && c.State != StateReleased {
		state = fmt.Errorf("idempotency: a record cannot be resolved to state %d; take StateCompleted, StateFailed or StateReleased", c.State)
	}
	return errors.Join(state, checkSize("result", c.Result))
}

func checkSize(what string, b []byte) error {
	if len(b) <= MaxResultBytes {
		return nil
	}
	return fmt.Errorf("idempotency: the %s has %d bytes, %d are allowed; keep it elsewhere and store where", what, len(b), MaxResultBytes)
}
