package policy

import (
	"strings"
	"time"
)

const (
	// maxEntries is how many entries of an audit are kept; older ones are
	// dropped, and the hashes still tell that they were there.
	maxEntries = 500
	// maxNote is how many bytes of a comment an entry has, as JSON.
	maxNote = 500
	// opened is the kind of the first entry.
	opened = "opened"
)

// An Entry is one thing that has happened to a gate.
type AuditEntry struct {
	// Number counts from 1, over the whole life of the gate.
	Number int       `json:"n"`
	At     time.Time `json:"at,omitzero"`
	// Kind is opened, vote, stage, round, delegated, reassigned, extended,
	// shortened, escalated, deadline, a closed state, or what a program has noted.
	Kind string `json:"kind"`
	// Actor is who did it, and For whom it is about: for whom they decide, or to
	// whom they delegate.
	Actor  string `json:"actor,omitempty"`
	For    string `json:"for,omitempty"`
	Choice Choice `json:"choice,omitempty"`
	Round  int    `json:"round,omitempty"`
	Stage  int    `json:"stage,omitempty"`
	// Note is what was changed, a reason or a comment, cut at 500 bytes of JSON.
	Note string `json:"note,omitempty"`
	// Hash is over this entry and the hash of the one before, SHA-256 in hex.
	Hash string `json:"hash"`
}

// An Audit is what has happened to a gate.
type Audit struct {
	// Base is the hash of the entry before the first one, when that one was
	// dropped; else it is empty.
	Base    string       `json:"base,omitempty"`
	Entries []AuditEntry `json:"entries"`
	// Head is the hash of the last entry. A copy of it that is kept elsewhere tells
	// later whether this is still the same audit, or one that goes on from it.
	Head string `json:"head"`
}

// Note adds an entry to the audit, such as a refusal of note or a reminder.
func (t *Tally) AppendAudit(kind, actor, note string, at time.Time) {
	t.note(AuditEntry{At: at, Kind: kind, Actor: actor, Note: note})
}

// note adds an entry. Its hash is made when it is read: most gates end before.
func (t *Tally) note(e AuditEntry) {
	a := &t.s.Audit
	e.Number = 1
	if n := len(a.Entries); n > 0 {
		e.Number = a.Entries[n-1].Number + 1
	}
	e.Round, e.Stage = t.s.Round, t.s.Stage
	e.Note = cut(e.Note, maxNote)
	for _, text := range []*string{&e.Kind, &e.Actor, &e.For, &e.Note} {
		*text = strings.ToValidUTF8(*text, "\ufffd") // as JSON has it, or the hash would not fit
	}
	a.Entries = append(a.Entries, e)
	if len(a.Entries) > maxEntries {
		a.Base = a.Entries[0].hash(a.Base)
		a.Entries = a.Entries[1:]
	}
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}
