package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// The documented idiom with our wait, in the histories in which it is wrong with
// the SDK's: see TestTiesAfterDowntime.
func TestAwaitAfterDowntime(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		order string // s: a signal, |: the timer fires
		k     int
		want  string
	}{
		"one, in time":                         {"s|", 1, "complete"},
		"two, in time":                         {"ss|", 2, "complete"},
		"one, too late: the condition wins":    {"|s", 1, "complete"},
		"two, only one came":                   {"s|", 2, "expired"},
		"one before and one after, two wanted": {"s|s", 2, "complete"},
		"nothing came":                         {"|", 1, "expired"},
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
		"ends with the condition and cancels its timer": {time.Hour, time.Minute, 0, result{true, false, time.Minute}, timers{2, 1, 1}},
		"ends with the timeout":                         {time.Hour, 9 * time.Hour, 0, result{false, false, time.Hour}, timers{2, 0, 2}},
		"starts no timer when the condition holds":      {time.Hour, 0, 0, result{true, false, 0}, timers{1, 0, 1}},
		"looks once when the timeout is zero":           {0, 0, 0, result{true, false, 0}, timers{1, 0, 1}},
		"does not wait when the timeout is negative":    {-time.Hour, time.Minute, 0, result{false, false, 0}, timers{1, 0, 1}},
		"ends with a cancellation and cancels its timer": {time.Hour, 9 * time.Hour, time.Minute, result{false, true, time.Minute}, timers{
			2, 1,
			1,
		}},
		"does not look at all on a context that is ended": {time.Hour, 0, -1, result{false, true, 0}, timers{1, 0, 1}},
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

func ExampleAwaitWithTimeout() {
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(21)) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
		warm := false
		workflow.Go(ctx, func(ctx workflow.Context) {
			v, err := Measured.Channel(ctx, signals.Options{}).Receive(ctx)
			warm = err == nil && *v.Celsius > 20
		})
		return signals.AwaitWithTimeout(ctx, time.Hour, func() bool { return warm })
	})
	var warm bool
	fmt.Println(env.GetWorkflowResult(&warm), warm)
	// Output: <nil> true
}
