package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
)

// The types below are the JSON forms: the fields of the exported type, but its
// durations are text. A field of the form hides the embedded one of the same name.
type (
	plainPolicy Policy
	policyForm  struct {
		*plainPolicy
		MaxExtend duration.Text `json:"maxExtend,omitempty"`
		ValidFor  duration.Text `json:"validFor,omitempty"`
	}
	plainStage Stage
	stageForm  struct {
		*plainStage
		Deadline    duration.Text   `json:"deadline,omitempty"`
		Reminders   []duration.Text `json:"reminders,omitempty"`
		RemindAfter []duration.Text `json:"remindAfter,omitempty"`
		RemindEvery duration.Text   `json:"remindEvery,omitempty"`
	}
	plainEscalation Escalation
	escalationForm  struct {
		*plainEscalation
		After duration.Text `json:"after"`
	}
)

// MarshalJSON writes durations as text, such as "72h0m0s" or "none".
func (p Policy) MarshalJSON() ([]byte, error) {
	return json.Marshal(policyForm{(*plainPolicy)(&p), duration.Text(p.MaxExtend), duration.Text(p.ValidFor)})
}

// UnmarshalJSON reads a policy and refuses an unknown field: a misspelled "exclude"
// would exclude no one. The types that a policy consists of do the same.
func (p *Policy) UnmarshalJSON(data []byte) error {
	form := policyForm{(*plainPolicy)(p), duration.Text(p.MaxExtend), duration.Text(p.ValidFor)}
	if err := readStrictly(data, &form); err != nil {
		return err
	}
	p.MaxExtend, p.ValidFor = time.Duration(form.MaxExtend), time.Duration(form.ValidFor)
	return nil
}

// MarshalJSON writes durations as text, as [Policy.MarshalJSON] does.
func (s Stage) MarshalJSON() ([]byte, error) {
	return json.Marshal(s.form())
}

// UnmarshalJSON reads a stage as strictly as [Policy.UnmarshalJSON].
func (s *Stage) UnmarshalJSON(data []byte) error {
	form := s.form()
	if err := readStrictly(data, &form); err != nil {
		return err
	}
	s.Deadline, s.RemindEvery = time.Duration(form.Deadline), time.Duration(form.RemindEvery)
	s.Reminders, s.RemindAfter = duration.Durations(form.Reminders), duration.Durations(form.RemindAfter)
	return nil
}

func (s *Stage) form() stageForm {
	return stageForm{
		(*plainStage)(s), duration.Text(s.Deadline), duration.Texts(s.Reminders),
		duration.Texts(s.RemindAfter), duration.Text(s.RemindEvery),
	}
}

// MarshalJSON writes durations as text, as [Policy.MarshalJSON] does.
func (e Escalation) MarshalJSON() ([]byte, error) {
	return json.Marshal(escalationForm{(*plainEscalation)(&e), duration.Text(e.After)})
}

// UnmarshalJSON reads an escalation as strictly as [Policy.UnmarshalJSON].
func (e *Escalation) UnmarshalJSON(data []byte) error {
	form := escalationForm{(*plainEscalation)(e), duration.Text(e.After)}
	if err := readStrictly(data, &form); err != nil {
		return err
	}
	e.After = time.Duration(form.After)
	return nil
}

// UnmarshalJSON reads a rule as strictly as [Policy.UnmarshalJSON].
func (r *Rule) UnmarshalJSON(data []byte) error {
	type plain Rule
	return readStrictly(data, (*plain)(r))
}

// UnmarshalJSON reads a selector as strictly as [Policy.UnmarshalJSON].
func (s *Selector) UnmarshalJSON(data []byte) error {
	type plain Selector
	return readStrictly(data, (*plain)(s))
}

// UnmarshalJSON reads a tier as strictly as [Policy.UnmarshalJSON].
func (t *Tier) UnmarshalJSON(data []byte) error {
	type plain Tier
	return readStrictly(data, (*plain)(t))
}

// fieldNames returns the names of a struct's fields in JSON. A form has the fields of
// the type that it embeds, and its own take the place of some of them.
func fieldNames(form reflect.Type) (all []string) {
	if embedded := form.Field(0); embedded.Anonymous {
		return fieldNames(embedded.Type.Elem())
	}
	for i := range form.NumField() {
		name, _, _ := strings.Cut(form.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
	}
	return all
}

// readStrictly decodes a JSON object into a struct. Each name must be exactly one of
// its fields and occur once: encoding/json ignores case and takes the last of several.
func readStrictly(data []byte, into any) error {
	known := fieldNames(reflect.TypeOf(into).Elem())
	seen := make([]bool, len(known))
	d := json.NewDecoder(bytes.NewReader(data))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return json.Unmarshal(data, into) // null, or not an object
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
			return fmt.Errorf("policy: the field %.40q is unknown; write one of %s", name, strings.Join(known, ", "))
		case seen[i]:
			return fmt.Errorf("policy: the field %q occurs twice; write it once", name)
		}
		seen[i] = true
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
	}
	return json.Unmarshal(data, into)
}
