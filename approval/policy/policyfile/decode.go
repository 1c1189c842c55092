package policyfile

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A reader fills values of package policy from nodes, and collects problems.
type reader struct {
	problems Problems
	places   map[string]*node // of objects, by field
}

func (r *reader) add(line, column int, field, advice, format string, args ...any) {
	r.problems = append(r.problems, Problem{Line: line, Column: column, Field: field, Text: fmt.Sprintf(format, args...), Advice: advice})
}

func (r *reader) is(n *node, where string, want kind, advice string) bool {
	if n.kind == want {
		return true
	}
	r.add(n.line, n.column, where, advice, "the value is %s", n.kind)
	return false
}

// read fills v, which can be set.
func (r *reader) read(n *node, where string, v reflect.Value) {
	if len(r.problems) >= maxProblems {
		return
	}
	if n.kind == isNull {
		r.add(n.line, n.column, where, "write one, or leave the field out", "there is no value")
		return
	}
	if v.Type() == reflect.TypeFor[time.Duration]() {
		r.readDuration(n, where, v)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		r.readObject(n, where, v)
	case reflect.Slice:
		if !r.is(n, where, isList, "write a list") {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), len(n.items), len(n.items)))
		for i, item := range n.items {
			r.read(item, fmt.Sprintf("%s[%d]", where, i), v.Index(i))
		}
	case reflect.String:
		if r.is(n, where, isText, "write text, in quotes") {
			v.SetString(n.value)
		}
	case reflect.Bool:
		if n.kind != isBool || n.value != "true" && n.value != "false" {
			r.add(n.line, n.column, where, "write true or false", "the value is %s", describe(n))
			return
		}
		v.SetBool(n.value == "true")
	default:
		r.readNumber(n, where, v)
	}
}

func describe(n *node) string {
	if n.value == "" {
		return string(n.kind)
	}
	return fmt.Sprintf("%.40q", n.value)
}

func (r *reader) readNumber(n *node, where string, v reflect.Value) {
	number, err := strconv.ParseInt(n.value, 10, v.Type().Bits())
	if n.kind != isNumber || err != nil {
		r.add(n.line, n.column, where, "write a whole number, such as 2", "the value is %s", describe(n))
		return
	}
	v.SetInt(number)
}

func (r *reader) readDuration(n *node, where string, v reflect.Value) {
	d, err := time.ParseDuration(n.value)
	if n.kind == isText && n.value == "none" {
		d, err = policy.NoDeadline, nil
	}
	if n.kind != isText || err != nil {
		r.add(n.line, n.column, where, `write text with a unit, such as "72h" or "30m", or "none"`, "the duration is %s", describe(n))
		return
	}
	v.SetInt(int64(d))
}

func (r *reader) readObject(n *node, where string, v reflect.Value) {
	if !r.is(n, where, isObject, "write an object with fields: "+strings.Join(fieldNames(v.Type()), ", ")) {
		return
	}
	r.places[where] = n
	seen := map[string]int{}
	for _, f := range n.fields {
		if len(r.problems) > maxProblems {
			return
		}
		at := join(where, f.name)
		i := fieldOf(v.Type(), f.name)
		switch {
		case i < 0:
			r.add(f.line, f.column, at, advise(f.name, fieldNames(v.Type())), "the field is unknown")
		case seen[f.name] > 0:
			r.add(f.line, f.column, at, "write it once", "the field occurs twice, first in line %d", seen[f.name])
		default:
			seen[f.name] = f.line
			r.read(f.value, at, v.Field(i))
		}
	}
}

func join(where, name string) string {
	if len(name) > 40 {
		name = name[:40] + "…"
	}
	if where == "" {
		return name
	}
	return where + "." + name
}

// fieldNames returns the names of the fields of a struct in JSON.
func fieldNames(t reflect.Type) (all []string) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
	}
	return all
}

func fieldOf(t reflect.Type, name string) int {
	for i, known := range fieldNames(t) {
		if known == name {
			return i
		}
	}
	return -1
}

// advise names the field that is meant, or all fields.
func advise(name string, known []string) string {
	best, fewest := "", 3
	for _, k := range known {
		if n := edits(strings.ToLower(name), strings.ToLower(k)); n < fewest && n < len(k) {
			best, fewest = k, n
		}
	}
	if best != "" {
		return fmt.Sprintf("write %q", best)
	}
	return "write one of " + strings.Join(known, ", ")
}

// edits returns how many letters must change to make b of a.
func edits(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, before+1, row[j]+1)
		}
	}
	return row[len(b)]
}
