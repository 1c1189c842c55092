package storetest

import (
	"bytes"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
)

var states = map[driver.State]string{
	driver.StateInProgress: "InProgress", driver.StateCompleted: "Completed", driver.StateFailed: "Failed",
	driver.StatePending: "Pending", driver.StateIndeterminate: "Indeterminate", driver.StateReleased: "Released",
}

// text returns a record in one line.
func text(r driver.Record) string {
	return fmt.Sprintf("%s{owner %x fence %d taken over %t remaining %s age %s fingerprint %s progress %s result %s}",
		states[r.State], r.Owner[:2], r.Fence, r.TakenOver, r.Remaining, r.Age, short(r.Fingerprint), short(r.Progress), short(r.Result))
}

func short(b []byte) string {
	switch {
	case b == nil:
		return "nil"
	case len(b) > 32:
		return fmt.Sprintf("%q... (%d bytes)", b[:32], len(b))
	}
	return fmt.Sprintf("%q", b)
}

// want returns a record without what the clock measures.
func want(s driver.State, ref driver.Ref, c driver.Claim) driver.Record {
	return driver.Record{State: s, Owner: ref.Owner, Fence: ref.Fence, Fingerprint: c.Fingerprint, Info: c.Info.Kept()}
}

// alike ignores the owner of a released record, which has none. Only a record in progress
// has a lease.
func alike(got, want driver.Record) bool {
	if got.State != want.State || got.Fence != want.Fence || got.State != driver.StateInProgress && got.Remaining != 0 ||
		!bytes.Equal(got.Fingerprint, want.Fingerprint) || !bytes.Equal(got.Progress, want.Progress) || !identical(got.Result, want.Result) {
		return false
	}
	return got.State == driver.StateReleased || got.Owner == want.Owner && got.TakenOver == want.TakenOver && got.Info == want.Info
}

// identical compares values; nil and empty differ.
func identical(a, b []byte) bool { return bytes.Equal(a, b) && (a == nil) == (b == nil) }
