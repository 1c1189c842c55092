package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// An escalation by which votes that were given become enough ends the stage
// there and then.
func TestEscalationDecides(t *testing.T) {
	t.Parallel()
	legal := policy.Rule{Name: "legal", Need: 1, From: policy.Selector{Groups: []string{"legal"}}}
	finance := policy.Rule{Name: "finance", Need: 1, From: policy.Selector{Groups: []string{"finance"}}}
	first := policy.Stage{
		Rules: []policy.Rule{legal, finance}, Deadline: 2 * time.Hour,
		Escalations: []policy.Escalation{{After: time.Hour, Rule: "legal", To: finance.From}},
	}
	for name, c := range map[string]struct {
		stages []policy.Stage
		closed time.Duration
	}{
		"the only stage":               {[]policy.Stage{first}, time.Hour},
		"and the next begins and ends": {[]policy.Stage{first, stage("board", 1, "board", time.Hour)}, 70 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.update(10*time.Minute, by("1", "ann", "finance", policy.ChoiceApprove))
			r.update(20*time.Minute, by("2", "dan", "finance", policy.ChoiceApprove))
			if len(c.stages) > 1 {
				r.update(70*time.Minute, by("3", "bea", "board", policy.ChoiceApprove))
			}
			r.ExecuteWorkflow(lingeringOver(asking(policy.Stages(c.stages...))))
			require.Equal(t, policy.StateApproved, r.outcome().State)
			require.Equal(t, c.closed, r.outcome().Closed.Sub(r.status().Gates[0].Opened))
			require.Empty(t, r.refusals)
		})
	}
}

// Who manages is told by the roster, where that knows the group.
func TestManagersOfTheRoster(t *testing.T) {
	t.Parallel()
	for who, want := range map[string]policy.State{"max": policy.StateWithdrawn, "ann": policy.StateExpired} {
		r := newRun(t)
		r.manage(30*time.Minute, change("1", who, approvalclient.ChangeWithdraw)) // says to be in ops
		r.ExecuteWorkflow(lingeringOver(asking(hourOf(policy.Quorum(1, "finance")), managed, func(q *approval.Request[string]) {
			q.Roster = policy.GroupMembers{"ops": {"max"}}
		})))
		require.Equal(t, want, r.outcome().State, who)
	}
}

// An escalation fires while no worker is there, and lets a person vote who does:
// both reach the worker in one workflow task.
func TestVotesAfterAnEscalationThatNobodySaw(t *testing.T) {
	t.Parallel()
	s := stage("finance", 1, "finance", 3*time.Hour)
	s.Reminders = []time.Duration{150 * time.Minute}
	s.Escalations = []policy.Escalation{{After: time.Hour, To: policy.Selector{Groups: []string{"board"}}, Replace: true}}
	for name, c := range map[string]struct {
		order string // b: bea of the board approves; a: ann of finance does; |: the alarm fires
		ties  signals.DeadlinePolicy
		want  policy.State
	}{
		"lenient: after":             {"|b", signals.DeadlineAcceptLate, policy.StateApproved},
		"lenient: before":            {"b|", signals.DeadlineAcceptLate, policy.StateApproved},
		"exact: after":               {"|b", signals.DeadlineHistoryOrder, policy.StateApproved},
		"exact: before":              {"b|", signals.DeadlineHistoryOrder, policy.StateExpired},
		"lenient: who was replaced":  {"a|", signals.DeadlineAcceptLate, policy.StateApproved},
		"exact: who was replaced":    {"a|", signals.DeadlineHistoryOrder, policy.StateApproved},
		"lenient: the alarm is late": {"|", signals.DeadlineAcceptLate, policy.StateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "ask").SideEffect(opening(t, policy.Stages(s), termsOf(c.ties)))
			deadline := h.TimerStarted(3 * time.Hour)
			alarm := h.TimerStarted(30 * time.Minute)
			h.Pass(30 * time.Minute).TimerFired(alarm).Task()
			alarm = h.TimerStarted(30 * time.Minute)
			h.Pass(time.Hour)
			for _, event := range c.order {
				switch event {
				case '|':
					h.TimerFired(alarm)
				case 'a':
					h.Signal(protocol.SignalVote, historytest.JSON(t, by("1", "ann", "finance", policy.ChoiceApprove)))
				default:
					h.Signal(protocol.SignalVote, historytest.JSON(t, by("1", "bea", "board", policy.ChoiceApprove)))
				}
			}
			h.Task()
			if c.want == policy.StateExpired {
				h.Pass(2 * time.Hour).TimerFired(deadline).Task()
			} else {
				h.TimerCanceled(deadline)
			}
			var got outcome
			h.Result(&got, func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: c.ties})
				if err != nil {
					return outcome{}, err
				}
				return approval.Await(ctx, gates, approval.Request[string]{ID: "expense", Requester: "eve", Policy: policy.Stages(s)})
			}, signals.NewInterceptor())
			require.Equal(t, c.want, got.State)
		})
	}
}
