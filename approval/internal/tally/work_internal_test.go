package tally

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// The limits of a policy.
const (
	rulesOfStage = 20
	escalations  = 20
)

// largest returns a gate at the documented limits: final votes, 20 rules that overlap, 20
// escalations, and 10 groups of 500 known members. Each rule but the last takes half of
// the groups, so people have to be moved for others.
func largest(t testing.TB) *Tally {
	const groups, people = 10, 500
	members := policy.GroupMembers{}
	for i := range groups {
		for j := range people {
			members[fmt.Sprint("g", i)] = append(members[fmt.Sprint("g", i)], fmt.Sprint("p", (i*people/2+j)%(2*people)))
		}
	}
	stage := policy.Stage{RejectThreshold: policy.MaxVotes + 1, Rules: make([]policy.Rule, rulesOfStage)}
	for i := range stage.Rules {
		stage.Rules[i] = policy.Rule{Name: fmt.Sprint("r", i), Need: 25}
		for j := range groups / 2 {
			stage.Rules[i].From.Groups = append(stage.Rules[i].From.Groups, fmt.Sprint("g", (i+j)%groups))
		}
	}
	few := &stage.Rules[rulesOfStage-1].From // only the last escalation adds enough people
	*few = policy.Selector{}
	for i := range 24 {
		few.Users = append(few.Users, fmt.Sprint("u", i))
	}
	for i := range escalations {
		stage.Escalations = append(stage.Escalations, policy.Escalation{
			After: time.Duration(i+1) * time.Hour, Rule: fmt.Sprint("r", i), To: policy.Selector{Groups: []string{fmt.Sprint("g", i%groups)}},
		})
	}
	p := policy.Stages(stage)
	p.FinalVotes = true
	gate, err := New(p, Options{Requester: "eve", GroupMembers: members})
	require.NoError(t, err)
	return gate
}

func ballot(i int) Vote {
	v := Vote{Actor: policy.Actor{ID: fmt.Sprint("p", i), Auth: "test"}, Choice: policy.ChoiceApprove}
	if i%10 == 0 {
		v.Choice = policy.ChoiceReject // every tenth is lost
	}
	return v
}

// Candidates are computed once for each escalation, and each vote looks at each person a
// few times at most. So a vote at the largest gate takes less than a millisecond.
func TestWorkOfAVote(t *testing.T) {
	t.Parallel()
	gate := largest(t)
	forecast, most := gate.currentForecast(), 0
	people := forecast.People()
	for i := range policy.MaxVotes - 1 {
		before := forecast.Work
		_, err := gate.Apply(ballot(i), time.Time{})
		require.NoError(t, err)
		require.Same(t, forecast, gate.currentForecast(), "the forecast is computed once")
		most = max(most, forecast.Work-before)
	}
	require.Equal(t, policy.StateOpen, gate.State())
	require.Positive(t, most)
	require.LessOrEqual(t, most, 2*people*(escalations+1))
}

func BenchmarkLargestGate(b *testing.B) {
	gate, n := largest(b), 0
	b.ReportAllocs()
	for b.Loop() {
		if n == policy.MaxVotes-1 {
			b.StopTimer()
			gate, n = largest(b), 0
			b.StartTimer()
		}
		if _, err := gate.Apply(ballot(n), time.Time{}); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// BenchmarkTally counts 500 votes with 20 rules.
func BenchmarkTally(b *testing.B) {
	var stage policy.Stage
	for i := range rulesOfStage {
		stage.Rules = append(stage.Rules, policy.Rule{Need: 25, From: policy.Selector{Groups: []string{"g", fmt.Sprint("g", i)}}})
	}
	for b.Loop() {
		gate, err := New(policy.Stages(stage), Options{Requester: "eve"})
		if err != nil {
			b.Fatal(err)
		}
		for i := range policy.MaxVotes {
			v := Vote{Actor: policy.Actor{ID: fmt.Sprint(i), Groups: []string{"g"}, Auth: "test"}, Choice: policy.ChoiceApprove}
			if _, err := gate.Apply(v, time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
		if gate.State() != policy.StateApproved {
			b.Fatal(gate.Missing())
		}
	}
}

// BenchmarkLint checks a policy with 5000 members of groups.
func BenchmarkLint(b *testing.B) {
	const all = 5000
	members := policy.GroupMembers{}
	var stage policy.Stage
	for i := range 5 {
		group := fmt.Sprint("g", i)
		for j := range all / 5 {
			members[group] = append(members[group], fmt.Sprint("a", i*200+j))
		}
		stage.Rules = append(stage.Rules, policy.Rule{Need: 100, From: policy.Selector{Groups: []string{group}}})
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := policy.Lint(policy.Stages(stage), policy.LintOptions{Requester: "a1", GroupMembers: members}); err != nil {
			b.Fatal(err)
		}
	}
}
