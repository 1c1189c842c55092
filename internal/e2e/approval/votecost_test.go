package approval_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// reminding is one stage with a deadline and two reminders.
func reminding(need int) Case {
	minutes := func(n int) time.Duration { return time.Duration(time.Duration(n) * time.Minute) }
	return Case{Policy: policy.Stages(policy.Stage{
		Deadline: minutes(60), Reminders: []time.Duration{minutes(50), minutes(10)},
		Rules: []policy.Rule{{Need: need, From: policy.Selector{Groups: []string{"finance"}}}},
	})}
}

// What a gate with a deadline and two reminders costs when people are quick.
func TestCostOfReminders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signal, goesOn bool
		events         int64
	}{
		"update, and the run ends": {false, false, 15},
		"update":                   {false, true, 14},
		"signal, and the run ends": {true, false, 14},
		"signal":                   {true, true, 13},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			id := fmt.Sprintf("cost-reminders-%v-%v", c.signal, c.goesOn)
			e2etest.StartProcess(t, id)
			gate := reminding(1)
			gate.GoesOn = c.goesOn
			run := start(t, id, Gate, gate)
			e2etest.WaitForEvents(t, temporal, run, started, 2)
			if c.signal {
				require.NoError(t, signalVote(t, run, "ann"))
			} else {
				_, err := vote(t, run, "ann", time.Minute)
				require.NoError(t, err)
			}
			events := e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_TIMER_CANCELED, 2)
			if !c.goesOn {
				require.NoError(t, run.Get(t.Context(), nil))
			}
			require.Equal(t, 2, e2etest.CountEvents(events, started), "one timer for the deadline, one for what is next")
			require.Equal(t, 2, e2etest.CountEvents(events, taskCompleted))
			require.Equal(t, c.events, length(t, run))
		})
	}
}

// TestCostOfSentReminders counts the events of reminders that are sent, without notices.
func TestCostOfSentReminders(t *testing.T) {
	t.Parallel()
	e2etest.StartProcess(t, "cost-sent")
	gate := Case{Policy: policy.AnyOf("ann").Within(policy.NoDeadline), GoesOn: true}
	gate.Policy.Stages[0].RemindAfter = []time.Duration{2 * time.Second, 4 * time.Second}
	run := start(t, "cost-sent", Gate, gate)
	var lengths []int64
	for sent := range 3 { // a task has ended after each timer that fired
		events := e2etest.WaitForEvents(t, temporal, run, taskCompleted, sent+1)
		require.Equal(t, sent, e2etest.CountEvents(events, enumspb.EVENT_TYPE_TIMER_FIRED))
		lengths = append(lengths, length(t, run))
	}
	require.EqualValues(t, 5, lengths[1]-lengths[0], "the timer, the task, the next timer")
	require.EqualValues(t, 4, lengths[2]-lengths[1], "the timer, the task")
}

// Each further vote by update is a workflow task and the update's two events; one
// that is refused is nothing.
func TestCostOfFurtherVotes(t *testing.T) {
	t.Parallel()
	e2etest.StartProcess(t, "cost-further")
	gate := reminding(3)
	gate.GoesOn = true
	run := start(t, "cost-further", Gate, gate)
	e2etest.WaitForEvents(t, temporal, run, started, 2)
	_, err := vote(t, run, "ann", time.Minute)
	require.NoError(t, err)
	before := length(t, run)
	_, err = vote(t, run, "bob", time.Minute)
	require.NoError(t, err)
	require.LessOrEqual(t, length(t, run)-before, int64(5))

	before = length(t, run)
	_, err = vote(t, run, "eve", time.Minute)
	require.Equal(t, approval.ReasonSelfApproval, reasonOf(err), "%v", err)
	require.Equal(t, before, length(t, run), "a refused vote leaves nothing in history")
}

// Sixty-four people vote at once. The server admits few updates of a run at a
// time; no one has to try again.
func TestManyVotersAtOnce(t *testing.T) {
	t.Parallel()
	const voters = 64
	e2etest.StartProcess(t, "voters")
	run := start(t, "voters", Gate, Case{Policy: policy.Quorum(voters, "finance"), Deadline: 100 * time.Second})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	var all sync.WaitGroup
	errs := make([]error, voters)
	people := newPeople(t, temporal, approvalclient.Options{})
	for i := range voters {
		all.Go(func() {
			_, errs[i] = people.Decide(t.Context(), approvalclient.Ref{WorkflowID: run.GetID()}, gateID, approvalclient.Vote{
				ID: "1", Actor: policy.Actor{ID: fmt.Sprintf("voter-%d", i), Groups: []string{"finance"}, Auth: "test"}, Choice: policy.ChoiceApprove,
			})
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	var state policy.State // a vote whose update was not answered in time is on its way as a signal
	require.NoError(t, run.Get(t.Context(), &state))
	require.Equal(t, policy.StateApproved, state, "all of them count")
}
