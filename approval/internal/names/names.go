// Package names says which names of people and groups are allowed, and which two
// names are one person's. The tables are of Unicode 15 and do not change with Go.
package names

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxBytes limits the bytes of a name.
const MaxBytes = 200

// Check returns what is wrong with a name and how to fix it. Both are empty for a
// good name. The texts do not contain the name, which may be personal data.
func Check(name string) (problem, fix string) {
	switch {
	case !IsText(name):
		return fmt.Sprintf("has %d bytes", len(name)), fmt.Sprintf("write 1 to %d bytes of UTF-8", MaxBytes)
	case strings.TrimSpace(name) != name:
		return fmt.Sprintf("of %d bytes starts or ends with space", len(name)), "remove the space"
	}
	for _, r := range name {
		if r != ' ' && isHidden(r) {
			return fmt.Sprintf("of %d bytes contains %U, which is invisible or looks like another character", len(name), r), "remove it"
		}
	}
	if !isNFC(name) {
		return fmt.Sprintf("of %d bytes is not in Unicode normalization form NFC", len(name)), "normalize it at its source"
	}
	return "", ""
}

// IsText reports whether text has 1 to [MaxBytes] bytes of UTF-8.
func IsText(text string) bool {
	return text != "" && len(text) <= MaxBytes && utf8.ValidString(text)
}

// isHidden reports whether r is a space, a control character or invisible: what two
// names can differ in and look the same.
func isHidden(r rune) bool {
	if r > ' ' && r < 0x7f {
		return false
	}
	return lookUp(hiddenTable, r) != 0
}

// IsBlank reports whether text has no visible character.
func IsBlank(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isHidden(r) }) < 0
}

// Fold returns name with each letter in the one case that stands for all of its
// cases. Two names have the same fold exactly if [strings.EqualFold] holds.
func Fold(name string) string {
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

// FoldAll returns the folds of names, sorted, each once.
func FoldAll(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, Fold(name))
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Folds returns the set of the folds of names.
func Folds(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[Fold(name)] = true
	}
	return set
}

// Same reports whether two names are one person's: they may differ in case.
func Same(a, b string) bool { return strings.EqualFold(a, b) }
