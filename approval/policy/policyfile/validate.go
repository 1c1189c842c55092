package policyfile

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// place matches the beginning of a problem that policy.Validate reports: the tier, the stage,
// and the rule or escalation.
var place = regexp.MustCompile(`^(?:tier (\d+): )?(?:stage (\d+): )?(?:(rule|escalation) (\d+)\b)?`)

// validate reports what is wrong with an entry whose fields are right, with its line.
func (r *reader) validate(e Entry) {
	err := e.Tiers[0].Policy.Validate()
	if e.HasTiers {
		err = e.Tiers.Validate()
	}
	if err == nil {
		return
	}
	top := ""
	if e.Name != "" {
		top = join("policies", e.Name)
	}
	for _, line := range strings.Split(err.Error(), "\n") {
		line = strings.TrimPrefix(line, "policy: ")
		m := place.FindStringSubmatch(line)
		where := top
		for _, part := range []struct{ number, format string }{
			{m[1], "[%d].policy"}, {m[2], ".stages[%d]"}, {m[4], "." + m[3] + "s[%d]"},
		} {
			if number, err := strconv.Atoi(part.number); err == nil {
				if next := strings.TrimPrefix(where+fmt.Sprintf(part.format, number-1), "."); r.places[next] != nil {
					where = next
				}
			}
		}
		text, advice, _ := strings.Cut(line, "; ")
		at := r.places[where]
		r.add(at.line, at.column, where, advice, "%s", text)
	}
}
