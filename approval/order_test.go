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

// tied asks with a policy and says how ties are decided.
func tied(ties signals.DeadlinePolicy, p policy.Policy) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: ties})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, approval.Request[string]{ID: "expense", Subject: "report 7", Requester: "eve", Policy: p})
	}
}

// The first stage ends by its timeout or by votes while no worker runs, and
// people vote on either stage. Each vote counts in the order of history; where
// that is not known, the vote counts if it does before or after the timer.
func TestVotesAroundTheEndOfAStage(t *testing.T) {
	t.Parallel()
	one := stage("one", 1, "finance", time.Hour)
	one.OnTimeout = policy.ApproveOnTimeout
	two := stage("two", 1, "board", 0)
	two.Deadline = policy.NoDeadline // so that a vote that counts leaves no further event
	p := policy.Stages(one, two)
	const open = policy.StateOpen
	for name, c := range map[string]struct {
		order          string // f: finance approves; b: the board approves; n: finance rejects; x: the requester; |: the timer fires
		lenient, exact policy.State
	}{
		"the board, after the timeout":                      {"|b", policy.StateApproved, policy.StateApproved},
		"the board, before the timeout":                     {"b|", policy.StateApproved, open},
		"the board, after finance and the timeout":          {"f|b", policy.StateApproved, policy.StateApproved},
		"the board, between finance and the timeout":        {"fb|", policy.StateApproved, policy.StateApproved},
		"finance rejects in time":                           {"n|b", policy.StateRejected, policy.StateRejected},
		"finance rejects late, then the board approves":     {"|nb", policy.StateRejected, policy.StateApproved},
		"the board approves late, then finance rejects":     {"|bn", policy.StateApproved, policy.StateApproved},
		"a vote that never counts does not move the timer":  {"xn|", policy.StateRejected, policy.StateRejected},
		"a vote that never counts, after the timeout":       {"|xb", policy.StateApproved, policy.StateApproved},
		"finance twice, around the timeout":                 {"f|f", open, open},
		"the board twice, around the timeout":               {"b|b", policy.StateApproved, policy.StateApproved},
		"the board before, finance after":                   {"b|f", policy.StateApproved, open},
		"nothing but what does not count, and the timeout":  {"x|x", open, open},
		"finance rejects in time, behind what is too early": {"bn|", policy.StateApproved, policy.StateRejected},
	} {
		for ties, want := range map[signals.DeadlinePolicy]policy.State{
			signals.DeadlineAcceptLate:   c.lenient,
			signals.DeadlineHistoryOrder: c.exact,
		} {
			t.Run(name+", "+map[signals.DeadlinePolicy]string{signals.DeadlineAcceptLate: "lenient", signals.DeadlineHistoryOrder: "exact"}[ties],
				func(t *testing.T) {
					t.Parallel()
					h := historytest.New(t, "ask").SideEffect(opening(t, p, termsOf(ties)))
					timer := h.TimerStarted(time.Hour)
					h.Pass(2 * time.Hour)
					for i, event := range c.order {
						id := string(rune('1' + i))
						switch event {
						case '|':
							h.TimerFired(timer)
						case 'n':
							h.Signal(protocol.SignalVote, historytest.JSON(t, by(id, "nat", "finance", policy.ChoiceReject)))
						case 'f':
							h.Signal(protocol.SignalVote, historytest.JSON(t, by(id, "ann", "finance", policy.ChoiceApprove)))
						case 'b':
							h.Signal(protocol.SignalVote, historytest.JSON(t, by(id, "bea", "board", policy.ChoiceApprove)))
						default:
							h.Signal(protocol.SignalVote, historytest.JSON(t, by(id, "eve", "finance", policy.ChoiceApprove)))
						}
					}
					h.Task()
					if want == open {
						h.Pass(time.Hour).Signal(protocol.SignalVote, historytest.JSON(t, by("last", "bob", "board", policy.ChoiceReject))).Task()
						want = policy.StateRejected
					}
					var got outcome
					h.Result(&got, tied(ties, p), signals.NewInterceptor())
					require.Equal(t, want, got.State)
				})
		}
	}
}

// Two steps of a ladder are due while no worker runs: the first has a timer, and
// the second would have had one. Votes of people whom either lets in count.
func TestVotesAfterStepsOfALadderThatNobodySaw(t *testing.T) {
	t.Parallel()
	s := stage("one", 1, "finance", 4*time.Hour)
	s.Escalations = []policy.Escalation{
		{After: time.Hour, To: policy.Selector{Users: []string{"one"}}, Replace: true},
		{After: 2 * time.Hour, To: policy.Selector{Users: []string{"two"}}, Replace: true},
	}
	for name, c := range map[string]struct {
		order          string // 0, 1, 2: finance, who comes with the first step, who comes with the second; e: the alarm; |: the deadline
		lenient, exact policy.State
	}{
		"the second, after the alarm":                   {"e2", policy.StateApproved, policy.StateApproved},
		"the first, after the alarm":                    {"e1", policy.StateApproved, policy.StateApproved},
		"finance, after the alarm":                      {"e0", policy.StateApproved, policy.StateExpired},
		"finance, before the alarm":                     {"0e", policy.StateApproved, policy.StateApproved},
		"the first, before the alarm":                   {"1e", policy.StateApproved, policy.StateExpired},
		"the second, before the alarm":                  {"2e", policy.StateApproved, policy.StateExpired},
		"the second, between alarm and deadline":        {"e2|", policy.StateApproved, policy.StateApproved},
		"the second, after the deadline":                {"e|2", policy.StateApproved, policy.StateExpired},
		"the first, after the deadline":                 {"e|1", policy.StateApproved, policy.StateExpired},
		"nobody":                                        {"e|", policy.StateExpired, policy.StateExpired},
		"finance, before the alarm and the deadline":    {"0e|", policy.StateApproved, policy.StateApproved},
		"the second, after the alarm, then the first":   {"e21", policy.StateApproved, policy.StateApproved},
		"the requester, then the first, before it":      {"e31", policy.StateApproved, policy.StateApproved},
		"finance, between alarm and deadline, too late": {"e0|", policy.StateApproved, policy.StateExpired},
	} {
		for ties, want := range map[signals.DeadlinePolicy]policy.State{
			signals.DeadlineAcceptLate:   c.lenient,
			signals.DeadlineHistoryOrder: c.exact,
		} {
			t.Run(name+", "+map[signals.DeadlinePolicy]string{signals.DeadlineAcceptLate: "lenient", signals.DeadlineHistoryOrder: "exact"}[ties],
				func(t *testing.T) {
					t.Parallel()
					h := historytest.New(t, "ask").SideEffect(opening(t, policy.Stages(s), termsOf(ties)))
					deadline, alarm := h.TimerStarted(4*time.Hour), h.TimerStarted(time.Hour)
					h.Pass(3 * time.Hour)
					over := false
					for i, event := range c.order {
						who, group := map[rune]string{'0': "ann", '1': "one", '2': "two", '3': "eve"}[event], "none"
						switch event {
						case 'e':
							h.TimerFired(alarm)
							continue
						case '|':
							h.Pass(time.Hour).TimerFired(deadline)
							over = true
							continue
						case '0':
							group = "finance"
						}
						h.Signal(protocol.SignalVote, historytest.JSON(t, by(string(rune('1'+i)), who, group, policy.ChoiceApprove)))
					}
					h.Task()
					switch {
					case over:
					case want == policy.StateApproved:
						h.TimerCanceled(deadline)
					default:
						h.Pass(time.Hour).TimerFired(deadline).Task()
					}
					var got outcome
					h.Result(&got, tied(ties, policy.Stages(s)), signals.NewInterceptor())
					require.Equal(t, want, got.State)
				})
		}
	}
}

// A step of a ladder by which the votes are enough comes before the deadline, also
// when no worker ran at either.
func TestAnEscalationThatDecidesBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	legal := policy.Rule{Name: "legal", Need: 1, From: policy.Selector{Groups: []string{"legal"}}}
	finance := policy.Rule{Name: "finance", Need: 1, From: policy.Selector{Groups: []string{"finance"}}}
	p := policy.Stages(policy.Stage{
		Rules: []policy.Rule{legal, finance}, Deadline: 2 * time.Hour,
		Escalations: []policy.Escalation{{After: time.Hour, Rule: "legal", To: finance.From}},
	})
	for name, ties := range map[string]signals.DeadlinePolicy{"lenient": signals.DeadlineAcceptLate, "exact": signals.DeadlineHistoryOrder} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "ask").SideEffect(opening(t, p, termsOf(ties)))
			deadline, alarm := h.TimerStarted(2*time.Hour), h.TimerStarted(time.Hour)
			for i, who := range []string{"ann", "bob"} {
				h.Signal(protocol.SignalVote, historytest.JSON(t, by(string(rune('1'+i)), who, "finance", policy.ChoiceApprove))).Task()
			}
			h.Pass(time.Hour).TimerFired(alarm).Pass(time.Hour).TimerFired(deadline).Task()
			var got outcome
			h.Result(&got, tied(ties, p), signals.NewInterceptor())
			require.Equal(t, policy.StateApproved, got.State)
		})
	}
}
