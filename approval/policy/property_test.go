package policy_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// The tally agrees with a brute-force reading of the rules: after each vote,
// look at the whole log again and ask who has said what last.
func TestTallyAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := policy.Policy{
			Need: rapid.IntRange(1, 4).Draw(t, "need"), Group: "finance", Veto: rapid.IntRange(0, 3).Draw(t, "veto"),
			AllowRequester: rapid.Bool().Draw(t, "allowRequester"),
		}
		tally, err := policy.NewTally(p, "a0")
		require.NoError(t, err)

		var log []policy.Vote
		want := policy.Open
		for i := range rapid.IntRange(0, 30).Draw(t, "votes") {
			v := policy.Vote{
				Actor: policy.Actor{
					ID:     fmt.Sprintf("a%d", rapid.IntRange(0, 5).Draw(t, "actor")),
					Groups: rapid.SliceOfN(rapid.SampledFrom([]string{"finance", "sales"}), 0, 3).Draw(t, "groups"), Auth: "test",
				},
				Choice: rapid.SampledFrom([]policy.Choice{policy.Approve, policy.Reject, "", "maybe"}).Draw(t, "choice"),
			}
			checked := tally.Check(v)
			state, err := tally.Apply(v)
			require.Equal(t, checked, err, "Check foretells Apply")

			counts := want == policy.Open && eligible(p, v, log)
			if counts {
				log = append(log, v)
				want = verdict(p, log)
			}
			var refusal *policy.Refusal
			require.Equal(t, !counts, errors.As(err, &refusal), "vote %d: %v", i, err)
			require.Equal(t, want, state)
		}
	})
}

func eligible(p policy.Policy, v policy.Vote, log []policy.Vote) bool {
	inGroup := false
	for _, g := range v.Actor.Groups {
		inGroup = inGroup || g == p.Group
	}
	return (v.Choice == policy.Approve || v.Choice == policy.Reject) && inGroup &&
		(p.AllowRequester || v.Actor.ID != "a0") && latest(log)[v.Actor.ID] != v.Choice
}

func verdict(p policy.Policy, log []policy.Vote) policy.State {
	approvals, rejections := 0, 0
	for _, choice := range latest(log) {
		if choice == policy.Approve {
			approvals++
		} else {
			rejections++
		}
	}
	switch {
	case rejections >= max(p.Veto, 1):
		return policy.Rejected
	case approvals >= p.Need:
		return policy.Approved
	}
	return policy.Open
}

func latest(log []policy.Vote) map[string]policy.Choice {
	last := map[string]policy.Choice{}
	for _, v := range log {
		last[v.Actor.ID] = v.Choice
	}
	return last
}
