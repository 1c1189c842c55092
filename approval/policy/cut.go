package policy

import (
	"strings"
	"unicode/utf8"
)

// cut shortens a text to so many bytes of JSON, at a whole character.
func cut(text string, most int) string {
	for i, r := range text {
		if most -= written(r); most < 0 {
			return strings.ToValidUTF8(text[:i], "") + "…"
		}
	}
	return text
}

// size is how many bytes a text takes as JSON. A gate travels as JSON, in which some
// characters take six times what they take in a comment.
func size(text string) (n int) {
	for _, r := range text {
		n += written(r)
	}
	return n
}

// written is how many bytes encoding/json writes for a character.
func written(r rune) int {
	switch {
	case r == '"', r == '\\', r == '\b', r == '\f', r == '\n', r == '\r', r == '\t':
		return len(`\n`)
	case r < ' ', r == '<', r == '>', r == '&', r == '\u2028', r == '\u2029', r == utf8.RuneError:
		return len(`\u003c`)
	default:
		return utf8.RuneLen(r)
	}
}
