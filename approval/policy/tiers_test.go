package policy_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestTiersValidate(t *testing.T) {
	t.Parallel()
	q := policy.Quorum(1, "finance")
	for name, c := range map[string]struct {
		tiers policy.Tiers
		want  string
	}{
		"one tier": {tiers: policy.Tiers{{Policy: q}}},
		"no tier":  {want: "there are no tiers; give at least one, without below"},
		"a last tier that ends": {tiers: policy.Tiers{{Below: 5, Policy: q}}, want: "the last tier ends below 5; leave below out, so " +
			"that it takes all other amounts"},
		"a first tier without end": {tiers: policy.Tiers{{Policy: q}, {Policy: q}}, want: "tier 1 ends below 0; give each tier but the last " +
			"more than the one before"},
		"a negative end": {tiers: policy.Tiers{{Below: -5, Policy: q}, {Policy: q}}, want: "tier 1 ends below -5; give each tier " +
			"but the last more than the one before"},
		"two tiers of one end": {
			tiers: policy.Tiers{{Below: 5, Policy: q}, {Below: 5, Policy: q}, {Policy: q}},
			want:  "tier 2 ends below 5; give each tier but the last more than the one before",
		},
		"an invalid policy": {
			tiers: policy.Tiers{{Below: 5, Policy: q}, {Policy: policy.Quorum(0, "f")}},
			want:  "tier 2: stage 1: rule 1 needs 0 approvals; write 1 to 100, or all",
		},
		"a later negative tier": {
			tiers: policy.Tiers{{Below: 5, Policy: q}, {Policy: q, AllowNegative: true}},
			want:  "tier 2 allows negative amounts, which are less than those of tier 1; set allowNegative there",
		},
		"a policy without any rule": {
			tiers: policy.Tiers{{Policy: policy.Stages(policy.Stage{})}},
			want:  "tier 1: stage 1: there are 0 rules; write 1 to 20",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requireProblems(t, lines(c.want), c.tiers.Validate())
			_, err := c.tiers.For(1)
			requireProblems(t, lines(c.want), err)
		})
	}
}

func TestTiersFor(t *testing.T) {
	t.Parallel()
	small, some, big := policy.Policy{AutoApprove: "small"}, policy.Quorum(1, "finance"), policy.Quorum(2, "finance")
	tiers := policy.Tiers{{Below: 100, Policy: small}, {Below: 1000, Policy: some}, {Policy: big}}
	for amount, want := range map[int64]policy.Policy{0: small, 99: small, 100: some, 999: some, 1000: big, 1 << 60: big} {
		got, err := tiers.For(amount)
		require.NoError(t, err)
		require.Equal(t, want, got, amount)
	}
}

func TestTiersOfNegativeAmounts(t *testing.T) {
	t.Parallel()
	for _, tiers := range []policy.Tiers{
		{{Below: 100, Policy: policy.Policy{AutoApprove: "small"}}, {Policy: policy.Quorum(1, "finance")}},
		{{Policy: policy.Policy{AutoApprove: "any"}}},
	} {
		negative := slices.Clone(tiers)
		negative[0].AllowNegative = true
		for _, amount := range []int64{-1, -5_000_000, math.MinInt64} {
			_, err := tiers.For(amount)
			require.EqualError(t, err, fmt.Sprintf(
				"policy: the amount is %d, and no tier takes negative amounts; check it, or set allowNegative in the first tier", amount))
			got, err := negative.For(amount)
			require.NoError(t, err)
			require.Equal(t, tiers[0].Policy, got)
		}
		got, err := tiers.For(0)
		require.NoError(t, err)
		require.Equal(t, tiers[0].Policy, got)
	}
}
