package tally_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestAsked(t *testing.T) {
	t.Parallel()
	twice := rules(need(1, groups("finance")), need(1, users("max")))
	twice.MaxRounds, twice.AllowDelegation = 2, true
	stages := policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, groups("finance"))}}, policy.Stage{Rules: []policy.Rule{need(1,
		groups("legal"))}})
	type awaited struct {
		actor policy.Actor
		owner string
	}
	for name, c := range map[string]struct {
		policy  policy.Policy
		opening tally.Options
		steps   []step
		users   []string
		groups  []string
		yes     []awaited
		no      []policy.Actor
	}{
		"a group": {
			policy: policy.Quorum(2, "finance"), groups: []string{"finance"},
			yes: []awaited{{actor: in("ann", "finance")}}, no: []policy.Actor{in("ann"), in("eve", "finance"), in("dan", "legal")},
		},
		"who has voted is not asked again": {
			policy: policy.Quorum(2, "finance"), steps: []step{cast(yes("ann"))}, groups: []string{"finance"},
			yes: []awaited{{actor: in("bob", "finance")}}, no: []policy.Actor{in("ann", "finance")},
		},
		"nor who has rejected, though a vote may be changed": {
			policy: quorum(policy.Policy{}, 2, "finance", 2), steps: []step{cast(no("ann"))}, groups: []string{"finance"},
			no: []policy.Actor{in("ann", "finance")},
		},
		"the next stage": {
			policy: stages, steps: []step{cast(yes("ann"))}, groups: []string{"legal"},
			yes: []awaited{{actor: in("bob", "legal")}}, no: []policy.Actor{in("dan", "finance"), in("ann", "legal")},
		},
		"members of a group that is known": {
			policy: policy.Quorum(1, "finance"), opening: tally.Options{Requester: "eve", GroupMembers: policy.GroupMembers{"finance": {
				"bob",
				"ann",
			}}},
			users: []string{"ann", "bob"}, yes: []awaited{{actor: in("bob")}}, no: []policy.Actor{in("dan", "finance")},
		},
		"whom a person has delegated to": {
			policy: twice, steps: []step{delegate("ann", "zoe")}, users: []string{"max", "zoe"}, groups: []string{"finance"},
			yes: []awaited{{actor: in("zoe"), owner: "ann"}, {actor: in("ann", "finance")}, {actor: in("max")}}, no: []policy.Actor{in("dan")},
		},
		"not when the owner has decided": {
			policy: twice, steps: []step{delegate("ann", "zoe"), cast(yes("ann"))}, users: []string{"max"}, groups: []string{"finance"},
			no: []policy.Actor{in("zoe"), in("ann", "finance")},
		},
		"the requester, when changes are requested": {
			policy: twice, steps: []step{cast(ask("ann"))}, users: []string{"eve"},
			yes: []awaited{{actor: in("eve")}}, no: []policy.Actor{in("ann", "finance"), in("max"), {}},
		},
		"who must say why": {
			policy: quorum(policy.Policy{RequireCommentOn: []policy.Choice{policy.ChoiceApprove}}, 1, "finance", 0), groups: []string{"finance"},
			yes: []awaited{{actor: in("ann", "finance")}}, no: []policy.Actor{in("ann")},
		},
		"a user who has voted is not asked again": {
			policy: rules(need(2, users("ann", "bob"))), steps: []step{cast(yes("ann"))}, users: []string{"bob"},
			yes: []awaited{{actor: in("bob")}}, no: []policy.Actor{in("ann")},
		},
		"neither the requester nor excluded nor excepted users": {
			policy: func() policy.Policy {
				p := rules(need(1, policy.Selector{Users: []string{"ann", "bob", "eve", "max"}, Except: []string{"bob"}}))
				p.Excluded = []string{"max"}
				return p
			}(),
			users: []string{"ann"}, yes: []awaited{{actor: in("ann")}}, no: []policy.Actor{in("bob"), in("eve"), in("max")},
		},
		"a delegate who has voted is not asked again": {
			policy: func() policy.Policy {
				p := rules(need(3, users("ann", "bob", "zoe")))
				p.AllowDelegation = true
				return p
			}(),
			steps: []step{delegate("ann", "zoe"), cast(yes("zoe"))}, users: []string{"ann", "bob"}, no: []policy.Actor{in("zoe")},
		},
		"no one any more": {
			policy: policy.Quorum(1, "finance"), steps: []step{cast(yes("ann"))}, no: []policy.Actor{in("bob", "finance"), in("eve")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.opening.Requester == "" && c.opening.Digest == "" {
				c.opening = eve
			}
			gate, err := tally.New(c.policy, c.opening)
			require.NoError(t, err)
			for _, s := range c.steps {
				require.NoError(t, s(gate))
			}
			before := gate.Snapshot()
			asked := gate.PendingApprovers()
			require.Equal(t, [][]string{c.users, c.groups}, [][]string{asked.Users, asked.Groups})
			for _, a := range c.yes {
				owner, ok := gate.IsWaitingFor(a.actor)
				require.True(t, ok, "%v", a.actor)
				require.Equal(t, a.owner, owner)
			}
			for _, a := range c.no {
				_, ok := gate.IsWaitingFor(a)
				require.False(t, ok, "%v", a)
			}
			require.Equal(t, before, gate.Snapshot(), "a look changes nothing")
		})
	}
}

// A person for whom a gate waits is among those whom it asks, so that they find it; and
// their approval counts.
func TestWhoIsAwaitedIsAsked(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, o := aPolicy(t, 2, "finance", "hr"), anOpening(t)
		gate, err := tally.New(p, o)
		if err != nil {
			return // it cannot be fulfilled
		}
		m := newModel(p, o)
		for range rapid.IntRange(0, 20).Draw(t, "steps") {
			both(t, gate, m)
		}
		asked := gate.PendingApprovers()
		users, groups := asked.Users, asked.Groups
		for _, id := range users {
			_, ok := gate.IsWaitingFor(in(id))
			require.True(t, ok, "%s is asked, and the gate does not wait for them", id)
		}
		for _, id := range universe {
			actor := in(id, some(t, "groups", "finance", "hr")...)
			owner, ok := gate.IsWaitingFor(actor)
			if !ok {
				continue
			}
			named := slices.Contains(users, id) || slices.ContainsFunc(actor.Groups, func(g string) bool { return slices.Contains(groups, g) })
			require.True(t, named, "%v is awaited, and asked are %v and %v", actor, users, groups)
			if gate.State() == policy.StateOpen {
				require.NoError(t, gate.Check(tally.Vote{Actor: actor, Choice: policy.ChoiceApprove, For: owner, Round: gate.Round(), Comment: "ok"}))
			}
		}
	})
}
