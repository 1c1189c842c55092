package analysis_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

func users(ids ...string) policy.Selector          { return policy.Selector{Users: ids} }
func groups(all ...string) policy.Selector         { return policy.Selector{Groups: all} }
func need(n int, from policy.Selector) policy.Rule { return policy.Rule{Need: n, From: from} }
func stage(rules ...policy.Rule) policy.Stage      { return policy.Stage{Rules: rules} }
func approve(id string) analysis.Vote              { return analysis.Vote{Actor: id, Choice: policy.ChoiceApprove} }

func reject(id string) analysis.Vote { return analysis.Vote{Actor: id, Choice: policy.ChoiceReject} }

func person(id string, groups ...string) policy.Actor { return policy.Actor{ID: id, Groups: groups} }

func TestTeams(t *testing.T) {
	t.Parallel()
	money, law := groups("finance"), groups("legal")
	people := []policy.Actor{person("ann", "finance", "legal"), person("bob", "finance"), person("eve", "finance"), person("zoe", "legal")}
	repeat := policy.Stages(stage(need(1, money)), stage(need(1, law)))
	repeat.AllowRepeat = true
	escalated := policy.AnyOf("ann")
	escalated.Stages[0].Escalations = []policy.Escalation{{After: time.Hour, To: users("boss")}}
	for name, c := range map[string]struct {
		policy policy.Policy
		o      analysis.Options
		want   []string
	}{
		"members of an unknown group": {policy: policy.Quorum(2, "finance"), want: []string{"2 members of finance"}},
		"two unknown groups": {
			policy: policy.Stages(stage(need(1, money), need(2, law))),
			want:   []string{"1 member of finance and 2 members of legal"},
		},
		"one of some": {policy: policy.AnyOf("ann", "bob"), want: []string{"one of ann, bob"}},
		"all of some": {policy: policy.AllOf("ann", "bob", "eve"), o: analysis.Options{Requester: "eve"}, want: []string{"ann and bob"}},
		"a person in two groups counts once": {
			policy: policy.Stages(stage(need(1, money), need(1, law))), o: analysis.Options{People: people},
			want: []string{"ann and one of bob, eve", "ann and zoe", "one of bob, eve and zoe"},
		},
		"one person approves one stage": {
			policy: policy.Stages(stage(need(1, money)), stage(need(1, law))), o: analysis.Options{People: people, Requester: "bob"},
			want: []string{"ann and eve", "ann and zoe", "eve and zoe"},
		},
		"one person approves two stages": {
			policy: repeat, o: analysis.Options{People: people, Requester: "bob"}, want: []string{"ann", "eve and zoe"},
		},
		"before an escalation": {policy: escalated, want: []string{"ann"}},
		"after an escalation":  {policy: escalated, o: analysis.Options{Waited: time.Hour}, want: []string{"one of ann, boss"}},
		"after an approval": {
			policy: policy.AllOf("ann", "bob", "eve"), o: analysis.Options{Votes: []analysis.Vote{approve("eve")}}, want: []string{"ann and bob"},
		},
		"no one is left": {
			policy: policy.Quorum(1, "finance"), o: analysis.Options{People: people[3:]},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := analysis.Simulate(c.policy, c.o)
			require.NoError(t, err)
			require.Equal(t, policy.StateOpen, got.State)
			var teams []string
			for _, team := range got.Teams {
				teams = append(teams, team.String())
			}
			require.Equal(t, c.want, teams)
		})
	}
}

func TestSimulateVotes(t *testing.T) {
	t.Parallel()
	p := policy.Stages(stage(need(1, users("ann", "eve"))), stage(need(1, groups("legal"))))
	p.RejectReasons = []string{"price"}
	o := analysis.Options{
		Requester: "eve", People: []policy.Actor{person("zoe", "legal"), person("max", "sales")},
		Votes: []analysis.Vote{approve("eve"), approve("max"), approve("ann"), reject("zoe")},
	}
	got, err := analysis.Simulate(p, o)
	require.NoError(t, err)
	require.Equal(t, policy.StateRejected, got.State)
	require.Contains(t, got.Votes[0].Refused, "the requester cannot decide")
	require.Contains(t, got.Votes[1].Refused, "the actor is not among those who may decide now")
	require.Equal(t, analysis.Counted{Vote: approve("ann"), State: policy.StateOpen, Stage: 1}, got.Votes[2])
	require.Equal(t, analysis.Counted{Vote: reject("zoe"), State: policy.StateRejected, Stage: 1}, got.Votes[3])
	require.Empty(t, got.People)

	o.Votes = o.Votes[2:3]
	got, err = analysis.Simulate(p, o)
	require.NoError(t, err)
	require.Equal(t, analysis.Person{ID: "zoe", MayApprove: true, CountsFor: []string{"1 member of legal"}}, got.People[0])
	require.Len(t, got.People, 2)
	require.Equal(t, "max", got.People[1].ID)
	require.Contains(t, got.People[1].Why, "the actor is not among those who may decide now; ask one of them: a member of legal")
}

func TestSimulateAnAutomaticApproval(t *testing.T) {
	t.Parallel()
	got, err := analysis.Simulate(policy.Policy{AutoApprove: "small"}, analysis.Options{})
	require.NoError(t, err)
	require.Equal(t, analysis.Result{State: policy.StateApproved, Explanation: "small"}, got)
}

func TestSimulateRefusesAPolicyWithProblems(t *testing.T) {
	t.Parallel()
	_, err := analysis.Simulate(policy.AllOf("eve"), analysis.Options{Requester: "eve"})
	require.ErrorContains(t, err, "1 approvals are needed, each of another person, and at most 0 are possible")
}

func TestNamesInOneCase(t *testing.T) {
	t.Parallel()
	p := policy.AnyOf("Ann", "bob")
	p.FoldCase = true
	got, err := analysis.Simulate(p, analysis.Options{Requester: "BOB", GroupMembers: policy.GroupMembers{"HR": {"Joe"}}})
	require.NoError(t, err)
	require.Equal(t, "ann", got.Teams[0].String())
}

// The largest policies have more groups than a simulation lists, and it says so.
func TestSimulationsAreBounded(t *testing.T) {
	t.Parallel()
	var rules []policy.Rule
	var people []policy.Actor
	for _, g := range []string{"a", "b", "c", "d", "e", "f"} {
		rules = append(rules, need(20, groups(g)))
	}
	for i := range 2000 {
		one := policy.Actor{ID: "p" + string(rune('a'+i%26)) + string(rune('a'+i/26%26)) + string(rune('a'+i/676))}
		for bit, g := range []string{"a", "b", "c", "d", "e", "f"} {
			if (i+1)>>bit&1 == 1 {
				one.Groups = append(one.Groups, g)
			}
		}
		people = append(people, one)
	}
	got, err := analysis.Simulate(policy.Stages(stage(rules...), stage(rules...)), analysis.Options{People: people})
	require.NoError(t, err)
	require.True(t, got.IsPartial)
	require.NotEmpty(t, got.Teams)
	require.Equal(t, 240, got.Teams[0].Size())
}
