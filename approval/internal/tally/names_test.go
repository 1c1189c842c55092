package tally_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// badNames returns names that look like another or are invisible, with what the error
// says about them.
func badNames() map[string]string {
	return map[string]string{
		"":           "has 0 bytes; write 1 to 200 bytes of UTF-8",
		tooLong:      "has 201 bytes; write 1 to 200 bytes of UTF-8",
		" ann":       "of 4 bytes starts or ends with space; remove the space",
		"ann\u200b":  "of 6 bytes contains U+200B, which is invisible or looks like another character; remove it",
		"Rene\u0301": "of 6 bytes is not in Unicode normalization form NFC; normalize it at its source",
	}
}

func TestCheckName(t *testing.T) {
	t.Parallel()
	for name, want := range badNames() {
		require.EqualError(t, policy.CheckName(name), "policy: the name "+want, "%+q", name)
	}
	require.NoError(t, policy.CheckName("Ann Lee"))
}

// places are all places for a name: each returns what the gate says of it there.
func places() map[string]func(name string) error {
	open := func(p policy.Policy, change func(o *tally.Options)) error {
		o := tally.Options{Requester: "sam"}
		change(&o)
		_, err := tally.New(p, o)
		return err
	}
	plain := func(*tally.Options) {}
	from := func(s policy.Selector) error { return open(rules(need(1, s)), plain) }
	rung := func(s policy.Selector) error {
		return open(ladder(rules(need(1, groups("finance"))), add(s, "")), plain)
	}
	one := quorum(policy.Policy{AllowDelegation: true}, 1, "finance", 0)
	act := func(s step) error {
		gate, err := tally.New(one, tally.Options{Requester: "sam"})
		if err != nil {
			return err
		}
		return s(gate)
	}
	return map[string]func(name string) error{
		"group of a quorum": func(name string) error { return open(policy.Quorum(1, name), plain) },
		"users":             func(name string) error { return from(users("ann", name)) },
		"groups":            func(name string) error { return from(groups("finance", name)) },
		"except": func(name string) error {
			return from(policy.Selector{Groups: []string{"finance"}, Except: []string{name}})
		},
		"excluded": func(name string) error {
			return open(quorum(policy.Policy{Excluded: []string{name}}, 1, "finance", 0), plain)
		},
		"users of a step":  func(name string) error { return rung(users(name)) },
		"groups of a step": func(name string) error { return rung(groups(name)) },
		"except of a step": func(name string) error { return rung(policy.Selector{Users: []string{"ann"}, Except: []string{name}}) },
		"requester":        func(name string) error { return open(one, func(o *tally.Options) { o.Requester = name }) },
		"group of the roster": func(name string) error {
			return open(one, func(o *tally.Options) { o.GroupMembers = policy.GroupMembers{"hr": {"joe"}, name: {"ann"}} })
		},
		"member of the roster": func(name string) error {
			return open(one, func(o *tally.Options) { o.GroupMembers = policy.GroupMembers{"finance": {"ann", name}} })
		},
		"manager": func(name string) error {
			return open(one, func(o *tally.Options) { o.Managers = users(name) })
		},
		"group of managers": func(name string) error {
			return open(one, func(o *tally.Options) { o.Managers = groups(name) })
		},
		"excepted manager": func(name string) error {
			return open(one, func(o *tally.Options) {
				o.Managers = policy.Selector{Groups: []string{"ops"}, Except: []string{name}}
			})
		},
		"actor":             func(name string) error { return act(cast(yes(name))) },
		"group of an actor": func(name string) error { return act(cast(yesOf("ann", "finance", name))) },
		"how an actor is known": func(name string) error {
			return act(cast(tally.Vote{Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: name}, Choice: policy.ChoiceApprove}))
		},
		"owner":      func(name string) error { return act(cast(yesFor(name, "dan"))) },
		"delegate":   func(name string) error { return act(delegate("ann", name)) },
		"delegating": func(name string) error { return act(delegate(name, "dan")) },
		"reassigned": func(name string) error { return act(reassign(add(users(name), ""))) },
		"who reassigns": func(name string) error {
			return act(func(t *tally.Tally) error { return t.Reassign(in(name), add(users("zoe"), ""), "", start) })
		},
		"who moves the deadline": func(name string) error {
			return act(func(t *tally.Tally) error { return t.Move(in(name), 1, "", start) })
		},
	}
}

// A name that no actor can have bars no one, and no one can fulfill it: wherever it
// stands, it is an error at once.
func TestNamesThatNoActorCanHave(t *testing.T) {
	t.Parallel()
	// Empty means none there, or has a text of its own.
	empty := map[string]bool{"requester": true, "owner": true, "delegate": true}
	for where, try := range places() {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			for name, want := range badNames() {
				if name != "" || !empty[where] {
					require.ErrorContains(t, try(name), want, "%+q", name)
				}
			}
		})
	}
}
