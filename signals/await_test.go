package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The SDK's documented idiom with AwaitWithTimeout of this package: TestDeadlinePolicyAfterDowntime
// shows the same histories with workflow.AwaitWithTimeout.
func TestAwaitWithTimeoutAfterDowntime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		order string // s: a signal, |: the timer fires
		k     int
		want  string
	}{
		"one message in time completes the wait":                             {order: "s|", k: 1, want: "complete"},
		"two messages in time complete the wait":                             {order: "ss|", k: 2, want: "complete"},
		"the condition wins over the timer when one message is late":         {order: "|s", k: 1, want: "complete"},
		"one of two messages leaves the wait expired":                        {order: "s|", k: 2, want: "expired"},
		"one message before and one after the timer complete a wait for two": {order: "s|s", k: 2, want: "complete"},
		"no message leaves the wait expired":                                 {order: "|", k: 1, want: "expired"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "await")
			timer := h.TimerStarted(time.Minute)
			for _, event := range c.order {
				if event == '|' {
					h.TimerFired(timer)
				} else {
					h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: 7}))
				}
			}
			h.Task()
			var got string
			h.Result(&got, listening(c.k, signals.AwaitWithTimeout))
			require.Equal(t, c.want, got)
		})
	}
}

func TestAwaitWithTimeout(t *testing.T) {
	t.Parallel()
	type result struct {
		OK       bool
		Canceled bool
		After    time.Duration
	}
	cases := map[string]struct {
		timeout  time.Duration
		holds    time.Duration // when the condition begins to hold
		cancelAt time.Duration
		want     result
		timers   timers
	}{
		"a wait ends with its condition and cancels its timer": {
			timeout: time.Hour, holds: time.Minute, want: result{true, false, time.Minute}, timers: timers{2, 1, 1},
		},
		"a wait ends with its timeout": {
			timeout: time.Hour, holds: 9 * time.Hour, want: result{false, false, time.Hour}, timers: timers{2, 0, 2},
		},
		"a wait whose condition holds starts no timer": {
			timeout: time.Hour, want: result{true, false, 0}, timers: timers{1, 0, 1},
		},
		"a zero timeout checks the condition once": {want: result{true, false, 0}, timers: timers{1, 0, 1}},
		"a negative timeout does not wait": {
			timeout: -time.Hour, holds: time.Minute, want: result{false, false, 0}, timers: timers{1, 0, 1},
		},
		"a wait ends with a cancellation and cancels its timer": {
			timeout: time.Hour, holds: 9 * time.Hour, cancelAt: time.Minute, want: result{false, true, time.Minute},
			timers: timers{2, 1, 1},
		},
		"a canceled context is not waited on": {
			timeout: time.Hour, cancelAt: -1, want: result{false, true, 0}, timers: timers{1, 0, 1},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			at(env, c.holds, payment{Amount: 1}) // wakes the workflow
			if c.cancelAt > 0 {
				env.RegisterDelayedCallback(env.CancelWorkflow, c.cancelAt)
			}
			env.ExecuteWorkflow(func(ctx workflow.Context) (result, error) {
				if c.cancelAt < 0 {
					var cancel workflow.CancelFunc
					ctx, cancel = workflow.WithCancel(ctx)
					cancel()
				}
				start := workflow.Now(ctx)
				ok, err := signals.AwaitWithTimeout(ctx, c.timeout, func() bool { return workflow.Now(ctx).Sub(start) >= c.holds })
				got := result{ok, temporal.IsCanceledError(err), workflow.Now(ctx).Sub(start)}
				return got, workflow.Sleep(disconnected(ctx), 2*time.Hour) // a timer that was left running fires here
			})
			var got result
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
			require.Equal(t, c.timers, *n, "timers")
		})
	}
}
