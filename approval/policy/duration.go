package policy

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// A Duration is a time.Duration that is text in JSON: "72h", or "none" for
// [NoDeadline]. A number of nanoseconds is understood too; null leaves what is
// there, as in encoding/json. A policy refuses one that is less than a second: it
// is a number of seconds, mostly.
type Duration time.Duration

const (
	// DefaultDeadline is the Deadline of a policy that names none.
	DefaultDeadline = Duration(7 * 24 * time.Hour)
	// NoDeadline as a Deadline lets a gate wait until people decide.
	NoDeadline = math.MaxInt64 // of time.Duration and of Duration
)

const (
	none = "none"
	// shortest and longest bound the durations of a policy: sums of a few of them
	// do not overflow.
	shortest = Duration(time.Second)
	longest  = Duration(100 * 365 * 24 * time.Hour)
)

// String is the duration as JSON has it.
func (d Duration) String() string {
	if d == NoDeadline {
		return none
	}
	return time.Duration(d).String()
}

// MarshalText writes the duration.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a duration, so that policies may be YAML or TOML too.
func (d *Duration) UnmarshalText(text []byte) error { return d.read(string(text)) }

func (d *Duration) read(text string) error {
	if text == none {
		*d = NoDeadline
		return nil
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("policy: %.40q is no duration; write one like \"72h\", or %q", text, none)
	}
	*d = Duration(parsed)
	return nil
}

// UnmarshalJSON reads a duration that is text or a number.
func (d *Duration) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if n, err := strconv.ParseInt(string(data), 10, 64); err == nil {
		*d = Duration(n)
		return nil
	}
	text, err := strconv.Unquote(string(data))
	if err != nil {
		return fmt.Errorf("policy: %.40q is no duration; write one like \"72h\", or %q", data, none)
	}
	return d.read(text)
}
