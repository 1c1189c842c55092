package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// UnmarshalJSON reads a policy, and refuses what it does not know: a misspelt
// "barrred" would bar nobody. So do the types of which a policy is made.
func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	return readStrictly(data, (*plain)(p))
}

// UnmarshalJSON reads a stage as a [Policy] is read.
func (s *Stage) UnmarshalJSON(data []byte) error {
	type plain Stage
	return readStrictly(data, (*plain)(s))
}

// UnmarshalJSON reads a rule as a [Policy] is read.
func (r *Rule) UnmarshalJSON(data []byte) error {
	type plain Rule
	return readStrictly(data, (*plain)(r))
}

// UnmarshalJSON reads a selector as a [Policy] is read.
func (s *Selector) UnmarshalJSON(data []byte) error {
	type plain Selector
	return readStrictly(data, (*plain)(s))
}

// UnmarshalJSON reads an escalation as a [Policy] is read.
func (e *Escalation) UnmarshalJSON(data []byte) error {
	type plain Escalation
	return readStrictly(data, (*plain)(e))
}

// UnmarshalJSON reads a band as a [Policy] is read.
func (b *Tier) UnmarshalJSON(data []byte) error {
	type plain Tier
	return readStrictly(data, (*plain)(b))
}

// readStrictly decodes a JSON object into a struct. Each field must be one of its
// fields, spelled exactly so, and stand once: encoding/json takes any case, and
// the last of several.
func readStrictly(data []byte, into any) error {
	var known []string
	fields := reflect.TypeOf(into).Elem()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		known = append(known, name)
	}
	seen := make([]bool, len(known))
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return json.Unmarshal(data, into) // null, or what is no object
	}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string)
		i := 0
		for i < len(known) && known[i] != name {
			i++
		}
		switch {
		case i == len(known):
			return fmt.Errorf("policy: the field %.40q is not known; write one of %s", name, strings.Join(known, ", "))
		case seen[i]:
			return fmt.Errorf("policy: the field %q stands twice; write it once", name)
		}
		seen[i] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
	}
	return json.Unmarshal(data, into)
}
