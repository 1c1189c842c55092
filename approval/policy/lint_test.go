package policy_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestLint(t *testing.T) {
	t.Parallel()
	all := func(from policy.Selector, steps ...policy.Escalation) policy.Policy {
		return ladder(rules(policy.Rule{All: true, From: from}), steps...)
	}
	hundreds := policy.Stage{Rules: []policy.Rule{need(100, groups("a")), need(100, groups("b"))}}
	const cannot = " at most of those who may decide; ask for fewer, or let more decide"
	roster := policy.GroupMembers{"hr": {"joe", "eve"}, "empty": nil}
	for want, c := range map[string]struct {
		policy policy.Policy
		o      policy.TallyOptions
	}{
		"": {policy.Quorum(9, "finance"), eve},
		"need is 0; at least 1 approval must be needed, and at most 100":                                                        {policy.Quorum(0, "f"), eve},
		"the digest has 201 bytes; give at most 200 bytes of UTF-8":                                                             {policy.Quorum(1, "f"), policy.TallyOptions{Digest: tooLong}},
		"the requester has 201 bytes; write 1 to 200 bytes of UTF-8":                                                            {policy.Quorum(1, "f"), policy.TallyOptions{Requester: tooLong}},
		"maxRounds is 2, and there is no requester who could make the request again; name one":                                  {policy.Policy{Need: 1, Group: "f", MaxRounds: 2}, policy.TallyOptions{}},
		"stage 1: rule 1 needs all of groups whose members are not known; give them in the roster":                              {all(groups("fin")), eve},
		"stage 1: escalation 1 is to groups whose members are not known, and rule 1 needs all of them; give them in the roster": {all(users("ann"), instead(groups("fin"), "")), eve},
		"501 approvals are needed in all, and a gate keeps 500 votes; ask for fewer":                                            {policy.Stages(hundreds, hundreds, policy.Stage{Rules: []policy.Rule{need(100, groups("a")), need(1, groups("b"))}}), eve},
		"stage 1: 3 approvals are needed, each of another person, and 2 can be had" + cannot:                                    {rules(need(3, users("ann", "bob", "ann", "eve"))), eve},
		"stage 1: 1 approvals are needed, each of another person, and 0 can be had" + cannot:                                    {policy.AllOf("eve"), eve},
		"stage 1: 2 approvals are needed, each of another person, and 1 can be had" + cannot:                                    {rules(need(2, groups("hr"))), policy.TallyOptions{Requester: "eve", GroupMembers: roster}},
		"stage 1: 2 approvals are needed, each of another person, and 0 can be had" + cannot:                                    {rules(need(1, groups("empty")), need(1, users("eve"))), policy.TallyOptions{Requester: "eve", GroupMembers: roster}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			says(t, want, policy.Lint(c.policy, c.o))
			tally, err := policy.NewTally(c.policy, c.o)
			says(t, want, err)
			require.Equal(t, want == "", tally != nil)
		})
	}
}

// Ladders count: one that lets enough others decide mends a stage, and one that
// takes people out does not break it, since they could decide before.
func TestLintOfLadders(t *testing.T) {
	t.Parallel()
	two := need(2, users("ann"))
	all := policy.Rule{All: true, From: users("ann", "bob")}
	for name, c := range map[string]struct {
		policy policy.Policy
		fine   bool
	}{
		"another one is enough":               {ladder(rules(two), add(users("bob"), "")), true},
		"who stands in for one is":            {ladder(rules(two), instead(users("bob"), "")), true},
		"the same one is not":                 {ladder(rules(two), add(users("ann"), "")), false},
		"the second step is":                  {ladder(rules(two), add(users("ann"), ""), add(users("bob"), "")), true},
		"only for another rule":               {ladder(rules(two, named("y", need(1, users("cat")))), add(users("bob"), "y")), false},
		"people who are not known":            {ladder(rules(two), add(groups("finance"), "")), true},
		"people who were not known":           {ladder(rules(named("x", need(2, groups("finance"))), named("y", need(2, users("ann")))), instead(users("cat"), "x"), add(users("bob"), "y")), true},
		"all stay as many as they are":        {ladder(rules(all), instead(users("a", "b", "c"), "")), true},
		"all are fewer then, but the same":    {ladder(rules(named("x", all), need(1, users("ann"))), instead(users("ann"), "x")), false},
		"all are fewer then, and one is left": {ladder(rules(named("x", all), need(1, users("ann"))), instead(users("bob"), "x")), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := policy.Lint(c.policy, eve)
			require.Equal(t, c.fine, err == nil, "%v", err)
		})
	}
}

// A rule whose people are not known does not hide one that nobody can fulfill.
func TestLintBesideUnknownPeople(t *testing.T) {
	t.Parallel()
	p := rules(need(1, groups("finance")), need(2, users("ann")))
	says(t, "stage 1: 2 approvals are needed, each of another person, and at most 1 are possible; ask for fewer, or let more people decide", policy.Lint(p, eve))
}

func TestBands(t *testing.T) {
	t.Parallel()
	q, big := policy.Quorum(1, "finance"), policy.Quorum(2, "finance")
	for want, b := range map[string]policy.Tiers{
		"": {{Policy: q}},
		"there are no bands; give at least one, without below":                                   {},
		"the last band ends below 5; leave below out, so that it takes what is left":             {{Below: 5, Policy: q}},
		"band 1 ends below 0; give each but the last one more than the one before":               {{Policy: q}, {Policy: q}},
		"band 1 ends below -5; give each but the last one more than the one before":              {{Below: -5, Policy: q}, {Policy: q}},
		"band 2 ends below 5; give each but the last one more than the one before":               {{Below: 5, Policy: q}, {Below: 5, Policy: q}, {Policy: q}},
		"band 2: need is 0; at least 1 approval must be needed, and at most 100":                 {{Below: 5, Policy: q}, {Policy: policy.Quorum(0, "f")}},
		"band 2 takes negative amounts, which are less than those of band 1; set negative there": {{Below: 5, Policy: q}, {Policy: q, Negative: true}},
		"band 1: stage 1: there are 0 rules; give 1 to 20":                                       {{Policy: policy.Stages(policy.Stage{})}},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			says(t, want, b.Validate())
			_, err := b.For(1)
			says(t, want, err)
		})
	}
	b := policy.Tiers{{Below: 100, Policy: policy.Policy{AutoApprove: "small"}}, {Below: 1000, Policy: q}, {Policy: big}}
	for amount, want := range map[int64]policy.Policy{0: b[0].Policy, 99: b[0].Policy, 100: q, 999: q, 1000: big, 1 << 60: big} {
		got, err := b.For(amount)
		require.NoError(t, err)
		require.Equal(t, want, got, amount)
	}
}

// An amount below zero is no small amount, unless the bands say so.
func TestBandsOfNegativeAmounts(t *testing.T) {
	t.Parallel()
	for _, b := range []policy.Tiers{
		{{Below: 100, Policy: policy.Policy{AutoApprove: "small"}}, {Policy: policy.Quorum(1, "finance")}}, {{Policy: policy.Policy{AutoApprove: "any"}}},
	} {
		for _, amount := range []int64{-1, -5_000_000, math.MinInt64} {
			_, err := b.For(amount)
			require.EqualError(t, err, fmt.Sprintf("policy: the amount is %d, and no band takes negative ones; check it, or set negative in the first band", amount))
			b := slices.Clone(b)
			b[0].Negative = true
			got, err := b.For(amount)
			require.NoError(t, err)
			require.Equal(t, b[0].Policy, got)
		}
		got, err := b.For(0)
		require.NoError(t, err)
		require.Equal(t, b[0].Policy, got)
	}
}

// The bounds of lists, of all together, and of the roster.
func TestLimits(t *testing.T) {
	t.Parallel()
	wide := func(n int) policy.Policy {
		return policy.Stages(slices.Repeat([]policy.Stage{{Rules: []policy.Rule{need(1, groups(many("g", 500)...))}}}, n)...)
	}
	crowded := wide(10)
	crowded.Excluded = []string{"tom"}
	rules := func(n int) policy.Policy {
		return policy.Stages(slices.Repeat([]policy.Stage{{Rules: slices.Repeat([]policy.Rule{need(1, groups("g"))}, n)}}, 4)...)
	}
	for want, c := range map[string]struct {
		policy policy.Policy
		roster int
	}{
		"":  {wide(10), policy.MaxNames},
		" ": {rules(16), 0},
		"there are 5001 names in all lists; write at most 5000":                                             {crowded, 0},
		"there are 68 rules in all stages; write at most 64":                                                {rules(17), 0},
		"there are 5001 names in the roster; give at most 5000, or let actors say of which groups they are": {wide(1), policy.MaxNames + 1},
	} {
		o := eve
		o.GroupMembers = policy.GroupMembers{"crowd": many("p", c.roster)}
		says(t, strings.TrimSpace(want), policy.Lint(c.policy, o))
	}
	roster := policy.GroupMembers{}
	for _, g := range many("g", policy.MaxNames+1) {
		roster[g] = nil
	}
	says(t, "there are 5001 names in the roster; give at most 5000, or let actors say of which groups they are",
		policy.Lint(policy.Quorum(1, "x"), policy.TallyOptions{GroupMembers: roster}))
}
