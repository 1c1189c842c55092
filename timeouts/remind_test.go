package timeouts_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A deadline of 48 hours, and reminders 24, 6 and 1 hours before.
func TestRemind(t *testing.T) {
	t.Parallel()
	hour := time.Hour
	after := func(d time.Duration, f func(workflow.Context, *signals.Deadline) error) func(workflow.Context, *signals.Deadline) error {
		return func(ctx workflow.Context, deadline *signals.Deadline) error {
			if err := workflow.Sleep(ctx, d); err != nil {
				return err
			}
			return f(ctx, deadline)
		}
	}
	nothing := func(workflow.Context, *signals.Deadline) error { return nil }
	for name, c := range map[string]struct {
		meanwhile func(ctx workflow.Context, d *signals.Deadline) error
		want      []string // left @ hours since the start
		started   int      // timers, with those of meanwhile, and one of this test
		canceled  int
	}{
		"all":                {nothing, []string{"24h @24", "6h @42", "1h @47"}, 5, 0},
		"the deadline stops": {after(30*hour, func(_ workflow.Context, d *signals.Deadline) error { d.Stop(); return nil }), []string{"24h @24"}, 5, 2},
		"extended before": {
			after(10*hour, func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 10*hour) }),
			[]string{"24h @34", "6h @52", "1h @57"},
			8, 2,
		},
		"extended between: what is due once more comes once more": {
			after(30*hour, func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 24*hour) }),
			[]string{"24h @24", "24h @48", "6h @66", "1h @71"},
			9, 2,
		},
		"shortened: what would be in the past is left out": {
			after(10*hour, func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, 34*hour) }),
			[]string{"1h @13"},
			6, 2,
		},
		"paused: the clock stands still": {after(30*hour, func(ctx workflow.Context, d *signals.Deadline) error {
			if err := d.Pause(ctx); err != nil {
				return err
			}
			err := workflow.Sleep(ctx, 100*hour)
			d.Resume(ctx)
			return err
		}), []string{"24h @24", "6h @142", "1h @147"}, 9, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
				var got []string
				start := workflow.Now(ctx)
				deadline := signals.NewDeadline(ctx, 48*hour)
				timeouts.Remind(ctx, deadline, func(ctx workflow.Context, before time.Duration) {
					require.Equal(t, before, deadline.Remaining(ctx))
					got = append(got, fmt.Sprintf("%.0fh @%.0f", before.Hours(), workflow.Now(ctx).Sub(start).Hours()))
				}, hour, 24*hour, 6*hour, 0, 99*hour)
				if err := c.meanwhile(ctx, deadline); err != nil {
					return nil, err
				}
				err := workflow.Sleep(ctx, 200*hour) // what was left running ends in this, or is missed
				return got, err
			})
			var got []string
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
			require.Equal(t, c.started, n.started)
			require.Equal(t, c.canceled, n.canceled)
			require.Zero(t, n.running(), "no timer is left running")
		})
	}
}

// A reminder may take its time, and one that is due meanwhile is given late. No
// reminder comes after the workflow was canceled.
func TestRemindSlowly(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	n := watch(env)
	env.RegisterDelayedCallback(env.CancelWorkflow, 11*time.Hour)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
		var got []string
		start := workflow.Now(ctx)
		timeouts.Remind(ctx, signals.NewDeadline(ctx, 12*time.Hour), func(ctx workflow.Context, before time.Duration) {
			got = append(got, fmt.Sprintf("%.1f @%.0f", before.Hours(), workflow.Now(ctx).Sub(start).Hours()))
			_ = workflow.Sleep(ctx, 4*time.Hour) // the last is canceled
		}, 10*time.Hour, 9*time.Hour, 4*time.Hour, 30*time.Minute)
		detached, _ := workflow.NewDisconnectedContext(ctx)
		err := workflow.Sleep(detached, 24*time.Hour)
		return got, err
	})
	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []string{"10.0 @2", "9.0 @6", "4.0 @10"}, got)
	require.Zero(t, n.running())
}

// A deadline that never passes has no reminders, as it has no end.
func TestRemindWithoutADeadline(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		timeouts.Remind(ctx, nil, func(workflow.Context, time.Duration) { t.Error("there is nothing to be reminded of") }, time.Hour)
		return workflow.Sleep(ctx, 48*time.Hour)
	})
	require.NoError(t, env.GetWorkflowError())
}

// A worker that was down across two reminders gives both.
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
