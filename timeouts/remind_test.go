package timeouts_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// The deadline is 48 hours away, and there are reminders 24, 6 and 1 hours before.
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
		"deadline passes": {meanwhile: nothing, want: []string{"24h @24", "6h @42", "1h @47"}, started: 5},
		"deadline stops": {
			meanwhile: after(30*hour, func(_ workflow.Context, d *signals.Deadline) error { d.Stop(); return nil }),
			want:      []string{"24h @24"}, started: 5, canceled: 2,
		},
		"deadline is extended before the first reminder": {
			meanwhile: after(10*hour, func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 10*hour) }),
			want:      []string{"24h @34", "6h @52", "1h @57"}, started: 8, canceled: 2,
		},
		"deadline is extended after a reminder that is then due again": {
			meanwhile: after(30*hour, func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 24*hour) }),
			want:      []string{"24h @24", "24h @48", "6h @66", "1h @71"}, started: 9, canceled: 2,
		},
		"deadline is shortened so that reminders are in the past": {
			meanwhile: after(10*hour, func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, 34*hour) }),
			want:      []string{"1h @13"}, started: 6, canceled: 2,
		},
		"deadline is paused": {
			meanwhile: after(30*hour, func(ctx workflow.Context, d *signals.Deadline) error {
				if err := d.Pause(ctx); err != nil {
					return err
				}
				err := workflow.Sleep(ctx, 100*hour)
				d.Resume(ctx)
				return err
			}),
			want: []string{"24h @24", "6h @142", "1h @147"}, started: 9, canceled: 2,
		},
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

// A reminder that blocks delays the next one. None follows after the workflow was
// canceled.
func TestBlockedReminderDelaysTheNext(t *testing.T) {
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

func TestRemindWithNilDeadline(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		timeouts.Remind(ctx, nil, func(workflow.Context, time.Duration) { t.Error("a reminder without a deadline") }, time.Hour)
		return workflow.Sleep(ctx, 48*time.Hour)
	})
	require.NoError(t, env.GetWorkflowError())
}
