package electorate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
)

func TestRulesOfAPerson(t *testing.T) {
	t.Parallel()
	members := map[string][]string{"finance": {"ann", "bob", "zoe"}, "board": {"ann"}}
	e := electorate.New([]electorate.Rule{
		{Need: 1, From: electorate.Selector{Users: []string{"zoe"}, Groups: []string{"finance"}, Except: []string{"BOB"}}},
		{All: true, From: electorate.Selector{Groups: []string{"finance"}}},
		{Need: 1, From: electorate.Selector{Groups: []string{"legal", "finance", "board"}}},
	}, members)
	require.Equal(t, []string{"zoe", "ann", "bob"}, e.People)
	require.Equal(t, electorate.SetOf([]int{1}), e.All)
	require.Equal(t, electorate.SetOf([]int{0, 1}), e.Known)
	for name, c := range map[string]struct {
		id     string
		claims []string
		rules  []int
	}{
		"a user of a rule":                       {id: "zoe", rules: []int{0, 1, 2}},
		"a known member":                         {id: "ann", rules: []int{0, 1, 2}},
		"a person excepted in another case":      {id: "bob", rules: []int{1, 2}},
		"a claim of a group with known members":  {id: "tom", claims: []string{"finance"}},
		"a claim of a group of unknown members":  {id: "tom", claims: []string{"legal"}, rules: []int{2}},
		"a claim of a group that no rule has":    {id: "tom", claims: []string{"sales"}},
		"a known member who claims another rule": {id: "ann", claims: []string{"legal"}, rules: []int{0, 1, 2}},
	} {
		require.Equal(t, c.rules, e.Rules(c.id, c.claims).Numbers(), name)
	}
}

func TestChangeAddsOrReplacesPeople(t *testing.T) {
	t.Parallel()
	rules := []electorate.Rule{
		{Name: "a", From: electorate.Selector{Users: []string{"ann"}, Except: []string{"bob", "cat"}}},
		{Name: "b", From: electorate.Selector{Users: []string{"dan"}}},
	}
	to := electorate.Selector{Users: []string{"Bob", "ann"}, Groups: []string{"ops"}, Except: []string{"ann", "eve"}}
	added := electorate.Change{Rule: "a", To: to}.Apply(rules)
	require.Equal(t, electorate.Selector{Users: []string{"ann", "Bob"}, Groups: []string{"ops"}, Except: []string{"cat", "eve"}},
		added[0].From)
	require.Equal(t, rules[1], added[1], "a rule of another name")
	replaced := electorate.Change{To: to, Replace: true}.Apply(rules)
	require.Equal(t, to, replaced[0].From)
	require.Equal(t, to, replaced[1].From, "an empty name changes all rules")
	require.Equal(t, []string{"ann"}, rules[0].From.Users, "the rules that were given are not changed")
}

func anyone(string) bool { return true }

func TestForecast(t *testing.T) {
	t.Parallel()
	ann := electorate.Selector{Users: []string{"ann"}}
	for name, c := range map[string]struct {
		rules      []electorate.Rule
		later      []electorate.Change
		ballots    []electorate.Ballot
		need, most int
		short      bool
	}{
		"two approvals of one person": {rules: []electorate.Rule{{Need: 2, From: ann}}, need: 2, most: 1, short: true},
		"an escalation lets others in": {
			rules: []electorate.Rule{{Need: 2, From: ann}},
			later: []electorate.Change{{To: electorate.Selector{Users: []string{"bob"}}}}, need: 2, most: 1,
		},
		"a group of unknown members": {rules: []electorate.Rule{{Need: 2, From: electorate.Selector{Groups: []string{"g"}}}}},
		"all of a group unknown members": {
			rules: []electorate.Rule{{All: true, From: electorate.Selector{Groups: []string{"g"}}}},
			need:  1 << 20, short: true,
		},
		"a final rejection": {rules: []electorate.Rule{{Need: 1, From: ann}}, ballots: []electorate.Ballot{{
			Person:  "ann",
			IsFinal: true,
		}}, need: 1, short: true},
		"a rejection that may change": {
			rules: []electorate.Rule{{Need: 1, From: ann}}, ballots: []electorate.Ballot{{Person: "ann"}},
			need: 1, most: 1,
		},
		"an approval of a known person counts once": {
			rules: []electorate.Rule{{Need: 2, From: ann}}, ballots: []electorate.Ballot{{Person: "ann", Approves: true, Rules: 1}}, need: 2,
			most: 1, short: true,
		},
		"an approval of a person who may not decide any more": {
			rules: []electorate.Rule{{Need: 2, From: ann}}, ballots: []electorate.Ballot{{Person: "zoe", Approves: true, Rules: 1}}, need: 2,
			most: 2,
		},
	} {
		f := electorate.NewForecast(c.rules, c.later, electorate.New(c.rules, nil), anyone)
		need, most, short := f.IsShort(c.ballots)
		require.Equal(t, []any{c.need, c.most, c.short}, []any{need, most, short}, name)
	}
}

func TestTogetherNeedsAnotherPersonForEachStage(t *testing.T) {
	t.Parallel()
	stage := func(skipped bool, rules ...electorate.Rule) electorate.Stage {
		f := electorate.NewForecast(rules, nil, electorate.New(rules, nil), anyone)
		return electorate.Stage{Forecast: f, Rules: rules, Skipped: skipped}
	}
	ann := electorate.Rule{Need: 1, From: electorate.Selector{Users: []string{"ann"}}}
	both := electorate.Rule{All: true, From: electorate.Selector{Users: []string{"ann", "bob"}}}
	need, most := electorate.Together([]electorate.Stage{stage(false, ann), stage(false, ann)})
	require.Equal(t, []int{2, 1}, []int{need, most})
	need, most = electorate.Together([]electorate.Stage{stage(false, ann), stage(false, both)})
	require.Equal(t, []int{2, 2}, []int{need, most}, "a rule that needs all needs those who are left")
	need, most = electorate.Together([]electorate.Stage{stage(false, ann), stage(true, ann)})
	require.Equal(t, []int{1, 1}, []int{need, most}, "a stage that passes on a timeout")
}
