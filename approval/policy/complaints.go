package policy

import (
	"errors"
	"fmt"
)

// complaints are what is wrong, in the order in which it stands.
type complaints struct {
	band, where string
	errs        []error
}

func (c *complaints) add(format string, args ...any) {
	c.errs = append(c.errs, fmt.Errorf("policy: "+c.band+c.where+format, args...))
}

func (c *complaints) err() error { return errors.Join(c.errs...) }

func (c *complaints) limits(veto int, deadline Duration) {
	if veto < 0 {
		c.add("veto is %d; set how many rejections end the gate, or 0 for one", veto)
	}
	switch {
	case deadline < 0:
		c.add("deadline is %s; set a positive one, 0 for %s, or %q", deadline, DefaultDeadline, none)
	case deadline != NoDeadline:
		c.duration("deadline", deadline)
	}
}

// duration is one that may be 0.
func (c *complaints) duration(what string, d Duration) {
	switch {
	case d < 0:
		c.add("%s is %s; set a positive duration, or 0", what, d)
	case d > 0 && d < shortest:
		c.add("%s is %s, which is less than a second; write a duration with its unit, such as \"72h\"", what, d)
	case d > longest:
		c.add("%s is %s; set at most %s", what, d, longest)
	}
}

func (c *complaints) selector(whose string, s Selector) {
	if len(s.Users) == 0 && len(s.Groups) == 0 {
		c.add("%s names nobody; give users or groups", whose)
	}
	c.names("users of "+whose, s.Users)
	c.names("groups of "+whose, s.Groups)
	c.names("except of "+whose, s.Except)
}

// names are those of a list.
func (c *complaints) names(where string, names []string) {
	if len(names) > MaxVotes {
		c.add("there are %d names in %s; write at most %d", len(names), where, MaxVotes)
	}
	c.shape(where, names)
}

func (c *complaints) shape(where string, names []string) {
	for i, n := range names {
		if wrong, mend := misnamed(n); wrong != "" {
			c.add("name %d in %s %s; %s", i+1, where, wrong, mend)
			return // one says enough
		}
	}
}

// label is a name that need not be there.
func (c *complaints) label(what, name string) {
	if name == "" {
		return
	}
	if wrong, mend := misnamed(name); wrong != "" {
		c.add("%s %s; %s", what, wrong, mend)
	}
}
