package approval_test

import (
	"fmt"
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

// sentBack needs two of finance within three hours; zoe may decide after an
// hour, and there is a reminder after two. Changes can be requested.
func sentBack() policy.Policy {
	s := stage("finance", 2, "finance", 3*time.Hour)
	s.Reminders = []time.Duration{time.Hour}
	s.Escalations = []policy.Escalation{{After: time.Hour, To: policy.Selector{Users: []string{"zoe"}}}}
	p := policy.Stages(s)
	p.MaxRounds, p.AllowEdits = 3, true
	return p
}

// No worker ran while a request for changes and timers of the gate reached the
// history: the timers have nothing to do any more, and the workflow task ends.
func TestTimersThatFireAsChangesAreRequested(t *testing.T) {
	t.Parallel()
	for name, order := range map[string]string{
		"the deadline, after it":               "c|",
		"the escalation, after it":             "ce",
		"the escalation, before it":            "ec",
		"the escalation and the deadline":      "ce|",
		"around it":                            "ec|",
		"the deadline, as the run carries":     "c|>",
		"the escalation, as the run carries":   "ce>",
		"the deadline, before it":              "|c",
		"the deadline, with another round":     "d|",
		"both, with another round":             "de|",
		"a vote that does not count, after it": "c|x",
	} {
		for how, ties := range map[string]signals.DeadlinePolicy{"lenient": signals.DeadlineAcceptLate, "exact": signals.DeadlineHistoryOrder} {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "ask").SideEffect(opening(t, sentBack(), termsOf(ties)))
				deadline, alarm := h.TimerStarted(3*time.Hour), h.TimerStarted(time.Hour)
				h.Pass(4 * time.Hour)
				for _, event := range order {
					switch event {
					case '|':
						h.TimerFired(deadline)
					case 'e':
						h.TimerFired(alarm)
					case '>':
						h.Signal("onward", historytest.JSON(t, struct{}{}))
					case 'c':
						h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceRequestChanges)))
					case 'd':
						h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceApprove).with("subject", "report 8")))
					default:
						h.Signal(protocol.SignalVote, historytest.JSON(t, vote("2", "eve", policy.ChoiceApprove)))
					}
				}
				err := h.Task().Replay(onward(ties), signals.NewInterceptor())
				require.NotContains(t, fmt.Sprint(err), "TMPRL1101", "the workflow task does not end") // what it commands, other tests say
			})
		}
	}
}

// onward is a workflow that opens the gate "expense" and continues as new when
// it is told to.
func onward(ties signals.DeadlinePolicy) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: ties})
		if err != nil {
			return outcome{}, err
		}
		onward := signals.New[struct{}]("onward").Channel(ctx, signals.Options{})
		req := request()
		req.Policy = sentBack()
		p, err := approval.Open(ctx, gates, req)
		if err != nil {
			return outcome{}, err
		}
		if err := workflow.Await(ctx, func() bool { return p.IsClosed() || onward.Len() > 0 }); err != nil || p.IsClosed() {
			return outcome{}, err
		}
		carried, ok := gates.ContinueState(ctx)
		if !ok {
			return outcome{}, nil
		}
		return outcome{}, workflow.NewContinueAsNewError(ctx, "ask", carried)
	}
}
