package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// The worker was down when a message extended the deadline and when the timers fired.
// The reminders move with the deadline.
func TestRemindAfterMissedExtension(t *testing.T) {
	t.Parallel()
	extend := signals.New[int]("extend")
	h := historytest.New(t, "reminded")
	deadline := h.TimerStarted(time.Minute)
	reminder := h.TimerStarted(50 * time.Second)
	h.Pass(30*time.Second).Signal("extend", historytest.JSON(t, 1))
	h.Pass(20 * time.Second).TimerFired(reminder).Pass(10 * time.Second).TimerFired(deadline).Pass(time.Minute).Task()
	deadline = h.TimerStarted(59 * time.Minute)
	reminder = h.TimerStarted(59*time.Minute - 10*time.Second)
	h.Pass(59*time.Minute - 10*time.Second).TimerFired(reminder).Task()
	h.Pass(10 * time.Second).TimerFired(deadline).Task()
	var reminded int
	h.Result(&reminded, func(ctx workflow.Context) (int, error) {
		n := 0
		d := signals.NewDeadline(ctx, time.Minute)
		timeouts.Remind(ctx, d, func(workflow.Context, time.Duration) { n++ }, 10*time.Second)
		ch := extend.Channel(ctx, signals.Options{})
		for {
			_, ok, err := ch.ReceiveUntil(ctx, d)
			if !ok {
				return n, err
			}
			// Other code takes turns of the dispatcher.
			for range 8 {
				turn := 0
				if err := workflow.Await(ctx, func() bool { turn++; return turn > 1 }); err != nil {
					return n, err
				}
			}
			if err := d.Extend(ctx, time.Hour); err != nil {
				return n, err
			}
		}
	}, signals.NewInterceptor())
	require.Equal(t, 1, reminded)
}

// The deadline has passed when DoUntil is called, and a message that arrived in time
// extends it in the same task.
func TestDoUntilAfterMissedExtension(t *testing.T) {
	t.Parallel()
	extend := signals.New[int]("extend")
	h := historytest.New(t, "do")
	deadline := h.TimerStarted(time.Minute)
	h.Pass(30*time.Second).Signal("extend", historytest.JSON(t, 1)).Signal("go", historytest.JSON(t, 1))
	h.Pass(30 * time.Second).TimerFired(deadline).Task()
	h.TimerStarted(time.Hour)
	var done string
	h.Result(&done, func(ctx workflow.Context) (string, error) {
		d := signals.NewDeadline(ctx, time.Minute)
		workflow.Go(ctx, func(ctx workflow.Context) {
			if _, ok, err := extend.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d); ok && err == nil {
				_ = d.Extend(ctx, time.Hour)
			}
		})
		if _, err := signals.New[int]("go").Channel(ctx, signals.Options{}).Receive(ctx); err != nil {
			return "", err
		}
		return timeouts.DoUntil(ctx, d, 0, func(workflow.Context) (string, error) { return "done", nil })
	}, signals.NewInterceptor())
	require.Equal(t, "done", done)
}

// A worker that was down when two reminders were due gives both.
func TestRemindAfterDowntime(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "remind")
	h.TimerStarted(48 * time.Hour)
	reminder := h.TimerStarted(24 * time.Hour)
	h.Pass(43 * time.Hour).TimerFired(reminder).Task()
	reminder = h.TimerStarted(4 * time.Hour)
	h.Pass(4 * time.Hour).TimerFired(reminder).Task()
	var got []time.Duration
	h.Result(&got, func(ctx workflow.Context) (got []time.Duration, err error) {
		timeouts.Remind(ctx, signals.NewDeadline(ctx, 48*time.Hour), func(_ workflow.Context, before time.Duration) {
			got = append(got, before)
		}, 24*time.Hour, 6*time.Hour, time.Hour)
		err = workflow.Await(ctx, func() bool { return len(got) == 3 })
		return got, err
	})
	require.Equal(t, []time.Duration{24 * time.Hour, 6 * time.Hour, time.Hour}, got)
}
