package signals_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

type payment struct {
	Amount int `json:"amount"`
}

// UnmarshalJSON refuses a payment of nothing, as what is no payment at all.
func (p *payment) UnmarshalJSON(data []byte) error {
	type plain payment // without this method
	if err := json.Unmarshal(data, (*plain)(p)); err != nil {
		return err
	}
	if p.Amount <= 0 {
		return errors.New("amount must be positive")
	}
	return nil
}

var paid = signals.New[payment]("paid")

// timers counts the timers of a test run.
type timers struct{ started, canceled, fired int }

func watch(env *testsuite.TestWorkflowEnvironment) *timers {
	n := &timers{}
	env.SetOnTimerScheduledListener(func(string, time.Duration) { n.started++ })
	env.SetOnTimerCanceledListener(func(string) { n.canceled++ })
	env.SetOnTimerFiredListener(func(string) { n.fired++ })
	return n
}

// at sends a signal at a virtual time after the start of the run.
func at(env *testsuite.TestWorkflowEnvironment, after time.Duration, arg any) {
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(paid.Name(), arg) }, after)
}

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
		"returns the message and cancels its timer": {
			time.Hour, map[time.Duration]any{time.Minute: payment{Amount: 5}}, result{5, true, time.Minute}, timers{2, 1, 1},
		},
		"expires when nothing comes": {time.Hour, nil, result{0, false, time.Hour}, timers{2, 0, 2}},
		"starts no timer when the message is there": {
			time.Hour, map[time.Duration]any{0: payment{Amount: 5}}, result{5, true, 0}, timers{1, 0, 1},
		},
		"looks once when the timeout is zero":        {0, map[time.Duration]any{0: payment{Amount: 5}}, result{5, true, 0}, timers{1, 0, 1}},
		"does not wait when the timeout is negative": {-time.Hour, nil, result{}, timers{1, 0, 1}},
		"expires on time after one message that cannot be decoded": {
			time.Hour, map[time.Duration]any{time.Minute: garbage}, result{0, false, time.Hour}, timers{2, 0, 2},
		},
		"a good message after a bad one counts": {
			time.Hour, map[time.Duration]any{time.Minute: garbage, 2 * time.Minute: payment{Amount: 5}}, result{5, true, 2 * time.Minute}, timers{
				2,
				1, 1,
			},
		},
		"the zero value of an empty object is refused by the message's own Validate": {
			time.Hour, map[time.Duration]any{time.Minute: struct{}{}}, result{0, false, time.Hour}, timers{2, 0, 2},
		},
		"null is not a message": {time.Hour, map[time.Duration]any{time.Minute: nil}, result{0, false, time.Hour}, timers{2, 0, 2}},
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

func disconnected(ctx workflow.Context) workflow.Context {
	d, _ := workflow.NewDisconnectedContext(ctx)
	return d
}
