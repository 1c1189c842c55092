package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// MaxAuditEntries limits the entries that an audit keeps. Older ones are dropped;
// the hashes show that they existed.
const MaxAuditEntries = 500

// An AuditKind says what happened to a gate.
type AuditKind string

// The kinds. When a gate closes, the kind is its [State].
const (
	AuditOpened       AuditKind = "opened"
	AuditVote         AuditKind = "vote"
	AuditStage        AuditKind = "stage"
	AuditRound        AuditKind = "round"
	AuditDelegated    AuditKind = "delegated"
	AuditReassigned   AuditKind = "reassigned"
	AuditExtended     AuditKind = "extended"
	AuditShortened    AuditKind = "shortened"
	AuditEscalated    AuditKind = "escalated"
	AuditReminded     AuditKind = "reminded"
	AuditDeadline     AuditKind = "deadline"
	AuditUsed         AuditKind = "used"
	AuditWithdraw     AuditKind = "withdraw" // by the requester or a manager
	AuditRevoked      AuditKind = "revoked"
	AuditNoticeFailed AuditKind = "notice-failed"
)

// An AuditEntry records one thing that happened to a gate.
type AuditEntry struct {
	// Number counts from 1 over the whole life of the gate.
	Number int       `json:"number"`
	At     time.Time `json:"at,omitzero"`
	Kind   AuditKind `json:"kind"`
	// Actor did it. For is the person on whose behalf the actor votes, or the delegate.
	Actor  string `json:"actor,omitempty"`
	For    string `json:"for,omitempty"`
	Choice Choice `json:"choice,omitempty"`
	Round  int    `json:"round,omitempty"`
	Stage  int    `json:"stage,omitempty"`
	// Note says what changed, or is a reason or a comment, cut at 500 bytes of JSON.
	Note string `json:"note,omitempty"`
	// Hash holds the SHA-256 of this entry and of the hash before it, in hexadecimal.
	Hash string `json:"hash"`
}

// HashAfter returns the hash of the entry when the entry before it has the hash
// before. It covers all fields, each with its length.
func (e AuditEntry) HashAfter(before string) string {
	var text []byte
	for _, part := range []string{
		before, strconv.Itoa(e.Number), e.At.UTC().Format(time.RFC3339Nano), string(e.Kind), e.Actor, e.For, string(e.Choice),
		strconv.Itoa(e.Round), strconv.Itoa(e.Stage), e.Note,
	} {
		text = append(append(strconv.AppendInt(text, int64(len(part)), 10), ':'), part...)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// An Audit records what happened to a gate.
type Audit struct {
	// Base holds the hash of the last entry that was dropped; empty if there is none.
	Base    string       `json:"base,omitempty"`
	Entries []AuditEntry `json:"entries"`
	// Head holds the hash of the last entry. Keep a copy of it elsewhere to prove later
	// that an audit is the same one or continues it.
	Head string `json:"head"`
}

const compare = "compare it with an earlier copy"

// Verify reports whether entries were changed, removed or inserted, also at the
// beginning and at the end. It cannot detect an audit whose hashes were all computed
// again from some entry on, or whose end was removed together with Head. To detect
// that, keep Head elsewhere: it is the hash of an entry of each later audit of the
// gate, until that entry is dropped.
func (a Audit) Verify() error {
	n := len(a.Entries)
	if n == 0 {
		return errors.New("policy: the audit has no entry, not even the opening; " + compare)
	}
	first := a.Entries[0].Number
	switch {
	case n > MaxAuditEntries:
		return fmt.Errorf("policy: the audit has %d entries, and a gate keeps %d; "+compare, n, MaxAuditEntries)
	case first < 1, first == 1 && (a.Base != "" || a.Entries[0].Kind != AuditOpened), first > 1 && (a.Base == "" || n < MaxAuditEntries):
		return fmt.Errorf("policy: the audit has %d entries and starts with entry %d, so earlier ones are missing; "+compare, n, first)
	}
	last := a.Base
	for i, e := range a.Entries {
		switch {
		case e.Number != first+i:
			return fmt.Errorf("policy: entry %d of the audit is in the place of entry %d; "+compare, e.Number, first+i)
		case e.Hash != e.HashAfter(last):
			return fmt.Errorf("policy: entry %d of the audit does not follow the one before it; "+compare, e.Number)
		}
		last = e.Hash
	}
	if a.Head != last {
		return fmt.Errorf("policy: the audit ends with entry %d, which is not its head, so later ones are missing; "+compare, first+n-1)
	}
	return nil
}
