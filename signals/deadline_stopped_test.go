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

// A wait until a deadline that is stopped would never end by it, and says so.
func TestWaitsUntilAStoppedDeadline(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]func(workflow.Context, *signals.Deadline) error{
		"ReceiveUntil": func(ctx workflow.Context, d *signals.Deadline) error {
			_, _, err := paid.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d)
			return err
		},
		"AwaitUntil": func(ctx workflow.Context, d *signals.Deadline) error {
			_, err := signals.AwaitUntil(ctx, d, func() bool { return false })
			return err
		},
		"Serve": func(ctx workflow.Context, d *signals.Deadline) error {
			h := signals.Handle(paid.Channel(ctx, signals.Options{}), func(workflow.Context, payment) error { return nil })
			return signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Deadline: d})
		},
	} {
		for when, after := range map[string]time.Duration{"before": 0, "meanwhile": time.Minute} {
			t.Run(name+", stopped "+when, func(t *testing.T) {
				t.Parallel()
				env := testenv.New()
				env.ExecuteWorkflow(func(ctx workflow.Context) error {
					d := signals.NewDeadline(ctx, time.Hour)
					workflow.Go(ctx, func(ctx workflow.Context) {
						_ = workflow.Sleep(ctx, after)
						d.Stop()
					})
					if after == 0 {
						require.NoError(t, workflow.Sleep(ctx, time.Second))
					}
					return wait(ctx, d)
				})
				var app *temporal.ApplicationError
				require.ErrorAs(t, env.GetWorkflowError(), &app)
				require.Equal(t, signals.ReasonStopped.Error(), app.Type())
				require.ErrorContains(t, app, "was stopped, so a wait until it would never end by it; stop it after the last wait")
			})
		}
	}
}

// A message that came after the timer is not late for a deadline that has been
// paused since, by one that came in time.
func TestPausedInTime(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "paused")
	timer := h.TimerStarted(time.Minute)
	one := historytest.JSON(t, payment{Amount: 1})
	h.Pass(30*time.Second).Signal("paid", one).Pass(30*time.Second).TimerFired(timer).Signal("paid", one).Task()
	var got int
	h.Result(&got, func(ctx workflow.Context) (n int, err error) {
		d := signals.NewDeadline(ctx, time.Minute)
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
		for range 2 {
			_, ok, err := ch.ReceiveUntil(ctx, d)
			if !ok || err != nil {
				return n, err
			}
			n++
			if err := d.Pause(ctx); err != nil {
				return n, err
			}
		}
		return n, nil
	}, signals.NewInterceptor())
	require.Equal(t, 2, got)
}
