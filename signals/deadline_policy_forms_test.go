package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// A form waits up to a minute for k messages and returns how many it got.
type form func(ctx workflow.Context, ch *signals.Channel[payment], k int) (int, error)

func serveForm(keyed bool) form {
	return func(ctx workflow.Context, ch *signals.Channel[payment], k int) (n int, err error) {
		count := func(workflow.Context, payment) error { n++; return nil }
		h := signals.Handle(ch, count)
		if keyed {
			h = signals.HandleByKey(ch, func(p payment) string { return fmt.Sprint(p.Amount) }, count)
		}
		err = signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{
			Deadline: signals.NewDeadline(ctx, time.Minute),
			Stop:     func() bool { return n >= k },
		})
		return n, err
	}
}

func selectorForm(channelFirst bool) form {
	return func(ctx workflow.Context, ch *signals.Channel[payment], k int) (n int, err error) {
		over := false
		s, timer := workflow.NewSelector(ctx), workflow.NewTimer(ctx, time.Minute)
		end := func(workflow.Future) { over = true }
		if channelFirst {
			addTo(ctx, ch, s, func(payment) { n++ }).AddFuture(timer, end)
		} else {
			addTo(ctx, ch, s.AddFuture(timer, end), func(payment) { n++ })
		}
		for n < k && !over {
			s.Select(ctx)
		}
		return n, nil
	}
}

// listenForm is a coroutine that listens, and a wait on what it has heard.
func listenForm(await func(workflow.Context, func() bool) (bool, error)) form {
	return func(ctx workflow.Context, ch *signals.Channel[payment], k int) (n int, err error) {
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				if _, err := ch.Receive(ctx); err != nil {
					return
				}
				n++
			}
		})
		_, err = await(ctx, func() bool { return n >= k })
		return n, err
	}
}

var forms = map[string]form{
	"ReceiveUntil": func(ctx workflow.Context, ch *signals.Channel[payment], k int) (n int, err error) {
		deadline := signals.NewDeadline(ctx, time.Minute)
		for ; n < k; n++ {
			if _, ok, err := ch.ReceiveUntil(ctx, deadline); !ok {
				return n, err
			}
		}
		return n, nil
	},
	"ReceiveWithTimeout": func(ctx workflow.Context, ch *signals.Channel[payment], _ int) (int, error) {
		if _, ok, err := ch.ReceiveWithTimeout(ctx, time.Minute); !ok {
			return 0, err
		}
		return 1, nil
	},
	"Serve":              serveForm(false),
	"Serve by key":       serveForm(true),
	"AddTo before timer": selectorForm(true),
	"AddTo behind timer": selectorForm(false),
	"AwaitWithTimeout": listenForm(func(ctx workflow.Context, condition func() bool) (bool, error) {
		return signals.AwaitWithTimeout(ctx, time.Minute, condition)
	}),
	"AwaitUntil": listenForm(func(ctx workflow.Context, condition func() bool) (bool, error) {
		return signals.AwaitUntil(ctx, signals.NewDeadline(ctx, time.Minute), condition)
	}),
	"contrast: workflow.AwaitWithTimeout": listenForm(func(ctx workflow.Context, condition func() bool) (bool, error) {
		return workflow.AwaitWithTimeout(ctx, time.Minute, condition)
	}),
}

// The worker was down across the deadline; s is a message, | the timer. Each
// cell holds the number of messages that the form received of those it wanted. Rows
// marked "wrong" lose a message that was in time; they are there for contrast.
func TestDeadlinePolicyOfEachWait(t *testing.T) {
	t.Parallel()
	const acceptLate, historyOrder = signals.DeadlineAcceptLate, signals.DeadlineHistoryOrder
	type row struct {
		form string
		ties signals.DeadlinePolicy
		// one wanted; two wanted
		before, after, both                   int
		twoBefore, twoBoth, twoAfter, onlyOne int
	}
	for _, r := range []row{
		{"ReceiveWithTimeout", acceptLate, 1, 1, 1, 1, 1, 1, 1},
		{"ReceiveWithTimeout", historyOrder, 1, 0, 1, 1, 1, 0, 1},
		{"ReceiveUntil", acceptLate, 1, 1, 1, 2, 2, 2, 1},
		{"ReceiveUntil", historyOrder, 1, 0, 1, 2, 1, 0, 1},
		{"Serve", acceptLate, 1, 1, 1, 2, 2, 2, 1},
		{"Serve", historyOrder, 1, 0, 1, 2, 1, 0, 1},
		{"Serve by key", acceptLate, 1, 1, 1, 2, 2, 2, 1},
		{"Serve by key", historyOrder, 1, 0, 1, 2, 1, 0, 1},
		{"AwaitWithTimeout", acceptLate, 1, 1, 1, 2, 2, 2, 1},
		{"AwaitUntil", acceptLate, 1, 1, 1, 2, 2, 2, 1},
		{"AddTo before timer", acceptLate, 1, 0, 1, 2, 2, 0, 1},
		{"AddTo behind timer", acceptLate, 1, 0, 1, 1, 1, 0, 1},                  // wrong: one of two in time is lost
		{"contrast: workflow.AwaitWithTimeout", acceptLate, 0, 0, 0, 0, 0, 0, 0}, // wrong
	} {
		name := r.form + map[signals.DeadlinePolicy]string{acceptLate: ", accept late", historyOrder: ", history order"}[r.ties]
		for _, cell := range []struct {
			order   string
			k, want int
		}{
			{order: "s|", k: 1, want: r.before},
			{order: "|s", k: 1, want: r.after},
			{order: "s|s", k: 1, want: r.both},
			{order: "ss|", k: 2, want: r.twoBefore},
			{order: "s|s", k: 2, want: r.twoBoth},
			{order: "|ss", k: 2, want: r.twoAfter},
			{order: "s|", k: 2, want: r.onlyOne},
		} {
			t.Run(fmt.Sprintf("%s: %d of %s", name, cell.k, cell.order), func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "wait")
				timer := h.TimerStarted(time.Minute)
				h.Pass(2 * time.Minute)
				for i, event := range cell.order {
					if event == '|' {
						h.TimerFired(timer)
					} else {
						h.Signal(paid.Name(), historytest.JSON(t, payment{Amount: i + 1}))
					}
				}
				h.Task()
				var got int
				h.Result(&got, func(ctx workflow.Context) (int, error) {
					n, err := forms[r.form](ctx, paid.Channel(ctx, signals.Options{DeadlinePolicy: r.ties}), cell.k)
					return min(n, cell.k), err // a listener may receive more
				}, signals.NewInterceptor())
				require.Equal(t, cell.want, got)
			})
		}
	}
}
