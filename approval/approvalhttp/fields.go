package approvalhttp

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// fields reads a query or a form that has these fields, each at most once. A field that
// stands twice is refused, since two readers could take different values, and so is
// any other field.
func fields(encoded string, known ...string) (url.Values, error) {
	sent, err := url.ParseQuery(encoded)
	if err != nil {
		return nil, malformed("the fields cannot be read; encode them as a form does")
	}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if !slices.Contains(known, name) {
			return nil, malformed(fmt.Sprintf("the field %.40q is not known; send none but %s", name, strings.Join(known, ", ")))
		}
	}
	return sent, once(sent, known...)
}

// once refuses fields that stand twice, or are no text.
func once(sent url.Values, names ...string) error {
	for _, name := range names {
		switch values := sent[name]; {
		case len(values) > 1:
			return malformed(fmt.Sprintf("the field %q stands %d times; send it once", name, len(values)))
		case !utf8.ValidString(sent.Get(name)):
			return malformed(fmt.Sprintf("the field %q is no UTF-8; send text", name))
		}
	}
	return nil
}
