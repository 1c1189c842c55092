package analysis_test

import (
	"flag"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

var policies = flag.Uint64("policies", 100, "how many random policies TestTeamsAreThoseOfTheCounter tries")

// TestTeamsAreThoseOfTheCounter compares the teams of random policies with all orders
// of approvals of at most 8 people, as the counter of a gate judges them. For 10,000
// policies: go test -run TestTeamsAreThoseOfTheCounter -policies 10000.
func TestTeamsAreThoseOfTheCounter(t *testing.T) {
	t.Parallel()
	opened, left, some := 0, 0, 0
	for seed := range *policies {
		for again := uint64(0); ; again++ { // until a policy is valid
			p, o := newDraw(seed | again<<40).aCase()
			gate, invalid := open(p, o)
			got, err := analysis.Simulate(p, o)
			require.Equal(t, invalid, err, "seed %d: %+v", seed, p)
			if invalid != nil {
				continue
			}
			opened++
			require.Equal(t, gate.State(), got.State)
			require.Equal(t, gate.Stage(), got.Stage)
			require.False(t, got.IsPartial)
			if got.State == policy.StateOpen {
				left++
				want := smallestGroups(gate, o)
				if len(want) > 0 {
					some++
				}
				require.Equal(t, want, expand(got.Teams, o.People), "seed %d/%d: %+v\n%+v\n%v", seed, again, p, o, got.Teams)
			}
			break
		}
	}
	require.NotZero(t, some)
	t.Logf("%d policies, %d gates open after the votes, %d of them with teams", opened, left, some)
}
