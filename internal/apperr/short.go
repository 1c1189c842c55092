package apperr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Short returns a text that the server takes and that history can hold: valid
// UTF-8, cut after limit bytes, and saying so.
func Short(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= limit {
		return text
	}
	end := limit
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return fmt.Sprintf("%s … (cut, it has %d bytes)", text[:end], len(text))
}
