package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The worker was down across the deadline: votes by signal and the timer reach
// it in one workflow task, in the order in which history recorded them.
func TestTiesAfterDowntime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		order string // a, b: ann, bob approve; n: cid rejects; x: garbage; |: the timer fires
		ties  signals.DeadlinePolicy
		want  policy.State
	}{
		"lenient: both before":                       {"ab|", signals.DeadlineAcceptLate, policy.StateApproved},
		"lenient: one before, one after":             {"a|b", signals.DeadlineAcceptLate, policy.StateApproved},
		"lenient: both after":                        {"|ab", signals.DeadlineAcceptLate, policy.StateApproved},
		"lenient: not enough":                        {"a|", signals.DeadlineAcceptLate, policy.StateExpired},
		"exact: both before":                         {"ab|", signals.DeadlineHistoryOrder, policy.StateApproved},
		"exact: one before, one after":               {"a|b", signals.DeadlineHistoryOrder, policy.StateExpired},
		"exact: both after":                          {"|ab", signals.DeadlineHistoryOrder, policy.StateExpired},
		"exact: a repetition after it is no mistake": {"aba|a", signals.DeadlineHistoryOrder, policy.StateApproved},
		"exact: a rejection after changes nothing":   {"ab|n", signals.DeadlineHistoryOrder, policy.StateApproved},
		"exact: a rejection before":                  {"an|b", signals.DeadlineHistoryOrder, policy.StateRejected},
		"exact: garbage does not shift the order":    {"xaxb|x", signals.DeadlineHistoryOrder, policy.StateApproved},
		"exact: garbage before, the vote after":      {"xax|b", signals.DeadlineHistoryOrder, policy.StateExpired},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "ask").SideEffect(opening(t, request().Policy, termsOf(c.ties)))
			timer := h.TimerStarted(time.Hour)
			h.Pass(2 * time.Hour)
			for _, event := range c.order {
				switch event {
				case '|':
					h.TimerFired(timer)
				case 'x':
					h.Signal(protocol.SignalVote, historytest.Raw("json/plain", []byte(`{"v":`)))
				case 'n':
					h.Signal(protocol.SignalVote, historytest.JSON(t, vote("n", "cid", policy.ChoiceReject)))
				default:
					who := map[rune]string{'a': "ann", 'b': "bob"}[event]
					h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", who, policy.ChoiceApprove)))
				}
			}
			h.Task()
			var got outcome
			h.Result(&got, ask(c.ties), signals.NewInterceptor())
			require.Equal(t, c.want, got.State)
		})
	}
}

// The update was counted in time; its fallback signal is recorded too late.
func TestALateRepetitionIsNoDeadLetter(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.signal(61*time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.signal(61*time.Minute, vote("2", "bob", policy.ChoiceApprove))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		o, err := ask(signals.DeadlineHistoryOrder)(ctx)
		if err != nil {
			return o, err
		}
		return o, workflow.Sleep(ctx, time.Hour)
	})
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.Equal(t, 1, r.status().DeadLetters.Count, "bob's")
}

// Without a deadline nothing is late.
func TestExactWithoutADeadline(t *testing.T) {
	t.Parallel()
	r := newRun(t, signals.NewInterceptor())
	r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.signal(1000*time.Hour, vote("2", "bob", policy.ChoiceApprove))
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
		if err != nil {
			return outcome{}, err
		}
		req := request()
		req.Policy = req.Policy.Within(policy.NoDeadline)
		return approval.Await(ctx, gates, req)
	})
	require.Equal(t, policy.StateApproved, r.outcome().State)
}

func TestExactNeedsTheInterceptor(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "ask").Signal("unrelated", historytest.JSON(t, 1)).Task()
	require.ErrorContains(t, h.Replay(ask(signals.DeadlineHistoryOrder)), "signals.NewInterceptor()")
}

// One gate, one deadline, two votes in workflow tasks of their own.
func TestCommands(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "ask").SideEffect(opening(t, request().Policy, nil))
	timer := h.TimerStarted(time.Hour)
	h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceApprove))).Task()
	h.Signal(protocol.SignalVote, historytest.JSON(t, vote("2", "bob", policy.ChoiceApprove))).Task()
	h.TimerCanceled(timer)
	var got outcome
	h.Result(&got, ask(signals.DeadlineAcceptLate))
	require.Equal(t, policy.StateApproved, got.State)
	require.Equal(t, 16, h.Events(), "the opening, one timer, its end, two signals, three workflow tasks, start and end: nothing of ours "+
		"besides")
}
