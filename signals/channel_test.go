package signals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func TestReceiveWithTimeout(t *testing.T) {
	t.Parallel()

	type result struct {
		Amount int
		OK     bool
		After  time.Duration
	}
	wait := func(timeout time.Duration) func(workflow.Context) (result, error) {
		return func(ctx workflow.Context) (result, error) {
			start := workflow.Now(ctx)
			v, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, timeout)
			after := workflow.Now(ctx).Sub(start)
			if err == nil {
				err = workflow.Sleep(ctx, 2*time.Hour) // a timer that was left running fires here
			}
			return result{v.Amount, ok, after}, err
		}
	}
	garbage := map[string]any{"amount": "ten"}
	cases := map[string]struct {
		timeout time.Duration
		send    map[time.Duration]any
		want    result
		timers  timers
	}{
		"a message in time is returned and cancels the timer": {
			timeout: time.Hour, send: map[time.Duration]any{time.Minute: payment{Amount: 5}},
			want: result{5, true, time.Minute}, timers: timers{2, 1, 1},
		},
		"no message lets the wait expire": {timeout: time.Hour, want: result{0, false, time.Hour}, timers: timers{2, 0, 2}},
		"a message that has arrived needs no timer": {
			timeout: time.Hour, send: map[time.Duration]any{0: payment{Amount: 5}}, want: result{5, true, 0},
			timers: timers{1, 0, 1},
		},
		"a zero timeout looks for a message once": {
			send: map[time.Duration]any{0: payment{Amount: 5}}, want: result{5, true, 0}, timers: timers{1, 0, 1},
		},
		"a negative timeout does not wait": {timeout: -time.Hour, want: result{}, timers: timers{1, 0, 1}},
		"a message that cannot be decoded does not delay the timeout": {
			timeout: time.Hour, send: map[time.Duration]any{time.Minute: garbage}, want: result{0, false, time.Hour},
			timers: timers{2, 0, 2},
		},
		"a good message after a bad one is returned": {
			timeout: time.Hour, send: map[time.Duration]any{time.Minute: garbage, 2 * time.Minute: payment{Amount: 5}},
			want: result{5, true, 2 * time.Minute}, timers: timers{2, 1, 1},
		},
		"an empty object is refused by the type's UnmarshalJSON": {
			timeout: time.Hour, send: map[time.Duration]any{time.Minute: struct{}{}}, want: result{0, false, time.Hour},
			timers: timers{2, 0, 2},
		},
		"null is not a message": {
			timeout: time.Hour, send: map[time.Duration]any{time.Minute: nil}, want: result{0, false, time.Hour},
			timers: timers{2, 0, 2},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			for after, arg := range c.send {
				at(env, after, arg)
			}
			env.ExecuteWorkflow(wait(c.timeout))
			require.NoError(t, env.GetWorkflowError())
			var got result
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
			require.Equal(t, c.timers, *n, "timers")
		})
	}

	t.Run("contrast: the SDK's own panics on the message that cannot be decoded", func(t *testing.T) {
		t.Parallel()
		env := testenv.New()
		at(env, time.Minute, garbage)
		env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
			var p payment
			ok, _ := workflow.GetSignalChannel(ctx, paid.Name()).ReceiveWithTimeout(ctx, time.Hour, &p)
			return ok, nil
		})
		require.ErrorContains(t, env.GetWorkflowError(), "unexpected empty channel")
	})
}

func TestReceiveHonoursCancellation(t *testing.T) {
	t.Parallel()
	waits := map[string]func(ctx workflow.Context, ch *signals.Channel[payment]) error{
		"Receive": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, err := ch.Receive(ctx)
			return err
		},
		"ReceiveWithTimeout": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, _, err := ch.ReceiveWithTimeout(ctx, time.Hour)
			return err
		},
		"ReceiveUntil": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			deadline := signals.NewDeadline(ctx, time.Hour)
			defer deadline.Stop()
			_, _, err := ch.ReceiveUntil(ctx, deadline)
			return err
		},
		"ReceiveUntil without a deadline": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, _, err := ch.ReceiveUntil(ctx, nil)
			return err
		},
	}
	for name, receive := range waits {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
			at(env, 2*time.Minute, payment{Amount: 9})
			env.ExecuteWorkflow(func(ctx workflow.Context) (payment, error) {
				ch := paid.Channel(ctx, signals.Options{})
				if err := receive(ctx, ch); !temporal.IsCanceledError(err) {
					return payment{}, errors.New("the wait did not end with the cancellation")
				}
				if err := workflow.Sleep(disconnected(ctx), 2*time.Hour); err != nil {
					return payment{}, err
				}
				if err := receive(ctx, ch); !temporal.IsCanceledError(err) {
					return payment{}, errors.New("a wait on a canceled context took the message")
				}
				return ch.Receive(disconnected(ctx))
			})
			require.NoError(t, env.GetWorkflowError())
			var kept payment
			require.NoError(t, env.GetWorkflowResult(&kept))
			require.Equal(t, payment{Amount: 9}, kept, "the message was left for the clean-up")
			require.LessOrEqual(t, n.fired, 1, "only the sleep's timer fires; another was left running")
		})
	}
}

func TestTryReceiveAndLen(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	n := watch(env)
	for _, arg := range []any{payment{Amount: 1}, "garbage", payment{Amount: 2}} {
		at(env, time.Minute, arg)
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, 2*time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
		ch := paid.Channel(ctx, signals.Options{})
		_, early := ch.TryReceive(ctx)
		_ = workflow.Sleep(ctx, time.Hour) // canceled
		got := []int{ch.Len()}
		for p, ok := ch.TryReceive(ctx); ok; p, ok = ch.TryReceive(ctx) {
			got = append(got, p.Amount, ch.Len())
		}
		if early {
			return nil, errors.New("there was a message before any was sent")
		}
		return got, nil
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{3, 1, 2, 2, 0}, got)
	require.Equal(t, 1, n.started, "only the sleep's")
}
