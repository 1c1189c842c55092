package policy

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The matching finds as much as trying out all ways to put people to rules.
func TestMatchAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		places := rapid.SliceOfN(rapid.IntRange(0, 3), 1, 4).Draw(t, "places")
		rule := rapid.IntRange(0, len(places)-1)
		may := rapid.SliceOfN(rapid.SliceOfNDistinct(rule, 0, len(places), rapid.ID), 0, 6).Draw(t, "may")
		sets := make([]ruleSet, len(may))
		for i, rules := range may {
			sets[i] = ruleSetOf(rules)
		}
		require.Equal(t, tryAll(may, slices.Clone(places)), match(sets, places))
	})
}

func tryAll(may [][]int, places []int) int {
	if len(may) == 0 {
		return 0
	}
	most := tryAll(may[1:], places)
	for _, rule := range may[0] {
		if places[rule] > 0 {
			places[rule]--
			most = max(most, 1+tryAll(may[1:], places))
			places[rule]++
		}
	}
	return most
}

// The worst that a gate can have: 500 votes, 20 rules, and too few of those that
// are wanted, so that each vote looks for a way in vain.
func worst() (may []ruleSet, places []int) {
	places = slices.Repeat([]int{20}, maxRules)
	for range MaxVotes {
		may = append(may, ruleBit(maxRules-1)-1)
	}
	return may, places
}

func BenchmarkMatch(b *testing.B) {
	may, places := worst()
	b.ReportAllocs()
	for b.Loop() {
		match(may, places)
	}
}

// Lint of a large roster: whoever is in several groups is looked at once.
func BenchmarkLint(b *testing.B) {
	roster := GroupMembers{}
	var stage Stage
	for i := range 5 {
		group := fmt.Sprint("g", i)
		for j := range MaxNames / 5 {
			roster[group] = append(roster[group], fmt.Sprint("a", i*200+j))
		}
		stage.Rules = append(stage.Rules, Rule{Need: 100, From: Selector{Groups: []string{group}}})
	}
	p := Stages(stage)
	b.ReportAllocs()
	for b.Loop() {
		if err := Lint(p, TallyOptions{Requester: "a1", GroupMembers: roster}); err != nil {
			b.Fatal(err)
		}
	}
}

// A tally of 500 votes and 20 rules, each vote counted with all those before.
func BenchmarkTally(b *testing.B) {
	var stage Stage
	for i := range maxRules {
		stage.Rules = append(stage.Rules, Rule{Need: 25, From: Selector{Groups: []string{"g", fmt.Sprint("g", i)}}})
	}
	p := Stages(stage)
	for b.Loop() {
		t, err := NewTally(p, TallyOptions{Requester: "eve"})
		if err != nil {
			b.Fatal(err)
		}
		for i := range MaxVotes {
			v := Vote{Actor: Actor{ID: fmt.Sprint(i), Groups: []string{"g"}, Auth: "test"}, Choice: ChoiceApprove}
			if _, err := t.Apply(v, t.UpdatedAt()); err != nil {
				b.Fatal(err)
			}
		}
		if t.State() != StateApproved {
			b.Fatal(t.Missing())
		}
	}
}
