package wire

import (
	"bytes"
	"errors"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	errTwice = errors.New("message has a field twice; send each once")
	errText  = errors.New("message has text that is no UTF-8, or half of a surrogate pair; send valid text")
)

// fewFields is up to how many fields of an object are compared one by one.
const fewFields = 32

// scope is an object that is open, or a list, while JSON is read.
type scope struct {
	list  bool
	first int             // of its fields
	many  map[string]bool // the fields after the first few
}

// exact refuses what a decoder takes for something else, or two decoders for two
// things: a name that stands twice in one object, a field of a struct in another
// case, and text that is no UTF-8. data is JSON that was decoded into v before, so
// only its shape is looked at. The types are looked at only when a name is not plain,
// as all names of our own messages are.
func exact(data []byte, v any) error {
	var (
		someFields  [2 * fewFields][]byte // most messages need no more
		someObjects [8]scope
		names       = someFields[:0] // of all that is open
		open        = someObjects[:0]
		name        = false // the next text is a field's name
		plain       = true  // all names so far are
	)
	if !utf8.Valid(data) {
		return errText
	}
	for i := 0; i < len(data); i++ {
		last := len(open) - 1
		switch data[i] {
		case '{', '[':
			name = data[i] == '{'
			open = append(open, scope{list: !name, first: len(names)})
		case '}', ']':
			names, open, name = names[:open[last].first], open[:last], false
		case ',':
			name = !open[last].list
		case '"':
			end, whole := textEnd(data, i)
			if !whole {
				return errText
			}
			if name {
				text := unquoted(data[i : end+1])
				if open[last].has(names[open[last].first:], text) {
					return errTwice
				}
				plain = plain && isPlain(text)
				if len(names)-open[last].first < fewFields {
					names = append(names, text)
				}
			}
			i, name = end, false
		}
	}
	if !plain {
		return exactFields(data, reflect.TypeOf(v))
	}
	return nil
}

// textEnd returns where the text in quotes that begins at i ends, and whether each
// surrogate that is escaped in it is one of a pair.
func textEnd(data []byte, i int) (end int, whole bool) {
	whole = true
	for end = i + 1; data[end] != '"'; end++ {
		if data[end] != '\\' {
			continue
		}
		end++ // what is escaped ends no text
		if r := escaped(data, end); utf16.IsSurrogate(r) {
			if utf16.DecodeRune(r, escaped(data, end+6)) == utf8.RuneError || data[end+5] != '\\' {
				whole = false
				continue
			}
			end += 6
		}
	}
	return end, whole
}

// escaped returns the character of the escape "uXXXX" at i, or 0 for anything else.
func escaped(data []byte, i int) rune {
	if i+5 > len(data) || data[i] != 'u' {
		return 0
	}
	r, err := strconv.ParseUint(string(data[i+1:i+5]), 16, 16)
	if err != nil {
		return 0
	}
	return rune(r)
}

// has reports whether the object has that name, and remembers it when it is not among
// the first few.
func (o *scope) has(few [][]byte, name []byte) bool {
	for _, other := range few {
		if bytes.Equal(name, other) {
			return true
		}
	}
	if len(few) < fewFields {
		return false
	}
	if o.many == nil {
		o.many = map[string]bool{}
	}
	same := o.many[string(name)]
	o.many[string(name)] = true
	return same
}

// isPlain reports whether a name has no letter that the decoder takes for another one.
func isPlain(name []byte) bool {
	for _, c := range name {
		if c >= utf8.RuneSelf || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
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

// CheckText refuses JSON with text that is no UTF-8. Written says that encoding/json wrote
// it from a Go value: it writes the escape of U+FFFD for what is no UTF-8, and for
// nothing else.
func CheckText(data []byte, written bool) error {
	if !utf8.Valid(data) {
		return errText
	}
	for i := 0; i < len(data); i++ {
		if data[i] != '"' {
			continue
		}
		end, whole := textEnd(data, i)
		if !whole || written && replaced(data[i:end]) {
			return errText
		}
		i = end
	}
	return nil
}

// replaced reports whether a text has the escape of U+FFFD.
func replaced(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			if i++; escaped(text, i) == utf8.RuneError {
				return true
			}
		}
	}
	return false
}
