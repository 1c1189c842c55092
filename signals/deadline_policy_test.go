package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// collect waits up to a minute for k messages, with one timer.
func collect(ties signals.DeadlinePolicy, k int) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		deadline := signals.NewDeadline(ctx, time.Minute)
		for range k {
			_, ok, err := ch.ReceiveUntil(ctx, deadline)
			if err != nil {
				return "", err
			}
			if !ok {
				return "expired", nil
			}
		}
		return "complete", nil
	}
}

// receiveOnce waits up to a minute for one message.
func receiveOnce(ties signals.DeadlinePolicy) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		_, ok, err := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties}).ReceiveWithTimeout(ctx, time.Minute)
		if ok {
			return "complete", err
		}
		return "expired", err
	}
}

// documented is the idiom of the documentation: a coroutine that listens, and
// AwaitWithTimeout on what it has heard.
func documented(k int) func(workflow.Context) (string, error) {
	return listening(k, workflow.AwaitWithTimeout)
}

func listening(k int, await func(workflow.Context, time.Duration, func() bool) (bool, error)) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		heard := 0
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				var p payment
				workflow.GetSignalChannel(ctx, paid.Name()).Receive(ctx, &p)
				heard++
			}
		})
		ok, err := await(ctx, time.Minute, func() bool { return heard >= k })
		if ok {
			return "complete", err
		}
		return "expired", err
	}
}

// The worker was down across the deadline: signals and the timer reach it in
// one workflow task, in the order in which history recorded them.
func TestDeadlinePolicyAfterDowntime(t *testing.T) {
	t.Parallel()

	const before, after, both = "s|", "|s", "s|s"
	cases := map[string]struct {
		order    string // s: a signal, |: the timer fires
		workflow func(workflow.Context) (string, error)
		want     string
	}{
		"accept late: one message before the deadline": {
			order: before, workflow: collect(signals.DeadlineAcceptLate, 1), want: "complete",
		},
		"accept late: one message after the deadline": {
			order: after, workflow: collect(signals.DeadlineAcceptLate, 1), want: "complete",
		},
		"accept late: two messages before the deadline": {
			order: "ss|", workflow: collect(signals.DeadlineAcceptLate, 2), want: "complete",
		},
		"accept late: one message before and one after the deadline": {
			order: both, workflow: collect(signals.DeadlineAcceptLate, 2), want: "complete",
		},
		"accept late: one of two messages": {
			order: before, workflow: collect(signals.DeadlineAcceptLate, 2), want: "expired",
		},
		"history order: one message before the deadline": {
			order: before, workflow: collect(signals.DeadlineHistoryOrder, 1), want: "complete",
		},
		"history order: one message after the deadline": {
			order: after, workflow: collect(signals.DeadlineHistoryOrder, 1), want: "expired",
		},
		"history order: one message wanted, one before and one after the deadline": {
			order: both, workflow: collect(signals.DeadlineHistoryOrder, 1), want: "complete",
		},
		"history order: two messages before the deadline": {
			order: "ss|", workflow: collect(signals.DeadlineHistoryOrder, 2), want: "complete",
		},
		"history order: two messages wanted, one before and one after the deadline": {
			order: both, workflow: collect(signals.DeadlineHistoryOrder, 2), want: "expired",
		},
		"history order: two messages after the deadline": {
			order: "|ss", workflow: collect(signals.DeadlineHistoryOrder, 2), want: "expired",
		},
		"accept late, ReceiveWithTimeout: one message before the timer": {
			order: before, workflow: receiveOnce(signals.DeadlineAcceptLate), want: "complete",
		},
		"accept late, ReceiveWithTimeout: one message after the timer": {
			order: after, workflow: receiveOnce(signals.DeadlineAcceptLate), want: "complete",
		},
		"history order, ReceiveWithTimeout: one message before the timer": {
			order: before, workflow: receiveOnce(signals.DeadlineHistoryOrder), want: "complete",
		},
		"history order, ReceiveWithTimeout: one message after the timer": {
			order: after, workflow: receiveOnce(signals.DeadlineHistoryOrder), want: "expired",
		},
		"contrast, the SDK's documented idiom: one message in time":  {order: before, workflow: documented(1), want: "expired"}, // wrong
		"contrast, the SDK's documented idiom: two messages in time": {order: "ss|", workflow: documented(2), want: "expired"},  // wrong
		"contrast, the SDK's documented idiom: one late message":     {order: after, workflow: documented(1), want: "expired"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "collect")
			timer := h.TimerStarted(time.Minute)
			h.Pass(2 * time.Minute)
			for _, event := range c.order {
				if event == '|' {
					h.TimerFired(timer)
				} else {
					h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: 7}))
				}
			}
			h.Task()
			var got string
			h.Result(&got, c.workflow, signals.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}

// A late message is left in the channel, not swallowed.
func TestHistoryOrderLeavesLateMessages(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "late")
	timer := h.TimerStarted(time.Minute)
	h.TimerFired(timer).Signal(paid.Name(), historytest.JSON(t, payment{Amount: 8})).Task()
	var late []payment
	h.Result(&late, func(ctx workflow.Context) ([]payment, error) {
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
		_, ok, err := ch.ReceiveWithTimeout(ctx, time.Minute)
		if ok || err != nil {
			return nil, err
		}
		return ch.Drain(ctx), nil
	}, signals.NewInterceptor())
	require.Equal(t, []payment{{Amount: 8}}, late)
}

func TestHistoryOrderNeedsTheInterceptor(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "exact").Signal(paid.Name(), historytest.JSON(t, payment{Amount: 7})).Task()
	err := h.Replay(collect(signals.DeadlineHistoryOrder, 1))
	require.ErrorContains(t, err, "add signals.NewInterceptor() to worker.Options.Interceptors")
}
