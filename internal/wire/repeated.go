package wire

import (
	"bytes"
	"errors"
	"strings"
)

// fewFields is up to how many fields of an object are compared one by one.
const fewFields = 32

// bracket is an object that is open, or a list, while JSON is read.
type bracket struct {
	list  bool
	first int             // of its fields
	many  map[string]bool // the fields after the first few, in lower case
}

// repeated refuses a field that stands twice in one object, in any spelling that
// the decoder would take for the same. data is JSON that was decoded before, so
// only its shape is looked at.
func repeated(data []byte) error {
	var (
		someFields  [2 * fewFields][]byte // most messages need no more
		someObjects [8]bracket
		names       = someFields[:0] // of all that is open
		open        = someObjects[:0]
		name        = false // the next text is a field's name
	)
	for i := 0; i < len(data); i++ {
		last := len(open) - 1
		switch data[i] {
		case '{', '[':
			name = data[i] == '{'
			open = append(open, bracket{list: !name, first: len(names)})
		case '}', ']':
			names, open, name = names[:open[last].first], open[:last], false
		case ',':
			name = !open[last].list
		case '"':
			end := i + 1
			for ; data[end] != '"'; end++ {
				if data[end] == '\\' {
					end++ // what is escaped ends no text
				}
			}
			if name {
				text := unquoted(data[i : end+1])
				if open[last].has(names[open[last].first:], text) {
					return errors.New("message has a field twice; send each once")
				}
				if len(names)-open[last].first < fewFields {
					names = append(names, text)
				}
			}
			i, name = end, false
		}
	}
	return nil
}

// has reports whether the object has that field, and remembers it when it is not
// among the first few.
func (o *bracket) has(few [][]byte, name []byte) bool {
	for _, other := range few {
		if bytes.EqualFold(name, other) {
			return true
		}
	}
	if len(few) < fewFields {
		return false
	}
	if o.many == nil {
		o.many = map[string]bool{}
	}
	key := strings.ToLower(string(name))
	again := o.many[key]
	o.many[key] = true
	return again
}

// unquoted is what a text in quotes says.
func unquoted(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	_ = parse(quoted, &s, false) // it was decoded before
	return []byte(s)
}
