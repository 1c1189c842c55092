package approval_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The gate of a workflow of its own is closed, and its timers are left to the end of
// the run: when they fire in that task, they have nothing to do.
func TestTimersThatFireAsTheLastGateCloses(t *testing.T) {
	t.Parallel()
	p := policy.Quorum(1, "finance").Within(time.Hour)
	for name, order := range map[string]string{"after the deciding vote": "a|", "and another vote follows": "a|b", "before it": "|a"} {
		for how, ties := range map[string]signals.DeadlinePolicy{"lenient": signals.DeadlineAcceptLate, "exact": signals.DeadlineHistoryOrder} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "ask", historytest.JSON(t, wire{"ID": "expense", "Requester": "eve", "Policy": p, "Subject": "report 7"}))
				timer := h.SideEffect(opening(t, p, termsOf(ties))).TimerStarted(time.Hour)
				h.Pass(2 * time.Hour)
				for _, event := range order {
					if event == '|' {
						h.TimerFired(timer)
						continue
					}
					h.Signal(protocol.SignalVote, historytest.JSON(t, by(string(event), string(event), "finance", policy.ChoiceApprove)))
				}
				h.Task()
				var got struct{ State policy.State }
				h.Result(&got, approval.NewWorkflow(approval.Options{DeadlinePolicy: ties}), signals.NewInterceptor())
				require.True(t, got.State == policy.StateApproved || order == "|a" && ties == signals.DeadlineHistoryOrder, got.State)
			})
		}
	}
}

// Votes that do not count, before and after a reminder that no one saw, leave the
// order of all others as it is.
func TestRefusedVotesAroundAReminderThatNobodySaw(t *testing.T) {
	t.Parallel()
	one := stage("one", 1, "finance", time.Hour)
	one.OnTimeout, one.Reminders = policy.ApproveOnTimeout, []time.Duration{30 * time.Minute}
	two := stage("two", 1, "board", 0)
	two.Deadline = policy.NoDeadline
	p := policy.Stages(one, two)
	for how, ties := range map[string]signals.DeadlinePolicy{"lenient": signals.DeadlineAcceptLate, "exact": signals.DeadlineHistoryOrder} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "ask").SideEffect(opening(t, p, termsOf(ties)))
			deadline, alarm := h.TimerStarted(time.Hour), h.TimerStarted(30*time.Minute)
			send := func(id, who, group string) {
				h.Signal(protocol.SignalVote, historytest.JSON(t, by(id, who, group, policy.ChoiceApprove)))
			}
			send("1", "mallory", "sales")
			h.Pass(30 * time.Minute).TimerFired(alarm)
			send("2", "mallory", "sales")
			h.Pass(30 * time.Minute).TimerFired(deadline)
			send("3", "mallory", "sales")
			send("4", "bea", "board")
			h.Task()
			var got outcome
			h.Result(&got, tied(ties, p), signals.NewInterceptor())
			require.Equal(t, policy.StateApproved, got.State)
		})
	}
}

// A deadline that was made shorter than a step of the ladder ends the stage before
// that step, also when no worker runs at either, in the next run.
func TestAStepOfTheLadderBehindAShorterDeadline(t *testing.T) {
	t.Parallel()
	legal := policy.Rule{Name: "legal", Need: 1, From: policy.Selector{Groups: []string{"legal"}}}
	finance := policy.Rule{Name: "finance", Need: 1, From: policy.Selector{Groups: []string{"finance"}}}
	p := policy.Stages(policy.Stage{
		Rules: []policy.Rule{legal, finance}, Deadline: 10 * time.Hour,
		Escalations: []policy.Escalation{{After: 5 * time.Hour, Rule: "legal", To: finance.From}},
	})
	p.AllowRepeat = true
	ask := func(carried approval.ContinueState) func(workflow.Context) (outcome, error) {
		return func(ctx workflow.Context) (outcome, error) {
			gates, err := approval.NewGates(ctx, approval.Options{ContinueState: carried})
			if err != nil {
				return outcome{}, err
			}
			q := approval.Request[string]{ID: "expense", Subject: "report 7", Requester: "eve", Policy: p}
			managed(&q)
			pending, err := approval.Open(ctx, gates, q)
			if err != nil || len(carried.Gates) > 0 {
				if err != nil {
					return outcome{}, err
				}
				return pending.Get(ctx)
			}
			if err := workflow.Sleep(ctx, time.Hour); err != nil {
				return outcome{}, err
			}
			next, ok := gates.ContinueState(ctx)
			if !ok {
				return outcome{}, fmt.Errorf("it cannot be carried")
			}
			return outcome{}, workflow.NewContinueAsNewError(ctx, "ask", next)
		}
	}
	h := historytest.New(t, "ask")
	r := newRun(t)
	r.SetStartTime(h.Now().Add(-time.Hour))
	for i, who := range []string{"ann", "bob"} { // both may approve for finance only
		r.update(time.Minute, by(fmt.Sprint(i), who, "finance", policy.ChoiceApprove))
	}
	r.manage(2*time.Minute, change("1", "max", approvalclient.ChangeShorten).with("by", "6h"))
	r.ExecuteWorkflow(ask(approval.ContinueState{}))
	require.Empty(t, r.errs)
	carried := handedOn(t, r)
	deadline := h.TimerStarted(3 * time.Hour) // nothing is due before it, so there is no other timer
	h.Pass(3 * time.Hour).TimerFired(deadline).Pass(time.Hour).Task()
	var got outcome
	h.Result(&got, ask(carried), signals.NewInterceptor())
	require.Equal(t, policy.StateExpired, got.State)
}

// handedOn is what a run that has continued as new gives to the next one.
func handedOn(t *testing.T, r *run) approval.ContinueState {
	t.Helper()
	var asNew *workflow.ContinueAsNewError
	require.ErrorAs(t, r.GetWorkflowError(), &asNew)
	var carried approval.ContinueState
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(asNew.Input, &carried))
	return carried
}
