package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A wait that its deadline has ended stays ended: a message that came in time, but is
// received after that, cannot extend the deadline.
func TestExtensionIsRefusedAfterAWaitHasEnded(t *testing.T) {
	t.Parallel()
	for name, wait := range map[string]func(ctx workflow.Context, d *signals.Deadline) error{
		"ReceiveUntil": func(ctx workflow.Context, d *signals.Deadline) error {
			_, _, err := paid.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, d)
			return err
		},
		"AwaitUntil": func(ctx workflow.Context, d *signals.Deadline) error {
			_, err := signals.AwaitUntil(ctx, d, func() bool { return false })
			return err
		},
		"Serve": func(ctx workflow.Context, d *signals.Deadline) error {
			ch := paid.Channel(ctx, signals.Options{})
			return signals.Serve(ctx, []signals.Handler{signals.Handle(ch, func(workflow.Context, payment) error { return nil })},
				signals.ServeOptions{Deadline: d})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "verdict")
			timer := h.TimerStarted(time.Minute)
			h.Pass(2*time.Minute).Signal(extension.Name(), historytest.JSON(t, payment{Amount: 1})).TimerFired(timer).Task()
			var refused bool
			h.Result(&refused, func(ctx workflow.Context) (bool, error) {
				deadline := signals.NewDeadline(ctx, time.Minute)
				if err := wait(ctx, deadline); err != nil {
					return false, err
				}
				_, ok, err := extension.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, deadline)
				require.True(t, ok, "it came in time")
				require.NoError(t, err)
				return deadline.Extend(ctx, time.Hour) != nil, nil
			}, signals.NewInterceptor())
			require.True(t, refused)
		})
	}
}

// A condition that holds in time may extend the deadline, as a message may.
func TestExtensionAfterACondition(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "condition")
	timer := h.TimerStarted(time.Minute)
	h.Pass(2*time.Minute).Signal(extension.Name(), historytest.JSON(t, payment{Amount: 1})).TimerFired(timer).Task()
	h.TimerStarted(59 * time.Minute)
	var extended bool
	h.Result(&extended, func(ctx workflow.Context) (bool, error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		ch := extension.Channel(ctx, signals.Options{})
		ok, err := signals.AwaitUntil(ctx, deadline, func() bool { return ch.Len() > 0 })
		if !ok || err != nil {
			return false, err
		}
		return deadline.Extend(ctx, time.Hour) == nil, nil
	})
	require.True(t, extended)
}

// The limit counts from the instant of the deadline, not from when a worker has
// looked.
func TestLimitAfterDowntime(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "limit")
	timer := h.TimerStarted(time.Minute)
	h.Pass(30*time.Minute).Signal(extension.Name(), historytest.JSON(t, payment{Amount: 1})).TimerFired(timer).Task()
	h.TimerStarted(31 * time.Minute)
	var extended bool
	h.Result(&extended, func(ctx workflow.Context) (bool, error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		deadline.SetLimit(deadline.Time().Add(time.Hour))
		_, ok, err := extension.Channel(ctx, signals.Options{}).ReceiveUntil(ctx, deadline)
		if !ok || err != nil {
			return false, err
		}
		return deadline.Extend(ctx, time.Hour) == nil, nil
	})
	require.True(t, extended)
}
