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

// BenchmarkReplay replays a run that has received n messages, each in a
// workflow task of its own, and waits for more. Compare with the twins: the
// best hand-written loop, one router coroutine that fills a queue, and, in
// BenchmarkWaiters, a coroutine for each that waits.
func BenchmarkReplay(b *testing.B) {
	for _, n := range []int{10, 100, 1_000, 4_000} {
		for _, c := range []struct {
			name string
			fn   func(workflow.Context) error
		}{
			{name: "library", fn: receiveAll(payments, signals.DeadlineAcceptLate)},
			{name: "history order", fn: receiveAll(payments, signals.DeadlineHistoryOrder)},
			{
				name: "by-id",
				fn:   receiveAll(payments.WithID(func(p amount) string { return fmt.Sprint(p.Amount) }), signals.DeadlineAcceptLate),
			},
			{name: "serve", fn: serveAll},
			{name: "handwritten", fn: receiveAllByHand},
			{name: "router", fn: receiveAllByRouter},
		} {
			b.Run(fmt.Sprintf("%s/n=%d", c.name, n), func(b *testing.B) { replayMessages(b, n, 1, c.fn) })
		}
	}
}

// BenchmarkBurst is the same with all messages in one workflow task: what a
// message costs must not grow with their number.
func BenchmarkBurst(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		b.Run(fmt.Sprintf("library/n=%d", n), func(b *testing.B) { replayMessages(b, n, n, receiveAll(payments, signals.DeadlineAcceptLate)) })
		b.Run(fmt.Sprintf("handwritten/n=%d", n), func(b *testing.B) { replayMessages(b, n, n, receiveAllByHand) })
	}
}

// replayMessages replays a history of n messages, perTask in each task.
func replayMessages(b *testing.B, n, perTask int, fn func(workflow.Context) error) {
	b.Helper()
	h := historytest.New(b, "receive")
	h.TimerStarted(time.Hour)
	for i := range n {
		h.Signal(payments.Name(), historytest.JSON(b, amount{Amount: i + 1}))
		if (i+1)%perTask == 0 {
			h.Task()
		}
	}
	replay := h.Replays(fn, signals.NewInterceptor())
	require.NoError(b, replay()) // the first one costs more
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, replay())
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/message")
}

// An amount is a payment that is not validated, as in the twins.
type amount struct {
	Amount int `json:"amount"`
}

var payments = signals.New[amount]("payment")

func receiveAll(s signals.Signal[amount], ties signals.DeadlinePolicy) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		ch := s.Channel(ctx, signals.Options{DeadlinePolicy: ties})
		deadline := signals.NewDeadline(ctx, time.Hour)
		for {
			if _, ok, err := ch.ReceiveUntil(ctx, deadline); !ok {
				return err
			}
		}
	}
}

func serveAll(ctx workflow.Context) error {
	h := signals.Handle(payments.Channel(ctx, signals.Options{}), func(workflow.Context, amount) error { return nil })
	return signals.Serve(ctx, []signals.Handler{h}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, time.Hour)})
}

// receiveAllByHand is what an expert writes with the SDK alone.
func receiveAllByHand(ctx workflow.Context) error {
	ch, timer := workflow.GetSignalChannel(ctx, payments.Name()), workflow.NewTimer(ctx, time.Hour)
	for {
		var p amount
		for ch.ReceiveAsync(&p) {
			continue
		}
		if timer.IsReady() {
			return nil
		}
		if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 || timer.IsReady() }); err != nil {
			return err
		}
	}
}

// receiveAllByRouter has a coroutine between the channel and the wait.
func receiveAllByRouter(ctx workflow.Context) error {
	ch, timer := workflow.GetSignalChannel(ctx, payments.Name()), workflow.NewTimer(ctx, time.Hour)
	var queue []amount
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var p amount
			ch.Receive(ctx, &p)
			queue = append(queue, p)
		}
	})
	for {
		if err := workflow.Await(ctx, func() bool { return len(queue) > 0 || timer.IsReady() }); err != nil {
			return err
		}
		if len(queue) == 0 {
			return nil
		}
		queue = queue[1:]
	}
}

// BenchmarkWaiters replays a run in which n are waited for, each with a message
// of its own that comes in a task of its own: one loop that knows by key who
// waits, and the twin with a coroutine for each.
func BenchmarkWaiters(b *testing.B) {
	for _, n := range []int{100, 1_000} {
		b.Run(fmt.Sprintf("library/n=%d", n), func(b *testing.B) { replayMessages(b, n, 1, waitForEach(n)) })
		b.Run(fmt.Sprintf("coroutines/n=%d", n), func(b *testing.B) { replayMessages(b, n, 1, coroutineForEach(n)) })
	}
}

func waitForEach(n int) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		waiting := map[int]bool{}
		for i := range n {
			waiting[i+1] = true
		}
		ch := payments.Channel(ctx, signals.Options{})
		deadline := signals.NewDeadline(ctx, time.Hour)
		for {
			p, ok, err := ch.ReceiveUntil(ctx, deadline)
			if !ok {
				return err
			}
			delete(waiting, p.Amount)
		}
	}
}

func coroutineForEach(n int) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		timer, arrived := workflow.NewTimer(ctx, time.Hour), map[int]bool{}
		for i := range n {
			workflow.Go(ctx, func(ctx workflow.Context) {
				_ = workflow.Await(ctx, func() bool { return arrived[i+1] })
			})
		}
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				var p amount
				workflow.GetSignalChannel(ctx, payments.Name()).Receive(ctx, &p)
				arrived[p.Amount] = true
			}
		})
		return timer.Get(ctx, nil)
	}
}
