package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// model reads the events of a history in order, task by task, and says how the
// gate of ask ends and after how many events: a, b, c approve, n rejects, x is
// garbage, | is the timer, and a space ends a workflow task.
func model(events string, exact bool) (state policy.State, end int, fired bool) {
	state = policy.StateOpen
	yes := map[rune]bool{}
	for i, e := range events {
		switch {
		case e == ' ' && state != policy.StateOpen:
			return state, i, fired
		case e == ' ' && fired:
			return policy.StateExpired, i, true
		case e == '|':
			fired = true
		case state != policy.StateOpen, exact && fired, e == 'x', e == ' ': // counts for nothing
		case e == 'n':
			state = policy.StateRejected
		default:
			yes[e] = true
			if len(yes) == 2 {
				state = policy.StateApproved
			}
		}
	}
	return state, len(events), fired
}

// However votes, garbage and the timer are ordered and cut into workflow tasks,
// the gate ends as a reading of its history in order says.
func TestGatesAgreeWithTheirHistory(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		event := rapid.StringOfN(rapid.SampledFrom([]rune("abcnxx   ")), 0, 10, -1)
		events := event.Draw(rt, "before") + "|" + event.Draw(rt, "after") + " "
		ties := rapid.SampledFrom([]signals.DeadlinePolicy{signals.DeadlineAcceptLate, signals.DeadlineHistoryOrder}).Draw(rt, "ties")
		want, end, fired := model(events, ties == signals.DeadlineHistoryOrder)

		h := historytest.New(t, "ask").SideEffect(opening(t, request().Policy, termsOf(ties)))
		timer := h.TimerStarted(time.Hour)
		empty := true
		for _, e := range events[:end] {
			switch e {
			case ' ':
				if !empty { // a task needs an event to be about
					h.Task()
				}
				empty = true
				continue
			case '|':
				h.TimerFired(timer)
			case 'x':
				h.Signal(protocol.SignalVote, historytest.JSON(t, "garbage"))
			case 'n':
				h.Signal(protocol.SignalVote, historytest.JSON(t, vote("n", "nat", policy.ChoiceReject)))
			default:
				h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", string(e), policy.ChoiceApprove)))
			}
			empty = false
		}
		h.Task()
		if !fired {
			h.TimerCanceled(timer)
		}
		var got outcome
		h.Result(&got, ask(ties), signals.NewInterceptor())
		require.Equal(rt, want, got.State, "%q with ties %d", events, ties)
	})
}
