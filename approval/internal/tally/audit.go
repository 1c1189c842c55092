package tally

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const (
	maxNoteBytes    = 500 // of the note of an audit entry, as JSON
	maxCommentBytes = 64 << 10
	shortComment    = 200 // of a comment beyond maxCommentBytes
)

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

// abbreviate joins the first of many names, for a text that has a limit.
func abbreviate(all []string) string {
	const most = 10
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return strings.Join(all[:most], ", ") + " and others"
}
