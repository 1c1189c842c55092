package tally

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const (
	maxNoteBytes    = 500 // of the note of an audit entry, as JSON
	maxCommentBytes = 64 << 10
	shortComment    = 200 // of a comment beyond maxCommentBytes
)

// Audit returns what has happened.
func (t *Tally) Audit() policy.Audit { return withHashes(t.s.Audit) }

// AppendAudit adds an entry that does not change the gate, such as a reminder.
func (t *Tally) AppendAudit(kind policy.AuditKind, actor, note string, at time.Time) {
	t.note(policy.AuditEntry{At: at, Kind: kind, Actor: actor, Note: note})
}

// note adds an entry. Its hash is computed when it is read; most gates end before.
func (t *Tally) note(e policy.AuditEntry) {
	a := &t.s.Audit
	e.Number = 1
	if n := len(a.Entries); n > 0 {
		e.Number = a.Entries[n-1].Number + 1
	}
	e.Round, e.Stage = t.s.Round, t.s.Stage
	// JSON has no invalid UTF-8, so the hash must not cover any.
	e.Kind = policy.AuditKind(valid(string(e.Kind)))
	e.Actor, e.For, e.Note = valid(e.Actor), valid(e.For), valid(truncate(e.Note, maxNoteBytes))
	a.Entries = append(a.Entries, e)
	if len(a.Entries) > policy.MaxAuditEntries {
		a.Base = a.Entries[0].HashAfter(a.Base)
		a.Entries = a.Entries[1:]
	}
}

func valid(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// withHashes returns a copy of the audit with the hashes of all entries.
func withHashes(a policy.Audit) policy.Audit {
	a.Entries = slices.Clone(a.Entries)
	a.Head = a.Base
	for i := range a.Entries {
		a.Entries[i].Hash = a.Entries[i].HashAfter(a.Head)
		a.Head = a.Entries[i].Hash
	}
	return a
}

func joinNonEmpty(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}

// truncate shortens a text to at most that many bytes of JSON, at a whole character.
func truncate(text string, most int) string {
	for i, r := range text {
		if most -= runeBytes(r); most < 0 {
			return strings.ToValidUTF8(text[:i], "") + "…"
		}
	}
	return text
}

// jsonBytes returns the size of a text as JSON. A gate travels as JSON, in which some
// characters take six times their size in a comment.
func jsonBytes(text string) (n int) {
	for _, r := range text {
		n += runeBytes(r)
	}
	return n
}

// runeBytes returns the number of bytes that encoding/json writes for a character.
func runeBytes(r rune) int {
	switch {
	case r == '"', r == '\\', r == '\b', r == '\f', r == '\n', r == '\r', r == '\t':
		return len(`\n`)
	case r < ' ', r == '<', r == '>', r == '&', r == '\u2028', r == '\u2029', r == utf8.RuneError:
		return len(`\u003c`)
	default:
		return utf8.RuneLen(r)
	}
}
