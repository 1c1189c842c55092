package wire

import (
	"bytes"
	"errors"
	"reflect"
)

var errTwice = errors.New("message has a field twice; send each once")

// fewFields is up to how many fields of an object are compared one by one.
const fewFields = 32

// bracket is an object that is open, or a list, while JSON is read.
type bracket struct {
	list  bool
	first int             // of its fields
	many  map[string]bool // the fields after the first few
}

// repeated refuses a name that stands twice in one object, and a field of a struct
// that stands there in two spellings that the decoder takes for the same. Keys of
// maps and of what is decoded later may differ in case. It also refuses a name
// with a capital letter for a field that is written otherwise; fields of messages of
// ours have small letters only. data is JSON that was decoded into v before, so only
// its shape is looked at. The types are looked at only when a name has more than
// small letters.
func repeated(data []byte, v any) error {
	var (
		someFields  [2 * fewFields][]byte // most messages need no more
		someObjects [8]bracket
		names       = someFields[:0] // of all that is open
		open        = someObjects[:0]
		name        = false // the next text is a field's name
		odd         = false // a name has another character than a small letter
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
					return errTwice
				}
				odd = odd || bytes.ContainsFunc(text, func(r rune) bool { return r < 'a' || r > 'z' })
				if len(names)-open[last].first < fewFields {
					names = append(names, text)
				}
			}
			i, name = end, false
		}
	}
	if odd {
		return repeatedFields(data, reflect.TypeOf(v))
	}
	return nil
}

// has reports whether the object has that name, and remembers it when it is not
// among the first few.
func (o *bracket) has(few [][]byte, name []byte) bool {
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

// unquoted is what a text in quotes says.
func unquoted(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	var s string
	_ = parse(quoted, &s, false) // it was decoded before
	return []byte(s)
}
