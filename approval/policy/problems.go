package policy

import (
	"errors"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/duration"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// problems collects what is wrong with a policy, in the order of its text.
type problems struct {
	tier, stage string // prefixes that say where
	errs        []error
}

func (ps *problems) add(format string, args ...any) {
	ps.errs = append(ps.errs, fmt.Errorf("policy: "+ps.tier+ps.stage+format, args...))
}

func (ps *problems) err() error { return errors.Join(ps.errs...) }

// shortest and longest limit the durations of a policy. A shorter one is mostly a
// number of seconds without its unit, and sums of a few of the longest do not overflow.
const (
	shortest = time.Second
	longest  = 100 * 365 * 24 * time.Hour
)

// checkDuration checks a duration that may be 0.
func (ps *problems) checkDuration(what string, d time.Duration) {
	switch {
	case d < 0:
		ps.add("%s is %s; set a positive duration, or 0", what, d)
	case d > 0 && d < shortest:
		ps.add("%s is %s, which is less than a second; write a duration with its unit, such as \"72h\"", what, d)
	case d > longest:
		ps.add("%s is %s; set at most %s", what, duration.Text(d), longest)
	}
}

func (ps *problems) checkDeadline(deadline time.Duration) {
	switch {
	case deadline < 0:
		ps.add("deadline is %s; set a positive duration, 0 for %s, or %q", deadline, DefaultDeadline, duration.None)
	case deadline != NoDeadline:
		ps.checkDuration("deadline", deadline)
	}
}

func (ps *problems) checkSelector(whose string, s Selector) {
	if len(s.Users) == 0 && len(s.Groups) == 0 {
		ps.add("%s selects no one; give users or groups", whose)
	}
	ps.checkList("users of "+whose, s.Users)
	ps.checkList("groups of "+whose, s.Groups)
	ps.checkList("except of "+whose, s.Except)
}

func (ps *problems) checkList(where string, list []string) {
	if len(list) > MaxVotes {
		ps.add("there are %d names in %s; write at most %d", len(list), where, MaxVotes)
	}
	ps.checkNames(where, list)
}

func (ps *problems) checkNames(where string, list []string) {
	for i, name := range list {
		if problem, fix := names.Check(name); problem != "" {
			ps.add("name %d in %s %s; %s", i+1, where, problem, fix)
			return // one is enough
		}
	}
}

// checkName checks a name that may be empty.
func (ps *problems) checkName(what, name string) {
	if name == "" {
		return
	}
	if problem, fix := names.Check(name); problem != "" {
		ps.add("%s %s; %s", what, problem, fix)
	}
}
