package electorate

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMaxMatchingAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 4).Draw(t, "capacity")
		rule := rapid.IntRange(0, len(capacity)-1)
		may := rapid.SliceOfN(rapid.SliceOfNDistinct(rule, 0, len(capacity), rapid.ID), 0, 6).Draw(t, "may")
		sets := make([]RuleSet, len(may))
		for i, rules := range may {
			sets[i] = SetOf(rules)
		}
		require.Equal(t, tryAll(may, slices.Clone(capacity)), MaxMatching(sets, capacity))
	})
}

func tryAll(may [][]int, capacity []int) int {
	if len(may) == 0 {
		return 0
	}
	most := tryAll(may[1:], capacity)
	for _, rule := range may[0] {
		if capacity[rule] > 0 {
			capacity[rule]--
			most = max(most, 1+tryAll(may[1:], capacity))
			capacity[rule]++
		}
	}
	return most
}

// Each person prefers the rule that earlier people have taken, so people must be moved.
func TestWorkOfMovingPeople(t *testing.T) {
	t.Parallel()
	const rules, places = MaxRules, 8
	var may []RuleSet
	for i := range rules * places {
		may = append(may, Bit(i/places)|Bit((i/places+1)%rules))
	}
	for range rules * places {
		may = append(may, 1) // all of them want the first rule
	}
	matched, work := maxMatching(may, slices.Repeat([]int{places}, rules))
	require.Equal(t, rules*places, matched)
	require.LessOrEqual(t, work, 20*len(may), "%d people", len(may))
}

// 500 votes, 20 rules, and no one for the last rule: each vote searches in vain.
func BenchmarkMaxMatching(b *testing.B) {
	const rules, votes = 20, 500
	capacity := slices.Repeat([]int{20}, rules)
	may := slices.Repeat([]RuleSet{Bit(rules-1) - 1}, votes)
	b.ReportAllocs()
	for b.Loop() {
		MaxMatching(may, capacity)
	}
}
