package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Fixtures are only ever added. One that fails says that running workflows
// would fail in the same way.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	receive := func(ctx workflow.Context, timeout time.Duration) (string, error) {
		_, ok, err := paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, timeout)
		if ok {
			return "received", err
		}
		return "expired", err
	}
	historytest.ReplayAll(t, "testdata/history", map[string]any{"Receive": receive, "AllWaits": allWaits})
}

// allWaits waits in every way, one after the other. Its twin runs on a real
// server, in internal/e2e/approval.
func allWaits(ctx workflow.Context, carried signals.ContinueState) ([]int, error) {
	var got []int
	ch := paid.Channel(ctx, signals.Options{ContinueState: carried})
	note := func(p payment) { got = append(got, p.Amount) }
	if p, ok, err := ch.ReceiveWithTimeout(ctx, time.Minute); !ok {
		return got, err
	} else {
		note(p)
	}
	deadline := signals.NewDeadline(ctx, time.Second)
	if p, ok, err := ch.ReceiveUntil(ctx, deadline); err != nil {
		return got, err
	} else if ok {
		note(p)
	}
	late := signals.NewDeadline(ctx, 4*time.Second)
	batch, err := ch.ReceiveBatch(ctx, signals.BatchOptions{IdleTimeout: time.Second, Stop: late.Passed})
	late.Stop()
	if err != nil {
		return got, err
	}
	for _, p := range batch {
		note(p)
	}
	if _, err := signals.AwaitWithTimeout(ctx, time.Second, func() bool { return ch.Len() > 100 }); err != nil {
		return got, err
	}
	handle := signals.Handle(ch, func(_ workflow.Context, p payment) error { note(p); return nil })
	if err := signals.Serve(ctx, []signals.Handler{handle}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx,
		time.Second)}); err != nil {
		return got, err
	}
	timer := func(d time.Duration) func(workflow.Context) workflow.Future {
		return func(ctx workflow.Context) workflow.Future { return workflow.NewTimer(ctx, d) }
	}
	if _, _, err := signals.Race(ctx, timer(time.Hour), timer(time.Second)); err != nil {
		return got, err
	}
	over := false
	selector := addTo(ctx, ch, workflow.NewSelector(ctx), note)
	selector.AddFuture(workflow.NewTimer(ctx, time.Second), func(workflow.Future) { over = true })
	for !over {
		selector.Select(ctx)
	}
	if next, ok := signals.NewContinueState(ctx, ch); ok && carried.IsZero() {
		return got, workflow.NewContinueAsNewError(ctx, "AllWaits", next)
	}
	return got, nil
}

// A run that has opened a second channel while its workers had no interceptor goes
// on with it when they have one.
func TestSecondChannelOpenedBeforeTheInterceptorStillReceives(t *testing.T) {
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

// A second channel whose refusal is recorded stays refused.
func TestRefusedSecondChannelStaysRefusedInReplay(t *testing.T) {
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
