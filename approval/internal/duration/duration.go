// Package duration is the JSON form of durations in policies and changes: text such
// as "72h", or "none" for a duration without end.
package duration

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Endless stands for no end; JSON writes it as "none".
const Endless time.Duration = math.MaxInt64

// None holds the text of [Endless].
const None = "none"

// Text holds a [time.Duration] that JSON writes as text. It also reads a number of
// nanoseconds; null leaves the value as it is, as in encoding/json.
type Text time.Duration

// String returns the text.
func (t Text) String() string {
	if time.Duration(t) == Endless {
		return None
	}
	return time.Duration(t).String()
}

// MarshalText writes the text.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalJSON reads text or a number of nanoseconds.
func (t *Text) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if n, err := strconv.ParseInt(string(data), 10, 64); err == nil {
		*t = Text(n)
		return nil
	}
	text, err := strconv.Unquote(string(data))
	if err != nil {
		return fmt.Errorf("policy: %.40q is not a duration; write one like \"72h\", or %q", data, None)
	}
	if text == None {
		*t = Text(Endless)
		return nil
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("policy: %.40q is not a duration; write one like \"72h\", or %q", text, None)
	}
	*t = Text(parsed)
	return nil
}

// Texts converts durations to their JSON form.
func Texts(all []time.Duration) []Text {
	if all == nil {
		return nil
	}
	texts := make([]Text, len(all))
	for i, d := range all {
		texts[i] = Text(d)
	}
	return texts
}

// Durations converts texts back.
func Durations(texts []Text) []time.Duration {
	if texts == nil {
		return nil
	}
	all := make([]time.Duration, len(texts))
	for i, t := range texts {
		all[i] = time.Duration(t)
	}
	return all
}
