package idempotency

import (
	"strings"
	"unicode/utf8"
)

const (
	// MaxInfo bounds the bytes of each text of an [Info] that is kept, 1 KB:
	// Temporal's names and IDs are shorter.
	MaxInfo = 1 << 10
	// MaxFingerprint bounds the bytes of a fingerprint, 1 KB.
	MaxFingerprint = 1 << 10
)

// Kept returns the info as a [Store] keeps it, which every database takes: what
// is not UTF-8, and NUL, is a question mark, and a text of more than [MaxInfo]
// bytes is cut and ends in "...". An info must not keep work from being done.
func (i Info) Kept() Info {
	for _, text := range []*string{&i.Namespace, &i.WorkflowID, &i.RunID, &i.ActivityType, &i.ActivityID} {
		*text = keptText(*text)
	}
	return i
}

const cut = "..."

func keptText(s string) string {
	long := len(s) > MaxInfo
	if long {
		end := MaxInfo - len(cut)
		for most := end - utf8.UTFMax; end > most && !utf8.RuneStart(s[end]); { // not through a character
			end--
		}
		s = s[:end]
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?")
	if long {
		s += cut
	}
	return s
}
