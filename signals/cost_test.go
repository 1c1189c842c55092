package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// What each wait costs in timers, which are the only events that waits have:
// none when the answer is known, and none is left running when the run goes on.
func TestTimersOfEachWait(t *testing.T) {
	t.Parallel()
	type wait func(ctx workflow.Context, ch *signals.Channel[payment]) error
	limited := func(f func(ctx workflow.Context, ch *signals.Channel[payment], d *signals.Deadline) error) wait {
		return func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			d := signals.NewDeadline(ctx, time.Hour)
			defer d.Stop()
			return f(ctx, ch, d)
		}
	}
	for name, c := range map[string]struct {
		wait
		there, comes, never int // timers when the message is there, comes in time, and never comes
	}{
		"ReceiveWithTimeout": {
			wait: func(ctx workflow.Context, ch *signals.Channel[payment]) error {
				_, _, err := ch.ReceiveWithTimeout(ctx, time.Hour)
				return err
			},
			comes: 1, never: 1,
		},
		"ReceiveUntil": {
			wait: limited(func(ctx workflow.Context, ch *signals.Channel[payment], d *signals.Deadline) error {
				_, _, err := ch.ReceiveUntil(ctx, d)
				return err
			}),
			there: 1, comes: 1, never: 1,
		},
		"TryReceive and Len": {
			wait: func(ctx workflow.Context, ch *signals.Channel[payment]) error {
				for ch.Len() > 0 {
					ch.TryReceive(ctx)
				}
				return nil
			},
		},
		"Drain": {
			wait: func(ctx workflow.Context, ch *signals.Channel[payment]) error {
				ch.Drain(ctx)
				return nil
			},
		},
		"AwaitWithTimeout": {
			wait: func(ctx workflow.Context, ch *signals.Channel[payment]) error {
				_, err := signals.AwaitWithTimeout(ctx, time.Hour, func() bool { return ch.Len() > 0 })
				return err
			},
			comes: 1, never: 1,
		},
		"AwaitUntil": {
			wait: limited(func(ctx workflow.Context, ch *signals.Channel[payment], d *signals.Deadline) error {
				_, err := signals.AwaitUntil(ctx, d, func() bool { return ch.Len() > 0 })
				return err
			}),
			there: 1, comes: 1, never: 1,
		},
		"Serve": {
			wait: limited(func(ctx workflow.Context, ch *signals.Channel[payment], d *signals.Deadline) error {
				done := false
				return signals.Serve(ctx, []signals.Handler{
					signals.Handle(ch, func(workflow.Context, payment) error { done = true; return nil }),
				}, signals.ServeOptions{Deadline: d, Stop: func() bool { return done }})
			}),
			there: 1, comes: 1, never: 1,
		},
		"ReceiveBatch with one quiet period": {
			wait: func(ctx workflow.Context, ch *signals.Channel[payment]) error {
				if ch.Len() == 0 {
					return nil // it waits for its first message without a timer, and forever
				}
				_, err := ch.ReceiveBatch(ctx, signals.BatchOptions{IdleTimeout: 2 * time.Hour})
				return err
			},
			there: 1,
		},
		"Race": {
			wait: func(ctx workflow.Context, _ *signals.Channel[payment]) error {
				timer := func(d time.Duration) func(workflow.Context) workflow.Future {
					return func(ctx workflow.Context) workflow.Future { return workflow.NewTimer(ctx, d) }
				}
				_, _, err := signals.Race(ctx, timer(time.Hour), timer(time.Minute))
				return err
			},
			there: 2, comes: 2, never: 2,
		},
		"NewContinueState": {
			wait: func(ctx workflow.Context, ch *signals.Channel[payment]) error {
				signals.ShouldContinueAsNew(ctx)
				_, _ = signals.NewContinueState(ctx, ch)
				return nil
			},
		},
	} {
		for when, want := range map[string]int{"there": c.there, "comes": c.comes, "never": c.never} {
			t.Run(name+", "+when, func(t *testing.T) {
				t.Parallel()
				env := testenv.New(signals.NewInterceptor())
				n := watch(env)
				if after := map[string]time.Duration{"there": time.Second, "comes": 90 * time.Minute}[when]; after > 0 {
					signalstest.SendAfter(t, env, after, paid, payment{Amount: 5})
				}
				env.ExecuteWorkflow(func(ctx workflow.Context) error {
					ch := paid.Channel(ctx, signals.Options{})
					if err := workflow.Sleep(ctx, time.Hour); err != nil {
						return err
					}
					if err := c.wait(ctx, ch); err != nil {
						return err
					}
					return workflow.Sleep(ctx, time.Minute) // a timer that was left running is still there then
				})
				require.NoError(t, env.GetWorkflowError())
				require.Equal(t, want, n.started-2, "timers")
				require.Equal(t, n.started, n.fired+n.canceled, "a timer was left running")
			})
		}
	}
}
