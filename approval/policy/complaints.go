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
	if deadline < 0 {
		c.add("deadline is %s; set a positive one, 0 for %s, or %q", deadline, DefaultDeadline, none)
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

func (c *complaints) names(where string, names []string) {
	for i, n := range names {
		if !isName(n) {
			c.add("name %d in %s has %d bytes; write 1 to %d bytes of UTF-8", i+1, where, len(n), MaxName)
			return // one says enough
		}
	}
	if len(names) > MaxVotes {
		c.add("there are %d names in %s; write at most %d", len(names), where, MaxVotes)
	}
}

// label is a name that need not be there.
func (c *complaints) label(what, name string) {
	if name != "" && !isName(name) {
		c.add("%s has %d bytes; write at most %d bytes of UTF-8", what, len(name), MaxName)
	}
}
