package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestDelegation(t *testing.T) {
	t.Parallel()
	type steps = []step
	p := policy.Policy{Need: 2, Group: "finance", AllowDelegation: true}
	lenient, barred, open, final := p, p, p, p
	lenient.Veto = 2
	barred.Barred = []string{"mallory"}
	open.AllowRequester = true
	final.Veto, final.FinalVotes = 2, true
	chain := steps{delegate("ann", "b"), delegateOf(in("b"), "c"), delegateOf(in("c"), "d")}
	noFor := yesFor("ann", "dan")
	noFor.Choice = policy.Reject
	for name, s := range map[string]script{
		"not allowed":                      {policy.Quorum(1, "finance"), nil, steps{refused(policy.NotAllowed, delegate("ann", "dan"))}, policy.Open},
		"a delegate decides":               {p, nil, steps{refused(policy.NotEligible, cast(yesFor("ann", "dan"))), delegate("ann", "dan"), cast(yesFor("ann", "dan")), missing(1)}, policy.Open},
		"not for themselves":               {p, nil, steps{delegate("ann", "dan"), refused(policy.NotEligible, cast(yesOf("dan")))}, policy.Open},
		"not for another":                  {p, nil, steps{delegate("ann", "dan"), refused(policy.NotEligible, cast(yesFor("bob", "dan")))}, policy.Open},
		"the owner cannot count again":     {p, nil, steps{delegate("ann", "dan"), cast(yesFor("ann", "dan")), refused(policy.AlreadyVoted, cast(yes("ann"))), missing(1)}, policy.Open},
		"the delegate cannot count after":  {p, nil, steps{delegate("ann", "dan"), cast(yes("ann")), refused(policy.AlreadyVoted, cast(yesFor("ann", "dan")))}, policy.Open},
		"the owner may overrule":           {lenient, nil, steps{delegate("ann", "dan"), cast(noFor), cast(yes("ann")), missing(1), cast(yes("bob"))}, policy.Approved},
		"but not a final vote":             {final, nil, steps{delegate("ann", "dan"), cast(noFor), refused(policy.AlreadyVoted, cast(yes("ann")))}, policy.Open},
		"one delegate has one vote":        {p, nil, steps{delegate("ann", "dan"), delegate("bob", "dan"), cast(yesFor("ann", "dan")), refused(policy.AlreadyVoted, cast(yesFor("bob", "dan")))}, policy.Open},
		"their own is one too":             {p, nil, steps{delegate("ann", "bob"), cast(yes("bob")), refused(policy.AlreadyVoted, cast(policy.Vote{Actor: member("bob"), Choice: policy.Approve, For: "ann"}))}, policy.Open},
		"over three":                       {p, nil, append(chain[:3:3], cast(yesFor("ann", "d"))), policy.Open},
		"who is in between may too":        {p, nil, append(chain[:3:3], cast(yesFor("ann", "b"))), policy.Open},
		"not over four":                    {p, nil, append(chain[:3:3], refused(policy.NotAllowed, delegateOf(in("d"), "e"))), policy.Open},
		"not before the chain either":      {p, nil, append(chain[:3:3], refused(policy.NotAllowed, delegate("bob", "ann"))), policy.Open},
		"not in a circle":                  {p, nil, append(chain[:2:2], refused(policy.NotAllowed, delegateOf(in("c"), "ann"))), policy.Open},
		"not to oneself":                   {p, nil, steps{refused(policy.Malformed, delegate("ann", "ann"))}, policy.Open},
		"not to what is no ID":             {p, nil, steps{refused(policy.Malformed, delegate("ann", " dan")), refused(policy.Malformed, delegate("ann", strings.Repeat("x", 300)))}, policy.Open},
		"nor by one":                       {p, nil, steps{refused(policy.Malformed, delegateOf(policy.Actor{}, "dan"))}, policy.Open},
		"never to the requester":           {p, nil, steps{refused(policy.SelfApproval, delegate("ann", "eve"))}, policy.Open},
		"nor by the requester":             {p, nil, steps{refused(policy.SelfApproval, delegate("eve", "dan"))}, policy.Open},
		"unless the requester may":         {open, nil, steps{delegate("ann", "eve"), cast(yesFor("ann", "eve"))}, policy.Open},
		"never to who is barred":           {barred, nil, steps{refused(policy.NotEligible, delegate("ann", "mallory"))}, policy.Open},
		"only by who may decide":           {p, nil, steps{refused(policy.NotEligible, delegateOf(in("x"), "dan"))}, policy.Open},
		"what is passed on is the owner's": {p, nil, steps{delegate("ann", "dan"), delegateOf(in("dan"), "zoe"), refused(policy.NotEligible, cast(yesFor("dan", "zoe")))}, policy.Open},
		"the last one counts":              {p, nil, steps{delegate("ann", "dan"), delegate("ann", "zoe"), refused(policy.NotEligible, cast(yesFor("ann", "dan"))), cast(yesFor("ann", "zoe"))}, policy.Open},
		"taken back":                       {p, nil, steps{delegate("ann", "dan"), delegate("ann", ""), refused(policy.NotEligible, cast(yesFor("ann", "dan")))}, policy.Open},
		"not after a vote":                 {p, nil, steps{cast(yes("ann")), refused(policy.AlreadyVoted, delegate("ann", "dan"))}, policy.Open},
		"not when it is closed":            {p, nil, steps{cancel, refused(policy.Closed, delegate("ann", "dan"))}, policy.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t)
		})
	}
}

// Without a requester, nobody is: an empty ID bars nobody.
func TestDelegationWithoutARequester(t *testing.T) {
	t.Parallel()
	tally, err := policy.NewTally(policy.Policy{Need: 1, Group: "finance", AllowDelegation: true}, policy.Opening{})
	require.NoError(t, err)
	require.NoError(t, delegate("ann", "dan")(tally))
	require.NoError(t, delegate("ann", "")(tally))
}

// The groups of the owner count, as they were when it was delegated.
func TestDelegatesHaveTheOwnersGroups(t *testing.T) {
	t.Parallel()
	p := rules(need(1, groups("fin")), need(1, groups("mgr")))
	p.AllowDelegation = true
	owner := in("ann", "fin", "mgr")
	tally := play(t, p, delegateOf(owner, "dan"))
	owner.Groups[0] = "x" // it was copied
	require.NoError(t, cast(yesFor("ann", "dan"))(tally))
	c := tally.Votes()[0]
	require.Equal(t, "ann", c.Person)
	require.Equal(t, "dan", c.Actor.ID)
	require.Equal(t, []int{0, 1}, c.Rules)
	require.NoError(t, cast(yesOf("bob", "fin"))(tally))
	require.Equal(t, policy.Approved, tally.State())
}

func TestDelegationsAreBounded(t *testing.T) {
	t.Parallel()
	tally := play(t, policy.Policy{Need: 1, Group: "finance", AllowDelegation: true})
	for i := range policy.MaxVotes {
		require.NoError(t, delegate(fmt.Sprintf("a%d", i), "dan")(tally))
	}
	require.NoError(t, refused(policy.Full, delegate("ann", "dan"))(tally))
}

// Whatever a snapshot says of delegations, the requester and who is barred stay
// out.
func TestRestoredDelegations(t *testing.T) {
	t.Parallel()
	p := policy.Policy{Need: 1, Group: "finance", AllowDelegation: true, Barred: []string{"mallory"}}
	s := play(t, p).Snapshot()
	mine := []string{"finance"}
	s.Delegations = []policy.Delegation{
		{From: "ann", Groups: mine, To: "eve"},
		{From: "bob", Groups: mine, To: "mallory"},
		{From: "eve", Groups: mine, To: "dan"},
		{From: "mallory", Groups: mine, To: "dan"},
	}
	tally := again(t, s)
	require.NoError(t, refused(policy.SelfApproval, cast(yesFor("ann", "eve")))(tally))
	require.NoError(t, refused(policy.SelfApproval, cast(yesFor("eve", "dan")))(tally))
	require.NoError(t, refused(policy.NotEligible, cast(yesFor("bob", "mallory")))(tally))
	require.NoError(t, refused(policy.NotEligible, cast(yesFor("mallory", "dan")))(tally))
}
