package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A run that has opened a second channel while its workers had no interceptor goes
// on with it when they have one.
func TestSecondChannelOfAnOpenRun(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "twice")
	timer := h.TimerStarted(time.Minute)
	h.Pass(time.Second).Signal("paid", historytest.JSON(t, payment{Amount: 7})).Task()
	h.TimerCanceled(timer)
	timer = h.TimerStarted(time.Hour)
	h.Pass(time.Hour).TimerFired(timer).Task()
	var got int
	h.Result(&got, func(ctx workflow.Context) (int, error) {
		paid.Channel(ctx, signals.Options{})
		p, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, time.Minute)
		if !ok || err != nil {
			return 0, err
		}
		return p.Amount, workflow.Sleep(ctx, time.Hour)
	}, signals.NewInterceptor())
	require.Equal(t, 7, got)
}

// One that was refused stays refused.
func TestSecondChannelThatWasRefused(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "twice")
	h.MutableSideEffect("temporal-patterns.signals.second.paid", 1, true)
	timer := h.TimerStarted(time.Hour)
	h.Pass(time.Hour).TimerFired(timer).Task()
	var got bool
	h.Result(&got, func(ctx workflow.Context) (bool, error) {
		paid.Channel(ctx, signals.Options{})
		_, err := paid.Channel(ctx, signals.Options{}).Receive(ctx)
		return err != nil, workflow.Sleep(ctx, time.Hour)
	}, signals.NewInterceptor())
	require.True(t, got)
}
