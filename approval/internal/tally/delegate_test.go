package tally_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestDelegation(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := quorum(policy.Policy{AllowDelegation: true}, 2, "finance", 0)
	barred, open := p, p
	lenient := threshold(p, 2)
	barred.Excluded = []string{"mallory"}
	open.AllowRequester = true
	final := threshold(p, 2)
	final.FinalVotes = true
	chain := steps{delegate("ann", "b"), delegateOf(in("b"), "c"), delegateOf(in("c"), "d")}
	noFor := yesFor("ann", "dan")
	noFor.Choice = policy.ChoiceReject
	for name, s := range map[string]script{
		"not allowed": {
			policy.Quorum(1, "finance"), nil,
			steps{refused(tally.ReasonNotAllowed, delegate("ann", "dan"))},
			policy.StateOpen,
		},
		"a delegate decides": {p, nil, steps{
			refused(tally.ReasonNotEligible, cast(yesFor("ann", "dan"))), delegate("ann", "dan"),
			cast(yesFor("ann", "dan")), missing(1),
		}, policy.StateOpen},
		"not for themselves": {
			p, nil,
			steps{delegate("ann", "dan"), refused(tally.ReasonNotEligible, cast(yesOf("dan")))},
			policy.StateOpen,
		},
		"not for another": {
			p, nil,
			steps{delegate("ann", "dan"), refused(tally.ReasonNotEligible, cast(yesFor("bob", "dan")))},
			policy.StateOpen,
		},
		"the owner cannot count again": {p, nil, steps{delegate("ann", "dan"), cast(yesFor("ann", "dan")), refused(tally.ReasonAlreadyVoted,
			cast(yes("ann"))), missing(1)}, policy.StateOpen},
		"the delegate cannot count after": {p, nil, steps{delegate("ann", "dan"), cast(yes("ann")), refused(tally.ReasonAlreadyVoted,
			cast(yesFor("ann", "dan")))}, policy.StateOpen},
		"the owner may overrule": {lenient, nil, steps{
			delegate("ann", "dan"), cast(noFor), cast(yes("ann")), missing(1),
			cast(yes("bob")),
		}, policy.StateApproved},
		"but not a final vote": {final, nil, steps{delegate("ann", "dan"), cast(noFor), refused(tally.ReasonAlreadyVoted,
			cast(yes("ann")))}, policy.StateOpen},
		"one delegate has one vote": {p, nil, steps{
			delegate("ann", "dan"), delegate("bob", "dan"), cast(yesFor("ann", "dan")),
			refused(tally.ReasonAlreadyVoted, cast(yesFor("bob", "dan"))),
		}, policy.StateOpen},
		"their own is one too": {p, nil, steps{delegate("ann", "bob"), cast(yes("bob")), refused(tally.ReasonAlreadyVoted,
			cast(tally.Vote{Actor: member("bob"), Choice: policy.ChoiceApprove, For: "ann"}))}, policy.StateOpen},
		"over three":                {p, nil, append(chain[:3:3], cast(yesFor("ann", "d"))), policy.StateOpen},
		"who is in between may too": {p, nil, append(chain[:3:3], cast(yesFor("ann", "b"))), policy.StateOpen},
		"not over four": {
			p, nil, append(chain[:3:3], refused(tally.ReasonNotAllowed, delegateOf(in("d"), "e"))),
			policy.StateOpen,
		},
		"not before the chain either": {
			p, nil, append(chain[:3:3], refused(tally.ReasonNotAllowed, delegate("bob", "ann"))),
			policy.StateOpen,
		},
		"not in a circle": {
			p, nil, append(chain[:2:2], refused(tally.ReasonNotAllowed, delegateOf(in("c"), "ann"))),
			policy.StateOpen,
		},
		"not to oneself": {p, nil, steps{refused(tally.ReasonMalformed, delegate("ann", "ann"))}, policy.StateOpen},
		"not to what is no ID": {p, nil, steps{
			refused(tally.ReasonMalformed, delegate("ann", " dan")),
			refused(tally.ReasonMalformed, delegate("ann", strings.Repeat("x", 300))),
		}, policy.StateOpen},
		"nor by one":               {p, nil, steps{refused(tally.ReasonMalformed, delegateOf(policy.Actor{}, "dan"))}, policy.StateOpen},
		"never to the requester":   {p, nil, steps{refused(tally.ReasonSelfApproval, delegate("ann", "eve"))}, policy.StateOpen},
		"nor by the requester":     {p, nil, steps{refused(tally.ReasonSelfApproval, delegate("eve", "dan"))}, policy.StateOpen},
		"unless the requester may": {open, nil, steps{delegate("ann", "eve"), cast(yesFor("ann", "eve"))}, policy.StateOpen},
		"never to who is barred":   {barred, nil, steps{refused(tally.ReasonNotEligible, delegate("ann", "mallory"))}, policy.StateOpen},
		"only by who may decide":   {p, nil, steps{refused(tally.ReasonNotEligible, delegateOf(in("x"), "dan"))}, policy.StateOpen},
		"what is passed on is the owner's": {p, nil, steps{delegate("ann", "dan"), delegateOf(in("dan"), "zoe"), refused(tally.ReasonNotEligible,
			cast(yesFor("dan", "zoe")))}, policy.StateOpen},
		"the last one counts": {p, nil, steps{delegate("ann", "dan"), delegate("ann", "zoe"), refused(tally.ReasonNotEligible,
			cast(yesFor("ann", "dan"))), cast(yesFor("ann", "zoe"))}, policy.StateOpen},
		"taken back": {p, nil, steps{delegate("ann", "dan"), delegate("ann", ""), refused(tally.ReasonNotEligible,
			cast(yesFor("ann", "dan")))}, policy.StateOpen},
		"not after a vote": {
			p, nil,
			steps{cast(yes("ann")), refused(tally.ReasonAlreadyVoted, delegate("ann", "dan"))},
			policy.StateOpen,
		},
		"not when it is closed": {p, nil, steps{cancel, refused(tally.ReasonClosed, delegate("ann", "dan"))}, policy.StateCanceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

// Without a requester, no one is: an empty ID bars no one.
func TestDelegationWithoutARequester(t *testing.T) {
	t.Parallel()
	gate, err := tally.New(quorum(policy.Policy{AllowDelegation: true}, 1, "finance", 0), tally.Options{})
	require.NoError(t, err)
	require.NoError(t, delegate("ann", "dan")(gate))
	require.NoError(t, delegate("ann", "")(gate))
}

// The groups of the owner count, as they were when it was delegated.
func TestDelegatesHaveTheOwnersGroups(t *testing.T) {
	t.Parallel()
	p := rules(need(1, groups("fin")), need(1, groups("mgr")))
	p.AllowDelegation = true
	owner := in("ann", "fin", "mgr")
	gate := play(t, p, delegateOf(owner, "dan"))
	owner.Groups[0] = "x" // it was copied
	require.NoError(t, cast(yesFor("ann", "dan"))(gate))
	c := gate.Votes()[0]
	require.Equal(t, "ann", c.Person)
	require.Equal(t, "dan", c.Actor.ID)
	require.Equal(t, []int{0, 1}, c.Rules)
	require.NoError(t, cast(yesOf("bob", "fin"))(gate))
	require.Equal(t, policy.StateApproved, gate.State())
}

func TestDelegationsAreBounded(t *testing.T) {
	t.Parallel()
	gate := play(t, quorum(policy.Policy{AllowDelegation: true}, 1, "finance", 0))
	for i := range policy.MaxVotes {
		require.NoError(t, delegate(fmt.Sprintf("a%d", i), "dan")(gate))
	}
	require.NoError(t, refused(tally.ReasonFull, delegate("ann", "dan"))(gate))
}

// Whatever a snapshot says of delegations, the requester and who is barred stay
// out.
func TestRestoredDelegations(t *testing.T) {
	t.Parallel()
	p := quorum(policy.Policy{AllowDelegation: true, Excluded: []string{"mallory"}}, 1, "finance", 0)
	s := play(t, p).Snapshot()
	mine := []string{"finance"}
	s.Delegations = []policy.Delegation{
		{From: "ann", Groups: mine, To: "eve"},
		{From: "bob", Groups: mine, To: "mallory"},
		{From: "eve", Groups: mine, To: "dan"},
		{From: "mallory", Groups: mine, To: "dan"},
	}
	gate := again(t, s)
	require.NoError(t, refused(tally.ReasonSelfApproval, cast(yesFor("ann", "eve")))(gate))
	require.NoError(t, refused(tally.ReasonSelfApproval, cast(yesFor("eve", "dan")))(gate))
	require.NoError(t, refused(tally.ReasonNotEligible, cast(yesFor("bob", "mallory")))(gate))
	require.NoError(t, refused(tally.ReasonNotEligible, cast(yesFor("mallory", "dan")))(gate))
}
