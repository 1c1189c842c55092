package analysis_test

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A mutation is a policy with one difference, and the field that differs.
type mutation struct {
	what, field string
	policy      policy.Policy
}

// mutations returns the policy with one difference each: every field is another one
// once, and of every list an element is added, removed and moved.
func mutations(p policy.Policy) (all []mutation) {
	p = p.Normalized()
	mutate("", reflect.ValueOf(&p).Elem(), func(what, field string) {
		all = append(all, mutation{what, field, p.Normalized()})
	})
	return all
}

// mutate changes v and what is in it, one thing at a time, and puts it back after
// each report.
func mutate(field string, v reflect.Value, report func(what, field string)) {
	was := reflect.New(v.Type()).Elem()
	was.Set(v)
	change := func(what, where string, to any) {
		v.Set(reflect.ValueOf(to).Convert(v.Type()))
		report(what, where)
		v.Set(was)
	}
	switch old := v.Interface().(type) {
	case bool:
		change("other", field, !old)
	case int:
		change("more", field, old+1)
	case time.Duration:
		change("longer", field, old+time.Minute)
	case string:
		change("other", field, old+"x")
	case policy.TimeoutAction:
		change("other", field, map[bool]policy.TimeoutAction{true: "approve", false: "fail"}[old == "fail"])
	case []string:
		change("one more", field, append([]string{"another"}, old...))
		if len(old) > 0 {
			change("one fewer", field, old[1:])
		}
	case []policy.Choice:
		change("one more", field, append(old[:len(old):len(old)], policy.ChoiceApprove))
	case []time.Duration:
		change("one more", field, append(old[:len(old):len(old)], 7*time.Minute))
	default:
		mutateParts(field, v, change, report)
	}
}

func mutateParts(field string, v reflect.Value, change func(what, where string, to any), report func(what, field string)) {
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			if field != "" {
				name = field + "." + name
			}
			mutate(name, v.Field(i), report)
		}
		return
	}
	n := v.Len() // anything else than a list of structs panics: mutate must learn the kind
	one := reflect.New(v.Type().Elem()).Elem()
	if name := one.FieldByName("Name"); name.IsValid() {
		name.SetString("new")
	} else {
		one.FieldByName("After").SetInt(int64(time.Hour))
	}
	change("one more", fmt.Sprintf("%s[%d]", field, n), reflect.Append(v.Slice3(0, n, n), one).Interface())
	for i := range n {
		rest := reflect.AppendSlice(v.Slice3(0, i, i), v.Slice(i+1, n))
		change(fmt.Sprint("without ", i), fmt.Sprintf("%s[%d]", field, i), rest.Interface())
		mutate(fmt.Sprintf("%s[%d]", field, i), v.Index(i), report)
	}
	if n > 1 && one.Type() != reflect.TypeFor[policy.Rule]() {
		turned := reflect.AppendSlice(v.Slice3(1, n, n), v.Slice(0, 1))
		moved := n - 1
		if n == 2 {
			moved = 0 // of two that change places, the first one stays
		}
		change("the first one last", fmt.Sprintf("%s[%d]", field, moved), turned.Interface())
	}
}
