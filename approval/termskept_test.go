package approval_test

import (
	"encoding/json"
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

var bothTies = map[string]signals.DeadlinePolicy{"lenient": signals.DeadlineAcceptLate, "exact": signals.DeadlineHistoryOrder}

// late is a history of a gate whose deadline had passed when a vote came by signal,
// up to the task that sees both: approved if the gate is lenient, else expired.
func late(h *historytest.History, t *testing.T, timer string) *historytest.History {
	t.Helper()
	h.Pass(time.Hour).TimerFired(timer)
	return h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceApprove))).Task()
}

func stateWith(ties signals.DeadlinePolicy) policy.State {
	if ties == signals.DeadlineHistoryOrder {
		return policy.StateExpired
	}
	return policy.StateApproved
}

// A deployment changes Options.DeadlinePolicy while a gate is open: the gate ends as history
// has it, and what comes is judged as when the gate was opened.
func TestAGateKeepsItsTies(t *testing.T) {
	t.Parallel()
	for opened, ties := range bothTies {
		for current, others := range bothTies {
			t.Run("opened "+opened+", now "+current, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "ask").SideEffect(opening(t, oneOf("").Policy, termsOf(ties)))
				var got policy.State
				late(h, t, h.TimerStarted(time.Hour)).Result(&got,
					oneGate(approval.Options{DeadlinePolicy: others}, oneOf("report 7")), signals.NewInterceptor())
				require.Equal(t, stateWith(ties), got)
			})
		}
	}
}

// The next run has another DeadlinePolicy than the one in which a gate was opened.
func TestACarriedGateKeepsItsTies(t *testing.T) {
	t.Parallel()
	for opened, ties := range bothTies {
		for current, others := range bothTies {
			t.Run("opened "+opened+", now "+current, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "ask")
				options := approval.Options{DeadlinePolicy: others, ContinueState: carriedAt(t, h.Now(), approval.Options{DeadlinePolicy: ties})}
				var got policy.State
				late(h, t, h.TimerStarted(time.Hour)).Result(&got, oneGate(options, oneOf("report 7")), signals.NewInterceptor())
				require.Equal(t, stateWith(ties), got)
			})
		}
	}
}

// carriedAt is a gate that was opened and carried at that time.
func carriedAt(t *testing.T, now time.Time, o approval.Options) (carried approval.ContinueState) {
	t.Helper()
	r := newRun(t, signals.NewInterceptor())
	r.SetStartTime(now)
	watched(r.TestWorkflowEnvironment)
	r.ExecuteWorkflow(func(ctx workflow.Context) (approval.ContinueState, error) {
		gates, err := approval.NewGates(ctx, o)
		if err != nil {
			return approval.ContinueState{}, err
		}
		if _, err = approval.Open(ctx, gates, oneOf("report 7")); err != nil {
			return approval.ContinueState{}, err
		}
		c, ok := gates.ContinueState(ctx)
		require.True(t, ok)
		return c, nil
	})
	require.NoError(t, r.GetWorkflowError())
	var data json.RawMessage
	require.NoError(t, r.GetWorkflowResult(&data))
	require.NoError(t, json.Unmarshal(data, &carried))
	return carried
}

// A gate that is exact needs the interceptor, whatever the options say by now.
func TestAnExactGateNeedsTheInterceptor(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "ask").SideEffect(opening(t, oneOf("").Policy, termsOf(signals.DeadlineHistoryOrder)))
	late(h, t, h.TimerStarted(time.Hour))
	require.ErrorContains(t, h.Replay(oneGate(approval.Options{}, oneOf("report 7"))), "signals.NewInterceptor()")

	h = historytest.New(t, "ask")
	options := approval.Options{ContinueState: carriedAt(t, h.Now(), approval.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})}
	late(h, t, h.TimerStarted(time.Hour))
	require.ErrorContains(t, h.Replay(oneGate(options, oneOf("report 7"))), "signals.NewInterceptor()", "also in the next run")
}

// A deployment turns Options.Inbox on or off while a gate is open: the gate stays
// listed, or not, and the run goes on.
func TestAGateStaysListedOrNot(t *testing.T) {
	t.Parallel()
	yes := historytest.JSON(t, vote("1", "ann", policy.ChoiceApprove))
	for name, now := range map[string]bool{"on": true, "off": false} {
		for was, listed := range map[string]bool{"listed": true, "not listed": false} {
			t.Run(was+", and the option is "+name, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "ask").SideEffect(opening(t, oneOf("").Policy, wire{"inbox": listed}))
				timer := h.TimerStarted(time.Hour)
				set := func() {
					if listed {
						h.SearchAttributesSet()
					}
				}
				set()
				h.Signal(protocol.SignalVote, yes).Task().TimerCanceled(timer)
				set()
				var got policy.State
				h.Result(&got, oneGate(approval.Options{Inbox: now}, oneOf("report 7")))
				require.Equal(t, policy.StateApproved, got)
			})
		}
	}
}

// Gates of one run are listed, or not, each as it was opened; the first deadline is
// that of those that are.
func TestOnlyGatesOfTheInboxAreListed(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	start := r.Now()
	listed := carriedAt(t, start, approval.Options{Inbox: true})
	all := watched(r.TestWorkflowEnvironment)
	r.ExecuteWorkflow(func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{ContinueState: listed})
		if err != nil {
			return err
		}
		soon := request()
		soon.ID, soon.Policy = "soon", soon.Policy.Within(time.Minute)
		_, err = approval.Await(ctx, gates, soon)
		return err
	})
	require.NoError(t, r.GetWorkflowError())
	require.Len(t, *all, 1)
	require.Len(t, all.tags(0), 1)
	due, _ := (*all)[0].GetTime(dueKey)
	require.True(t, due.Equal(start.Add(time.Hour).Truncate(time.Second)), due)
}
