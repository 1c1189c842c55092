package policyfile

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// A jsonReader makes nodes of JSON.
type jsonReader struct {
	position
	decoder *json.Decoder
}

func readJSON(data string) (*node, *Problem) {
	r := &jsonReader{position{data}, json.NewDecoder(strings.NewReader(data))}
	r.decoder.UseNumber()
	n, problem := r.value(0)
	if problem != nil {
		return nil, problem
	}
	end := r.begin()
	if _, err := r.decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, r.problem(end, "there is more after the end of the policy", "write one value; put several policies under \"policies\"")
	}
	return n, nil
}

// begin returns where the next token begins.
func (r *jsonReader) begin() int {
	offset := int(r.decoder.InputOffset())
	return offset + len(r.data[offset:]) - len(strings.TrimLeft(r.data[offset:], " \t\r\n,:"))
}

func (r *jsonReader) problem(offset int, text, advice string) *Problem {
	line, column := r.at(offset)
	return &Problem{Line: line, Column: column, Text: text, Advice: advice}
}

// token returns the next token and where it begins.
func (r *jsonReader) token() (json.Token, int, *Problem) {
	begin := r.begin()
	t, err := r.decoder.Token()
	if err == nil {
		return t, begin, nil
	}
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, 0, r.problem(len(r.data), "the JSON ends too early", "close all braces, brackets and quotes")
	case errors.As(err, &syntax):
		if syntax.Offset > r.decoder.InputOffset() { // within a token
			begin = int(syntax.Offset) - 1
		}
		return nil, 0, r.problem(begin, "this is not JSON ("+syntax.Error()+")", "correct it here, or a little before")
	default:
		return nil, 0, r.problem(begin, "this is not JSON", "correct it here, or a little before")
	}
}

func (r *jsonReader) value(depth int) (*node, *Problem) {
	t, begin, problem := r.token()
	if problem != nil {
		return nil, problem
	}
	n := &node{}
	n.line, n.column = r.at(begin)
	switch t := t.(type) {
	case string:
		n.kind, n.value = isText, t
	case json.Number:
		n.kind, n.value = isNumber, t.String()
	case bool:
		n.kind, n.value = isBool, map[bool]string{true: "true", false: "false"}[t]
	case nil:
		n.kind = isNull
	case json.Delim:
		if depth > maxDepth {
			return nil, r.problem(begin, "values nest too deep", "write a policy as the documentation shows")
		}
		n.kind = isList
		if t == '{' {
			n.kind = isObject
		}
		if problem := r.parts(n, depth); problem != nil {
			return nil, problem
		}
	}
	return n, nil
}

// parts reads the fields of an object or the items of a list, to its end.
func (r *jsonReader) parts(n *node, depth int) *Problem {
	for r.decoder.More() {
		f := &field{}
		if n.kind == isObject {
			t, begin, problem := r.token()
			if problem != nil {
				return problem
			}
			f.name, _ = t.(string)
			f.line, f.column = r.at(begin)
		}
		value, problem := r.value(depth + 1)
		if problem != nil {
			return problem
		}
		if f.value = value; n.kind == isObject {
			n.fields = append(n.fields, f)
		} else {
			n.items = append(n.items, value)
		}
	}
	_, _, problem := r.token()
	return problem
}
