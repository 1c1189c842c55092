// Package words has the phrases that explanations of policies share: lists of names,
// numbers of people, and durations.
package words

import (
	"fmt"
	"strings"
	"time"
)

// maxListed limits how many names a list has.
const maxListed = 20

// List joins names with commas. After 20 names it says how many more there are.
func List(names []string) string {
	if more := len(names) - maxListed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxListed], ", "), more)
	}
	return strings.Join(names, ", ")
}

// And joins phrases as a sentence does.
func And(phrases []string) string {
	last := len(phrases) - 1
	if last < 1 {
		return strings.Join(phrases, "")
	}
	return strings.Join(phrases[:last], ", ") + " and " + phrases[last]
}

// Of returns "one of ann, bob" or "2 of ann, bob, eve".
func Of(n int, people string) string {
	if n == 1 {
		return "one of " + people
	}
	return fmt.Sprintf("%d of %s", n, people)
}

// Members returns "1 member of finance" or "2 members of finance or legal".
func Members(n int, groups []string) string {
	of := strings.Join(groups, " or ")
	if len(groups) > maxListed {
		of = List(groups)
	}
	if n == 1 {
		return "1 member of " + of
	}
	return fmt.Sprintf("%d members of %s", n, of)
}

// Duration returns a duration with its units, such as "3 days 12 hours".
func Duration(d time.Duration) string {
	var parts []string
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{24 * time.Hour, "day"}, {time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		switch n := d / u.of; {
		case n == 1:
			parts = append(parts, "1 "+u.name)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, u.name))
		}
		d %= u.of
	}
	if d != 0 || len(parts) == 0 {
		parts = append(parts, d.String())
	}
	return strings.Join(parts, " ")
}
