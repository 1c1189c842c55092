package policy

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// CheckName reports what is wrong with a name: the ID of an actor, a requester, a
// user or a delegate, or the name of a group. All names have one shape, so that
// two that look the same are the same bytes: 1 to [MaxNameBytes] bytes of UTF-8 in
// Unicode normalization form NFC, without space around it, and without control
// characters, invisible characters and spaces other than U+0020.
//
// The error does not contain the name, which may be personal data.
func CheckName(name string) error {
	if wrong, mend := misnamed(name); wrong != "" {
		return fmt.Errorf("policy: the name %s; %s", wrong, mend)
	}
	return nil
}

// misnamed returns what is wrong with a name and what to write instead; both are
// empty for a good one.
func misnamed(name string) (wrong, mend string) {
	switch {
	case name == "" || len(name) > MaxNameBytes || !utf8.ValidString(name):
		return fmt.Sprintf("has %d bytes", len(name)), fmt.Sprintf("write 1 to %d bytes of UTF-8", MaxNameBytes)
	case strings.TrimSpace(name) != name:
		return fmt.Sprintf("of %d bytes has space around it", len(name)), "write it without"
	}
	for _, r := range name {
		if r != ' ' && isHidden(r) {
			return fmt.Sprintf("of %d bytes has the character %U, which cannot be seen or told from another", len(name), r), "write it without"
		}
	}
	if !isNFC(name) {
		return fmt.Sprintf("of %d bytes is not in Unicode normalization form NFC", len(name)), "normalize it where it comes from"
	}
	return "", ""
}

// isHidden reports whether a character is space or control, or cannot be seen:
// what two names may differ in and look the same.
func isHidden(r rune) bool {
	if r > ' ' && r < 0x7f {
		return false
	}
	return lookUp(hiddenTable, r) != 0
}

// isBlank reports whether there is nothing to read in a text.
func isBlank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isHidden(r) }) < 0
}

// fold is a name with each letter in the one case that stands for all: names of
// one fold are equal for [strings.EqualFold].
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf {
			return unicode.ToLower(r)
		}
		best := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			if lower := unicode.IsLower(next); lower && !unicode.IsLower(best) || lower == unicode.IsLower(best) && next < best {
				best = next
			}
		}
		return best
	}, name)
}

// same reports whether two names are of one person: they may differ in case.
func same(a, b string) bool { return strings.EqualFold(a, b) }

// spelled is a name as the gate keeps it: see [Policy].FoldCase.
func (t *Tally) spelled(name string) string {
	if t.s.Policy.FoldCase {
		return fold(name)
	}
	return name
}

func (t *Tally) spelledActor(a Actor) Actor {
	if t.s.Policy.FoldCase {
		a.ID, a.Groups = fold(a.ID), folded(a.Groups)
	}
	return a
}

// folded are the folds of names, each once.
func folded(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, fold(name))
	}
	slices.Sort(all)
	return slices.Compact(all)
}
