package signals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A refused move says why, and starts no timer.
func TestDeadlineMoveIsRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		move func(ctx workflow.Context, d *signals.Deadline) error
		want string
	}{
		"a deadline that has passed": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				require.NoError(t, workflow.Sleep(ctx, 2*time.Hour))
				return d.Extend(ctx, time.Hour)
			},
			want: "signals: the deadline of 2020-01-01T01:00:00Z has passed and cannot be extended; start a new wait",
		},
		"a deadline that has ended a wait": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				ok, err := signals.AwaitUntil(ctx, d, func() bool { return false })
				require.False(t, ok || err != nil)
				return d.Shorten(ctx, time.Hour)
			},
			want: "has passed and cannot be shortened",
		},
		"a stopped deadline": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				d.Stop()
				require.True(t, d.Stopped())
				require.Zero(t, d.Remaining(ctx))
				return d.Pause(ctx)
			},
			want: "was stopped and cannot be paused; start a new wait",
		},
		"a deadline beyond its limit": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				d.SetLimit(d.Time().Add(time.Minute))
				return d.Extend(ctx, time.Hour)
			},
			want: "signals: the deadline cannot be extended by 1h0m0s to 2020-01-01T02:00:00Z, its limit is 2020-01-01T01:01:00Z; extend it by " +
				"less, or start a new wait",
		},
		"a paused deadline beyond its limit": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				require.NoError(t, d.Pause(ctx))
				d.SetLimit(workflow.Now(ctx).Add(61 * time.Minute))
				return d.Extend(ctx, 2*time.Minute)
			},
			want: "its limit is",
		},
		"an extension by zero": {
			move: func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 0) },
			want: "cannot be extended by 0s; give a positive duration",
		},
		"a negative duration": {
			move: func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, -time.Hour) },
			want: "cannot be shortened by -1h0m0s; give a positive duration",
		},
		"a message received after the deadline, in a later task": {
			move: func(ctx workflow.Context, d *signals.Deadline) error { return receivedThenLater(ctx, d) },
			want: "has passed and cannot be extended",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.SetStartTime(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
			at(env, 0, payment{Amount: 1})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				d := signals.NewDeadline(ctx, time.Hour)
				err := c.move(ctx, d)
				d.Resume(ctx)
				return err
			})
			var app *temporal.ApplicationError
			require.ErrorAs(t, env.GetWorkflowError(), &app)
			require.Equal(t, signals.ReasonNotMoved.Error(), app.Type())
			require.True(t, app.NonRetryable())
			require.ErrorContains(t, app, c.want)
		})
	}
}

// receivedThenLater receives a message that may move the deadline after it has
// passed, but does so in a later workflow task.
func receivedThenLater(ctx workflow.Context, d *signals.Deadline) error {
	if err := workflow.Sleep(ctx, 2*time.Hour); err != nil {
		return err
	}
	if _, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d); !ok || err != nil {
		return errors.New("the message was late")
	}
	if err := workflow.Sleep(ctx, time.Second); err != nil {
		return err
	}
	return d.Extend(ctx, 5*time.Hour)
}

// A wait until a stopped deadline fails, as the deadline would never end it.
func TestWaitUntilAStoppedDeadlineFails(t *testing.T) {
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
func TestMessageOfAPausedDeadlineIsInTime(t *testing.T) {
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
