package signals_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A deadline of an hour is moved after 30 minutes, while ReceiveUntil waits.
func TestDeadlineIsMoved(t *testing.T) {
	t.Parallel()
	minute := time.Minute
	for name, c := range map[string]struct {
		move   func(ctx workflow.Context, d *signals.Deadline) error
		ends   time.Duration
		left   time.Duration // right after the move
		timers int           // of the deadline; and those of the move itself
	}{
		"Extend": {
			move: func(ctx workflow.Context, d *signals.Deadline) error { return d.Extend(ctx, 10*minute) },
			ends: 70 * minute, left: 40 * minute, timers: 2,
		},
		"Extend twice": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				return errors.Join(d.Extend(ctx, 10*minute), d.Extend(ctx, 5*minute))
			},
			ends: 75 * minute, left: 45 * minute, timers: 3,
		},
		"Shorten": {
			move: func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, 10*minute) },
			ends: 50 * minute, left: 20 * minute, timers: 2,
		},
		// no time, no timer
		"Shorten to an instant that has passed": {
			move: func(ctx workflow.Context, d *signals.Deadline) error { return d.Shorten(ctx, 45*minute) },
			ends: 30 * minute, timers: 1,
		},
		"Pause for a day": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				if err := errors.Join(d.Pause(ctx), d.Pause(ctx)); err != nil {
					return err
				}
				require.True(t, d.Paused())
				require.Zero(t, d.Time())
				err := workflow.Sleep(ctx, 24*time.Hour)
				require.False(t, d.Passed())
				d.Resume(ctx)
				d.Resume(ctx)
				return err
			},
			ends: 25 * time.Hour, left: 30 * minute, timers: 3,
		},
		"Pause and Extend": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				err := errors.Join(d.Pause(ctx), d.Extend(ctx, 10*minute), d.Shorten(ctx, 25*minute))
				d.Resume(ctx)
				return err
			},
			ends: 45 * minute, left: 15 * minute, timers: 2,
		},
		"Pause and Shorten to nothing": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				err := errors.Join(d.Pause(ctx), d.Shorten(ctx, time.Hour))
				d.Resume(ctx)
				return err
			},
			ends: 30 * minute, timers: 1,
		},
		"Extend up to the limit": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				d.SetLimit(d.Time().Add(10 * minute))
				return d.Extend(ctx, 10*minute)
			},
			ends: 70 * minute, left: 40 * minute, timers: 2,
		},
		"Resume beyond the limit": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				d.SetLimit(d.Time())
				err := errors.Join(d.Pause(ctx), workflow.Sleep(ctx, 10*minute))
				d.Resume(ctx)
				return err
			},
			ends: 60 * minute, left: 20 * minute, timers: 3,
		},
		"Resume after the limit": {
			move: func(ctx workflow.Context, d *signals.Deadline) error {
				d.SetLimit(d.Time())
				err := errors.Join(d.Pause(ctx), workflow.Sleep(ctx, time.Hour))
				d.Resume(ctx)
				return err
			},
			ends: 90 * minute, timers: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				start := workflow.Now(ctx)
				d := signals.NewDeadline(ctx, time.Hour)
				workflow.Go(ctx, func(ctx workflow.Context) {
					require.NoError(t, workflow.Sleep(ctx, 30*minute))
					require.NoError(t, c.move(ctx, d))
					require.Equal(t, c.left, d.Remaining(ctx))
				})
				_, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d)
				require.False(t, ok)
				require.Equal(t, c.ends, workflow.Now(ctx).Sub(start))
				require.Zero(t, d.Remaining(ctx))
				d.Stop()
				return errors.Join(err, workflow.Sleep(ctx, time.Minute)) // a timer that was left running fires in this
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, c.timers+2, n.started, "timers, with two of this test's own")
			require.Equal(t, n.started, n.canceled+n.fired, "none is left running")
		})
	}
}

// An extension by the longest duration does not overflow, and the limit holds, also while
// the deadline is paused.
func TestExtensionByTheLongestDuration(t *testing.T) {
	t.Parallel()
	for name, paused := range map[string]bool{"running": false, "paused": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				limited := signals.NewDeadline(ctx, time.Hour)
				limited.SetLimit(workflow.Now(ctx).Add(2 * time.Hour))
				free := signals.NewDeadline(ctx, time.Hour)
				if paused {
					require.NoError(t, limited.Pause(ctx))
					require.NoError(t, free.Pause(ctx))
				}
				require.ErrorContains(t, limited.Extend(ctx, math.MaxInt64), "its limit is")
				require.Equal(t, time.Hour, limited.Remaining(ctx))
				for range 3 {
					require.NoError(t, free.Extend(ctx, math.MaxInt64))
					require.Equal(t, time.Duration(math.MaxInt64), free.Remaining(ctx))
				}
				require.NoError(t, free.Shorten(ctx, math.MaxInt64))
				require.Zero(t, free.Remaining(ctx))
				limited.Stop()
				free.Stop()
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
		})
	}
}
