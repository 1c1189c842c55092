package idempotency

import (
	"context"
	"errors"
	"time"
)

// A Store keeps one record for each key. Every method is atomic, and the clock
// of the store is the only one that says whether a lease or a record has
// expired: durations cross this interface, instants never. An error other than
// [ErrLeaseLost] and [ErrNoRecord] means that the outcome is unknown, and the
// caller may send the same call again.
//
// A method returns when its context ends: a Guard waits for it, so a driver that does
// not look at contexts has to be left behind, as the stores of this module do.
//
// Package storetest is the test that every implementation has to pass. A Store
// is safe for concurrent use.
type Store interface {
	// Claim takes the record of c.Key for c.Owner, when nobody has it:
	//
	//   - no record, one past its retention, or [Free]: won, with the next fence,
	//     and of what is Free with the progress that was kept;
	//   - [Running] by the same owner: won again, nothing changes;
	//   - Running by another within its lease: not won;
	//   - Running by another past its lease (abandoned): won with the next fence
	//     and TakenOver, or, when c.Hold, made [Unknown] and not won;
	//   - any other state: not won;
	//   - a record that another transaction is about to write: not won, and shown
	//     as Running.
	//
	// The record is returned as it stands after the call.
	Claim(ctx context.Context, c Claim) (Claimed, error)
	// Get returns the record of a key, or ErrNoRecord. It takes no lock.
	Get(ctx context.Context, key Digest) (Record, error)
	// Renew lets the lease of a Running record end after r.Lease from now, and
	// keeps r.Progress, when it is not nil, in the same step. Lease 0 gives the
	// work up: the record is abandoned at once. It returns ErrLeaseLost unless
	// the record is Running with that owner and fence, whatever its lease.
	Renew(ctx context.Context, ref Ref, r Renewal) error
	// Finish moves a record with that owner and fence to its final state: a
	// Running one, also past its lease, and an Unknown one, since its owner knows
	// the outcome after all. The same call again succeeds. Otherwise it returns
	// ErrLeaseLost.
	Finish(ctx context.Context, ref Ref, f Final) error
	// Release makes a Running record Free: the work had no effect, and the next
	// claim wins it. The fence, the first claim's time and the progress stay. The
	// fingerprint stays with progress, and goes without. The same call again
	// succeeds. Otherwise Release returns ErrLeaseLost.
	Release(ctx context.Context, ref Ref) error
}

// ErrLeaseLost says that the record belongs to somebody else by now, or is gone.
var ErrLeaseLost = errors.New("idempotency: the lease is lost: another attempt has taken the record over, or it is gone; discard this result")

// ErrNoRecord says that there is no record of a key.
var ErrNoRecord = errors.New("idempotency: no record of this key")

// MaxResult bounds the bytes of Final.Result and of Renewal.Progress, 2 MB, as
// the server does for results.
const MaxResult = 2 << 20

// A Digest is the SHA-256 of a key's parts.
type Digest [32]byte

// An Owner is a random name for one invocation, made before its first claim, so
// that a claim whose answer was lost is known again.
type Owner [16]byte

// A Ref names a claim that was won.
type Ref struct {
	Key   Digest
	Owner Owner
	// Fence grows with each claim that is won from another owner, by one, as
	// long as the record exists.
	Fence int64
}

// A State is where a record stands. The values are stored.
type State uint8

// The states of a record.
const (
	// Running work has an owner. Past its lease it is abandoned.
	Running State = 1
	// Done work has a result.
	Done State = 2
	// Failed work has a failure that is final.
	Failed State = 3
	// Pending work goes on outside and is completed asynchronously.
	Pending State = 4
	// Unknown work may have had its effect; a person or a probe must say.
	Unknown State = 5
	// Free records belong to nobody.
	Free State = 6
)

// A Claim asks for a record.
type Claim struct {
	Key   Digest
	Owner Owner
	// Fingerprint is kept with a claim that is won from nobody, and stays until
	// Release. A takeover keeps the first one.
	Fingerprint []byte
	// Lease is until when the work is not abandoned. It is more than 0.
	Lease time.Duration
	// Retain is how long the record is kept, from this claim on, and at least
	// half of it from when the work is settled or released. It is more than 0.
	// A Running record within its lease outlives it, and what is Unknown stays
	// until it is settled.
	Retain time.Duration
	// Hold makes abandoned work Unknown instead of giving it to this owner.
	Hold bool
	// Info is for people who look at records. It is kept as [Info.Kept] says.
	Info Info
}

// Info says in clear where a record comes from. It has no part in any decision.
type Info struct {
	Namespace    string `json:"namespace,omitempty"`
	WorkflowID   string `json:"workflowId,omitempty"`
	RunID        string `json:"runId,omitempty"`
	ActivityType string `json:"activityType,omitempty"`
	ActivityID   string `json:"activityId,omitempty"`
	Attempt      int32  `json:"attempt,omitempty"`
}

// Claimed is the answer to a claim.
type Claimed struct {
	// Won says that the record is Running for the owner who asked.
	Won    bool
	Record Record
}

// A Record is what the store knows about a key.
type Record struct {
	State       State
	Owner       Owner
	Fence       int64
	Fingerprint []byte
	// Result is that of Finish: an encoded result or failure. Nil and empty are
	// told apart.
	Result []byte
	// Progress is the last that Renew has kept. It survives a takeover.
	Progress []byte
	// TakenOver says that the owner has taken over abandoned work: it may have
	// had its effect before.
	TakenOver bool
	// Remaining is what is left of a Running record's lease; 0 or less is
	// abandoned.
	Remaining time.Duration
	// Age is how long ago the key was claimed first, over releases and takeovers.
	Age time.Duration
	// Info is that of the last claim that was won.
	Info Info
}

// A Renewal is what [Store.Renew] changes.
type Renewal struct {
	Lease    time.Duration
	Progress []byte // nil keeps what is there
}

// A Final is what [Store.Finish] writes.
type Final struct {
	// State is Done, Failed, Pending or Unknown.
	State  State
	Result []byte
}
