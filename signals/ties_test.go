package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// collect waits up to a minute for k messages, with one timer.
func collect(ties signals.DeadlinePolicy, k int) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		deadline := signals.NewDeadline(ctx, time.Minute)
		for range k {
			_, ok, err := ch.ReceiveUntil(ctx, deadline)
			if err != nil {
				return "", err
			}
			if !ok {
				return "expired", nil
			}
		}
		return "complete", nil
	}
}

// receiveOnce waits up to a minute for one message.
func receiveOnce(ties signals.DeadlinePolicy) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		_, ok, err := paid.Channel(ctx, signals.Options{DeadlinePolicy: ties}).ReceiveWithTimeout(ctx, time.Minute)
		if ok {
			return "complete", err
		}
		return "expired", err
	}
}

// documented is the idiom of the documentation: a coroutine that listens, and
// AwaitWithTimeout on what it has heard.
func documented(k int) func(workflow.Context) (string, error) {
	return listening(k, workflow.AwaitWithTimeout)
}

func listening(k int, await func(workflow.Context, time.Duration, func() bool) (bool, error)) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		heard := 0
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				var p payment
				workflow.GetSignalChannel(ctx, paid.Name()).Receive(ctx, &p)
				heard++
			}
		})
		ok, err := await(ctx, time.Minute, func() bool { return heard >= k })
		if ok {
			return "complete", err
		}
		return "expired", err
	}
}

// The worker was down across the deadline: signals and the timer reach it in
// one workflow task, in the order in which history recorded them.
func TestTiesAfterDowntime(t *testing.T) {
	t.Parallel()

	const before, after, both = "s|", "|s", "s|s"
	cases := map[string]struct {
		order    string // s: a signal, |: the timer fires
		workflow func(workflow.Context) (string, error)
		want     string
	}{
		"lenient: one, before the deadline":             {before, collect(signals.DeadlineAcceptLate, 1), "complete"},
		"lenient: one, after it":                        {after, collect(signals.DeadlineAcceptLate, 1), "complete"},
		"lenient: two, both before":                     {"ss|", collect(signals.DeadlineAcceptLate, 2), "complete"},
		"lenient: two, one before and one after":        {both, collect(signals.DeadlineAcceptLate, 2), "complete"},
		"lenient: two, only one came":                   {before, collect(signals.DeadlineAcceptLate, 2), "expired"},
		"exact: one, before the deadline":               {before, collect(signals.DeadlineHistoryOrder, 1), "complete"},
		"exact: one, after it":                          {after, collect(signals.DeadlineHistoryOrder, 1), "expired"},
		"exact: one, before and after":                  {both, collect(signals.DeadlineHistoryOrder, 1), "complete"},
		"exact: two, both before":                       {"ss|", collect(signals.DeadlineHistoryOrder, 2), "complete"},
		"exact: two, one before and one after":          {both, collect(signals.DeadlineHistoryOrder, 2), "expired"},
		"exact: two, both after":                        {"|ss", collect(signals.DeadlineHistoryOrder, 2), "expired"},
		"lenient with a timeout: before":                {before, receiveOnce(signals.DeadlineAcceptLate), "complete"},
		"lenient with a timeout: after":                 {after, receiveOnce(signals.DeadlineAcceptLate), "complete"},
		"exact with a timeout: before":                  {before, receiveOnce(signals.DeadlineHistoryOrder), "complete"},
		"exact with a timeout: after":                   {after, receiveOnce(signals.DeadlineHistoryOrder), "expired"},
		"contrast, the documented idiom: one, in time":  {before, documented(1), "expired"}, // wrong
		"contrast, the documented idiom: two, in time":  {"ss|", documented(2), "expired"},  // wrong
		"contrast, the documented idiom: one, too late": {after, documented(1), "expired"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "collect")
			timer := h.TimerStarted(time.Minute)
			h.Pass(2 * time.Minute)
			for _, event := range c.order {
				if event == '|' {
					h.TimerFired(timer)
				} else {
					h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: 7}))
				}
			}
			h.Task()
			var got string
			h.Result(&got, c.workflow, signals.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}

// A late message is left in the channel, not swallowed.
func TestExactLeavesLateMessages(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "late")
	timer := h.TimerStarted(time.Minute)
	h.TimerFired(timer).Signal(paid.Name(), historytest.JSON(t, payment{Amount: 8})).Task()
	var late []payment
	h.Result(&late, func(ctx workflow.Context) ([]payment, error) {
		ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
		_, ok, err := ch.ReceiveWithTimeout(ctx, time.Minute)
		if ok || err != nil {
			return nil, err
		}
		return ch.Drain(ctx), nil
	}, signals.NewInterceptor())
	require.Equal(t, []payment{{Amount: 8}}, late)
}

func TestExactNeedsTheInterceptor(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "exact").Signal(paid.Name(), historytest.JSON(t, payment{Amount: 7})).Task()
	err := h.Replay(collect(signals.DeadlineHistoryOrder, 1))
	require.ErrorContains(t, err, "add signals.NewInterceptor() to worker.Options.Interceptors")
}
