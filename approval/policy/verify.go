package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// sealed is the audit with the hashes of all entries.
func (a Audit) sealed() Audit {
	a.Entries = slices.Clone(a.Entries)
	a.Head = a.Base
	for i := range a.Entries {
		a.Entries[i].Hash = a.Entries[i].hash(a.Head)
		a.Head = a.Entries[i].Hash
	}
	return a
}

// hash is over all fields, and the lengths of those that are text: any byte may
// stand in them.
func (e AuditEntry) hash(before string) string {
	var text []byte
	for _, part := range []string{
		before, strconv.Itoa(e.Number), e.At.UTC().Format(time.RFC3339Nano), e.Kind, e.Actor, e.For, string(e.Choice),
		strconv.Itoa(e.Round), strconv.Itoa(e.Stage), e.Note,
	} {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

const compare = "compare it with a copy from before"

// Verify reports whether no entry was changed, left out or put in since it was
// written, at the beginning and at the end too. It cannot tell an audit that was
// made to fit: one whose end was cut off and Head set to the last hash that is left,
// or whose hashes were all made from some entry on. For that, keep Head elsewhere:
// it is the hash of one of the entries of each later audit of the gate, as long as
// that entry is kept.
func (a Audit) Verify() error {
	n := len(a.Entries)
	if n == 0 {
		return errors.New("policy: the audit has no entry, and each gate has one that it was opened; " + compare)
	}
	first := a.Entries[0].Number
	switch {
	case n > maxEntries:
		return fmt.Errorf("policy: the audit has %d entries, and a gate keeps %d; "+compare, n, maxEntries)
	case first < 1, first == 1 && (a.Base != "" || a.Entries[0].Kind != opened), first > 1 && (a.Base == "" || n < maxEntries):
		return fmt.Errorf("policy: the audit has %d entries and begins with entry %d, so the ones before are missing; "+compare, n, first)
	}
	last := a.Base
	for i, e := range a.Entries {
		switch {
		case e.Number != first+i:
			return fmt.Errorf("policy: entry %d of the audit stands in the place of entry %d; "+compare, e.Number, first+i)
		case e.Hash != e.hash(last):
			return fmt.Errorf("policy: entry %d of the audit does not belong to the one before it; "+compare, e.Number)
		}
		last = e.Hash
	}
	if a.Head != last {
		return fmt.Errorf("policy: the audit ends with entry %d, which is not its head, so later ones are missing; "+compare, first+n-1)
	}
	return nil
}
