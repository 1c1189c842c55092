package analysis

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Change is one difference between two policies.
type Change struct {
	// Field names the place, as in JSON, such as "stages[0].rules[1].need". Numbers are those
	// of the new policy; of something that was removed, those of the old one.
	Field string `json:"field"`
	// Old and New are the values. Of a list of names they have the names that only one
	// of the two has. One is empty if something was added or removed.
	Old string `json:"old,omitempty"`
	New string `json:"new,omitempty"`
}

// String returns the change in words, such as "stages[0].rules[1].need: 1 → 2".
func (c Change) String() string {
	switch {
	case c.Old == "":
		return fmt.Sprintf("%s: added %s", c.Field, c.New)
	case c.New == "":
		return fmt.Sprintf("%s: removed %s", c.Field, c.Old)
	default:
		return fmt.Sprintf("%s: %s → %s", c.Field, c.Old, c.New)
	}
}

// Diff returns what changes from one policy to another. Two policies that a gate cannot
// tell apart have no difference: defaults are filled in, and the order of names, rules
// and reminders has no meaning. Stages, rules and escalations are compared with those of
// the same content, the same name, or else the same place.
func Diff(before, after policy.Policy) []Change {
	var d differ
	d.values("", reflect.ValueOf(before.Normalized()), reflect.ValueOf(after.Normalized()))
	return d.changes
}

// A differ collects changes in the order of the fields.
type differ struct{ changes []Change }

func (d *differ) add(field, before, after string) {
	d.changes = append(d.changes, Change{Field: field, Old: before, New: after})
}

// values compares two values of one type.
func (d *differ) values(field string, before, after reflect.Value) {
	switch before.Kind() {
	case reflect.Struct:
		for i := range before.NumField() {
			name, _, _ := strings.Cut(before.Type().Field(i).Tag.Get("json"), ",")
			if field != "" {
				name = field + "." + name
			}
			d.values(name, before.Field(i), after.Field(i))
		}
	case reflect.Slice:
		if before.Type().Elem().Kind() == reflect.Struct {
			d.lists(field, elements(before), elements(after))
			return
		}
		was, is := texts(before), texts(after)
		removed, added := without(was, is), without(is, was)
		if len(removed)+len(added) > 0 {
			d.add(field, strings.Join(removed, ", "), strings.Join(added, ", "))
		}
	default:
		if was, is := text(before), text(after); was != is {
			d.add(field, was, is)
		}
	}
}

// text returns a value as a policy file has it.
func text(v reflect.Value) string {
	switch value := v.Interface().(type) {
	case time.Duration:
		if value == policy.NoDeadline {
			return "none"
		}
		return value.String()
	case policy.TimeoutAction:
		if value == policy.ExpireOnTimeout {
			return "expire"
		}
		return string(value)
	default:
		return fmt.Sprint(value)
	}
}

func elements(list reflect.Value) (all []reflect.Value) {
	for i := range list.Len() {
		all = append(all, list.Index(i))
	}
	return all
}

func texts(list reflect.Value) (all []string) {
	for _, v := range elements(list) {
		all = append(all, text(v))
	}
	return all
}

// without returns the texts of a that b lacks, each once.
func without(a, b []string) (some []string) {
	for _, t := range a {
		if !slices.Contains(b, t) && !slices.Contains(some, t) {
			some = append(some, t)
		}
	}
	return some
}
