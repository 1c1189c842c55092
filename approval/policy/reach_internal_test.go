package policy

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// largest is a gate at the limits that are documented: final votes, 20 rules that
// overlap, a ladder of 20 steps, and a roster of 500 people in each of 10 groups. Each
// rule but one takes half of the groups, so that people have to be moved for others.
func largest(t testing.TB) *Tally {
	const groups, people = 10, 500
	roster := GroupMembers{}
	for i := range groups {
		for j := range people {
			roster[fmt.Sprint("g", i)] = append(roster[fmt.Sprint("g", i)], fmt.Sprint("p", (i*people/2+j)%(2*people)))
		}
	}
	stage := Stage{RejectThreshold: MaxVotes + 1, Rules: make([]Rule, maxRules)}
	for i := range stage.Rules {
		stage.Rules[i] = Rule{Name: fmt.Sprint("r", i), Need: 25}
		for j := range groups / 2 {
			stage.Rules[i].From.Groups = append(stage.Rules[i].From.Groups, fmt.Sprint("g", (i+j)%groups))
		}
	}
	few := &stage.Rules[maxRules-1].From // only the last step of the ladder lets enough others in
	*few = Selector{}
	for i := range 24 {
		few.Users = append(few.Users, fmt.Sprint("u", i))
	}
	for i := range maxSteps {
		e := Escalation{After: Duration(i+1) * Duration(time.Hour), Rule: fmt.Sprint("r", i), To: Selector{Groups: []string{fmt.Sprint("g", i%groups)}}}
		stage.Escalations = append(stage.Escalations, e)
	}
	p := Stages(stage)
	p.FinalVotes = true
	tally, err := NewTally(p, TallyOptions{Requester: "eve", GroupMembers: roster})
	require.NoError(t, err)
	return tally
}

func ballot(i int) Vote {
	v := Vote{Actor: Actor{ID: fmt.Sprint("p", i), Auth: "test"}, Choice: ChoiceApprove}
	if i%10 == 0 {
		v.Choice = ChoiceReject // every tenth is lost
	}
	return v
}

// Who could approve is looked up once for each step of the ladder, and each vote looks
// at each person a few times at most: so a vote at the largest gate there can be takes
// less than a millisecond.
func TestWorkOfAVote(t *testing.T) {
	t.Parallel()
	tally := largest(t)
	horizon, most := tally.horizon(), 0
	people := len(horizon.people)
	for i := range MaxVotes - 1 {
		before := horizon.work
		_, err := tally.Apply(ballot(i), time.Time{})
		require.NoError(t, err)
		require.Same(t, horizon, tally.horizon(), "nothing is looked up again")
		most = max(most, horizon.work-before)
	}
	require.Equal(t, StateOpen, tally.State())
	require.Positive(t, most)
	require.LessOrEqual(t, most, 2*people*(maxSteps+1))
}

// People who must be moved for others do not make it slow either: here each comes to
// the rule that those before have taken.
func TestWorkOfMovingPeople(t *testing.T) {
	t.Parallel()
	const rules, seats = maxAllRules, 8
	var may []ruleSet
	for i := range rules * seats {
		may = append(may, ruleBit(i/seats)|ruleBit((i/seats+1)%rules))
	}
	for range rules * seats {
		may = append(may, 1) // all of them want the first rule
	}
	places := make([]int, rules)
	for i := range places {
		places[i] = seats
	}
	got, work := matched(may, places)
	require.Equal(t, rules*seats, got)
	require.LessOrEqual(t, work, 20*len(may), "%d people", len(may))
}

// A vote at the largest gate there can be.
func BenchmarkLargestGate(b *testing.B) {
	tally, n := largest(b), 0
	b.ReportAllocs()
	for b.Loop() {
		if n == MaxVotes-1 {
			b.StopTimer()
			tally, n = largest(b), 0
			b.StartTimer()
		}
		if _, err := tally.Apply(ballot(n), time.Time{}); err != nil {
			b.Fatal(err)
		}
		n++
	}
}
