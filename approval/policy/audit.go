package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// maxEntries is how many entries of an audit are kept; older ones are
	// dropped, and the hashes still tell that they were there.
	maxEntries = 500
	// maxNote is how many bytes of a comment an entry has.
	maxNote = 500
)

// An Entry is one thing that has happened to a gate.
type Entry struct {
	// Number counts from 1, over the whole life of the gate.
	Number int       `json:"n"`
	At     time.Time `json:"at,omitzero"`
	// Kind is opened, vote, stage, round, delegated, escalated, deadline, a
	// closed state, or what a program has noted.
	Kind   string `json:"kind"`
	Actor  string `json:"actor,omitempty"`
	For    string `json:"for,omitempty"`
	Choice Choice `json:"choice,omitempty"`
	Round  int    `json:"round,omitempty"`
	Stage  int    `json:"stage,omitempty"`
	// Note is a comment, a reason or a name, cut at 500 bytes.
	Note string `json:"note,omitempty"`
	// Hash is over this entry and the hash of the one before, SHA-256 in hex.
	Hash string `json:"hash"`
}

// An Audit is what has happened to a gate.
type Audit struct {
	// Base is the hash before the first entry: of one that was dropped, or
	// empty.
	Base    string  `json:"base,omitempty"`
	Entries []Entry `json:"entries"`
}

// Note adds an entry to the audit, such as a refusal of note or a reminder.
func (t *Tally) Note(kind, actor, note string, at time.Time) {
	t.note(Entry{At: at, Kind: kind, Actor: actor, Note: note})
}

// note adds an entry. Its hash is made when somebody asks: most gates end before.
func (t *Tally) note(e Entry) {
	a := &t.s.Audit
	e.Number = 1
	if n := len(a.Entries); n > 0 {
		e.Number = a.Entries[n-1].Number + 1
	}
	e.Round, e.Stage = t.s.Round, t.s.Stage
	if len(e.Note) > maxNote {
		e.Note = strings.ToValidUTF8(e.Note[:maxNote], "") + "…"
	}
	for _, text := range []*string{&e.Kind, &e.Actor, &e.For, &e.Note} {
		*text = strings.ToValidUTF8(*text, "\ufffd") // as JSON has it, or the hash would not fit
	}
	a.Entries = append(a.Entries, e)
	if len(a.Entries) > maxEntries {
		a.Base = a.Entries[0].hash(a.Base)
		a.Entries = a.Entries[1:]
	}
}

// sealed is the audit with the hashes of all entries.
func (a Audit) sealed() Audit {
	a.Entries = slices.Clone(a.Entries)
	last := a.Base
	for i := range a.Entries {
		a.Entries[i].Hash = a.Entries[i].hash(last)
		last = a.Entries[i].Hash
	}
	return a
}

// hash is over all fields, and the lengths of those that are text: any byte may
// stand in them.
func (e Entry) hash(before string) string {
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

// Verify reports whether no entry was changed, left out or put in since it was
// written. It cannot tell whether entries at the end are missing: compare the
// last hash with one that was kept elsewhere.
func (a Audit) Verify() error {
	last := a.Base
	for i, e := range a.Entries {
		if e.Hash != e.hash(last) {
			return fmt.Errorf("policy: entry %d of the audit does not belong to the one before it; compare it with a copy from before", e.Number)
		}
		if i > 0 && e.Number != a.Entries[i-1].Number+1 {
			return fmt.Errorf("policy: entry %d of the audit follows number %d; compare it with a copy from before", e.Number, a.Entries[i-1].Number)
		}
		last = e.Hash
	}
	return nil
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}
