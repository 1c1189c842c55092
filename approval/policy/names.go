package policy

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// CheckName reports what is wrong with a name: the ID of an actor, a requester, a
// user or a delegate, or the name of a group. All names have one shape, so that
// two that look the same are the same bytes: 1 to [MaxName] bytes of UTF-8 in
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
	case name == "" || len(name) > MaxName || !utf8.ValidString(name):
		return fmt.Sprintf("has %d bytes", len(name)), fmt.Sprintf("write 1 to %d bytes of UTF-8", MaxName)
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
