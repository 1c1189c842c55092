package analysis_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

const hour = time.Hour

// everything returns a policy with each field set and no two parts alike.
func everything() policy.Policy {
	rule := func(name string, n int, from policy.Selector) policy.Rule {
		from.Except = []string{"not-" + name}
		return policy.Rule{Name: name, Need: n, From: from}
	}
	return policy.Policy{
		Stages: []policy.Stage{
			{
				Name: "check", RejectThreshold: 2, Deadline: 72 * hour, Reminders: []time.Duration{hour, 24 * hour},
				Rules: []policy.Rule{rule("money", 2, groups("finance", "controlling")), rule("law", 1, users("ann", "bob"))},
				Escalations: []policy.Escalation{
					{After: 24 * hour, Rule: "money", To: users("boss")}, {After: 36 * hour, To: groups("board"), Replace: true},
				},
				OnTimeout: policy.RejectOnTimeout,
			},
			{Rules: []policy.Rule{rule("", 1, users("joe", "jim"))}},
			{Name: "sign", Rules: []policy.Rule{rule("", 3, groups("board")), rule("", 1, users("zoe", "sue"))}, Deadline: hour},
		},
		Excluded: []string{"max"}, FinalVotes: true, RequireCommentOn: []policy.Choice{policy.ChoiceReject},
		RejectReasons: []string{"price", "duplicate"}, MaxRounds: 3, AllowDelegation: true, MaxExtend: 48 * hour, ValidFor: hour,
	}
}

// TestDiffFindsEachMutation changes each field and each list of a policy, one at a time.
// Diff finds the change, names its field, and finds it on the way back; and the sentences
// that explain the policy are others.
func TestDiffFindsEachMutation(t *testing.T) {
	t.Parallel()
	p := everything()
	require.Empty(t, analysis.Diff(p, p))
	all := mutations(p)
	require.Greater(t, len(all), 90)
	for _, m := range all {
		changes := analysis.Diff(p, m.policy)
		require.Len(t, changes, 1, "%s: %s: %v", m.field, m.what, changes)
		require.Equal(t, m.field, changes[0].Field, m.what)
		require.NotEqual(t, changes[0].Old, changes[0].New)
		require.NotEmpty(t, analysis.Diff(m.policy, p))
		require.NotEqual(t, p.Explain(), m.policy.Explain(), "%s: %s", m.field, m.what)
	}
	t.Logf("%d mutations", len(all))
}

func TestDiffOfPoliciesThatAGateCannotTellApart(t *testing.T) {
	t.Parallel()
	p, q := everything(), everything()
	q.Stages[1].RejectThreshold, q.Stages[1].Deadline = 1, policy.DefaultDeadline
	slices.Reverse(q.Stages[0].Rules)
	slices.Reverse(q.Stages[0].Reminders)
	q.Stages[0].Rules[0].From.Users = []string{"bob", "ann", "bob"}
	q.Excluded = []string{"max", "max"}
	require.Empty(t, analysis.Diff(p, q))
	p.FoldCase, q.FoldCase = true, true
	q.Excluded = []string{"MAX"}
	require.Empty(t, analysis.Diff(p, q))
}

func TestDiffInWords(t *testing.T) {
	t.Parallel()
	p, q := everything(), everything()
	q.Stages[0].Rules[0].Need = 1
	q.Stages[0].Rules[0].From.Groups = []string{"controlling", "treasury"}
	q.Stages[0].OnTimeout = policy.ExpireOnTimeout
	q.Stages[0].Escalations = q.Stages[0].Escalations[:1]
	q.Stages[1].Deadline = policy.NoDeadline
	q.Stages = append(q.Stages, policy.Stage{Name: "pay", Rules: []policy.Rule{need(1, users("eve"))}})
	q.AllowRequester = true
	var got []string
	for _, c := range analysis.Diff(p, q) {
		got = append(got, c.String())
	}
	require.Equal(t, []string{
		`stages[0].rules[0].need: 2 → 1`,
		`stages[0].rules[0].from.groups: finance → treasury`,
		`stages[0].onTimeout: reject → expire`,
		`stages[0].escalations[1]: removed after 1 day 12 hours to 1 member of board`,
		`stages[1].deadline: 168h0m0s → none`,
		`stages[3]: added a stage "pay" of eve`,
		`allowRequester: false → true`,
	}, got)
}

func TestDiffTiers(t *testing.T) {
	t.Parallel()
	small, one, two := policy.Policy{AutoApprove: "small"}, policy.Quorum(1, "finance"), policy.Quorum(2, "finance")
	before := policy.Tiers{{Below: 100, Policy: small}, {Below: 1000, Policy: one}, {Policy: two}}
	for name, c := range map[string]struct {
		after policy.Tiers
		want  []string
	}{
		"no difference":               {after: before},
		"a tier that changes nothing": {after: policy.Tiers{before[0], {Below: 500, Policy: one}, before[1], before[2]}},
		"a limit moves": {
			after: policy.Tiers{{Below: 200, Policy: small}, before[1], before[2]},
			want:  []string{"from 100 to 199 stages[0]", "from 100 to 199 autoApprove"},
		},
		"the last tier": {
			after: policy.Tiers{before[0], before[1], {Policy: one}}, want: []string{"from 1000 stages[0].rules[0].need"},
		},
		"negative amounts": {
			after: policy.Tiers{{Below: 100, Policy: small, AllowNegative: true}, before[1], before[2]}, want: []string{"below 0 allowNegative"},
		},
		"amounts side by side": {
			after: policy.Tiers{
				{Below: 50, Policy: policy.Policy{AutoApprove: "tiny"}},
				{Below: 100, Policy: policy.Policy{AutoApprove: "tiny"}},
				before[1], before[2],
			},
			want: []string{"from 0 to 99 autoApprove"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diffs, err := analysis.DiffTiers(before, c.after)
			require.NoError(t, err)
			var got []string
			for _, d := range diffs {
				for _, change := range d.Changes {
					got = append(got, d.Amounts+" "+change.Field)
				}
			}
			require.ElementsMatch(t, c.want, got)
		})
	}
	all, err := analysis.DiffTiers(policy.Tiers{{AllowNegative: true, Policy: one}}, policy.Tiers{{AllowNegative: true, Policy: two}})
	require.NoError(t, err)
	require.Equal(t, []analysis.TierDiff{{
		Amounts: "all", Changes: []analysis.Change{{Field: "stages[0].rules[0].need", Old: "1", New: "2"}},
		Before: []string{"It needs the approval of 1 member of finance."}, After: []string{"It needs the approval of 2 members of finance."},
	}}, all)
	_, err = analysis.DiffTiers(before, nil)
	require.ErrorContains(t, err, "there are no tiers; ")
}
