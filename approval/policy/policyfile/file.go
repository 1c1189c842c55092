package policyfile

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// maxBytes limits a file. A policy with all the names that it may have is smaller.
const maxBytes = 1 << 20

// A File holds the policies of a file, in its order.
type File struct{ Entries []Entry }

// An Entry is a policy, or tiers of policies by amount.
type Entry struct {
	// Name holds the name of the policy; empty if the file has no names.
	Name string
	// Tiers has one tier, for all amounts, if the file has a policy here.
	Tiers policy.Tiers
	// HasTiers means that the file has tiers here.
	HasTiers bool
}

// Policy returns the policy of that name for an amount. A policy without tiers is for
// all amounts. The name is empty in a file without names.
func (f File) Policy(name string, amount int64) (policy.Policy, error) {
	i := slices.IndexFunc(f.Entries, func(e Entry) bool { return e.Name == name })
	if i < 0 {
		return policy.Policy{}, fmt.Errorf("policyfile: there is no policy %q; name one of %s", name, strings.Join(f.Names(), ", "))
	}
	return f.Entries[i].Tiers.For(amount)
}

// Names returns the names of the policies, in order. That of a file without names is
// the empty one.
func (f File) Names() []string {
	var all []string
	for _, e := range f.Entries {
		all = append(all, e.Name)
	}
	return all
}

// Parse reads a file of JSON or YAML. The error is [Problems]: all that was found.
func Parse(data []byte) (File, error) {
	n, problem := parse(data)
	if problem != nil {
		return File{}, Problems{*problem}
	}
	r := &reader{places: map[string]*node{}}
	var f File
	if n.kind == isObject && slices.ContainsFunc(n.fields, func(f *field) bool { return f.name == "policies" }) {
		f = r.readNamed(n)
	} else {
		f.Entries = []Entry{r.readEntry(n, "")}
	}
	if len(r.problems) == 0 {
		for _, e := range f.Entries {
			r.validate(e)
		}
	}
	return f, r.err()
}

// ParseMembers reads the members of groups from a file of JSON or YAML, such as
// "finance: [ann, bob]". The error is [Problems].
func ParseMembers(data []byte) (policy.GroupMembers, error) {
	n, problem := parse(data)
	if problem != nil {
		return nil, Problems{*problem}
	}
	r, members := &reader{}, policy.GroupMembers{}
	if r.is(n, "", isObject, "write the groups as fields, each with a list of members") {
		for _, f := range n.fields {
			if _, twice := members[f.name]; twice {
				r.add(f.line, f.column, f.name, "write it once", "the group occurs twice")
			}
			var list []string
			r.read(f.value, f.name, reflect.ValueOf(&list).Elem())
			members[f.name] = list
		}
	}
	return members, r.err()
}

func parse(data []byte) (*node, *Problem) {
	text := strings.TrimPrefix(string(data), "\ufeff")
	switch {
	case len(data) > maxBytes:
		return nil, &Problem{Line: 1, Column: 1, Text: fmt.Sprintf("the file has %d bytes", len(data)), Advice: "write at most 1 MB"}
	case !utf8.ValidString(text):
		return nil, &Problem{Line: 1, Column: 1, Text: "the file is not UTF-8", Advice: "save it as UTF-8"}
	case strings.TrimSpace(text) == "":
		return nil, &Problem{Line: 1, Column: 1, Text: "the file is empty", Advice: "write a policy"}
	}
	if begin := strings.TrimSpace(text)[0]; begin == '{' || begin == '[' {
		return readJSON(text)
	}
	return readYAML(text)
}

// readNamed reads the policies of an object, by name.
func (r *reader) readNamed(n *node) (file File) {
	seen := map[string]bool{}
	for _, f := range n.fields {
		switch {
		case f.name != "policies":
			r.add(f.line, f.column, join("", f.name), "put all policies under \"policies\"", "there is a field beside \"policies\"")
			continue
		case seen[""]:
			r.add(f.line, f.column, f.name, "write it once", "the field occurs twice")
			continue
		case !r.is(f.value, f.name, isObject, "write an object with a field for each policy: its name"):
			continue
		case len(f.value.fields) == 0:
			r.add(f.line, f.column, f.name, "write a policy with its name", "there is no policy")
		}
		seen[""] = true // no policy has this name
		for _, p := range f.value.fields {
			where := join("policies", p.name)
			switch err := policy.CheckName(p.name); {
			case err != nil:
				r.add(p.line, p.column, where, "write a name of 1 to 200 bytes of visible text", "the policy has no good name")
			case seen[p.name]:
				r.add(p.line, p.column, where, "give one of them another name", "there are two policies of that name")
			}
			if len(r.problems) > maxProblems {
				return file
			}
			seen[p.name] = true
			e := r.readEntry(p.value, where)
			e.Name = p.name
			file.Entries = append(file.Entries, e)
		}
	}
	return file
}

func (r *reader) readEntry(n *node, where string) Entry {
	if n.kind == isList {
		e := Entry{HasTiers: true}
		r.places[where] = n
		r.read(n, where, reflect.ValueOf(&e.Tiers).Elem())
		return e
	}
	tier := policy.Tier{AllowNegative: true}
	r.read(n, where, reflect.ValueOf(&tier.Policy).Elem())
	return Entry{Tiers: policy.Tiers{tier}}
}

func (r *reader) err() error {
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.problems[:min(len(r.problems), maxProblems)]
}
