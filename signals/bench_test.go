package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const benchMessages = 500

// BenchmarkReplay replays a run that has received 500 messages, each in a
// workflow task of its own, and waits for more. Compare with the twins: the
// best hand-written loop, and one router coroutine that fills a queue.
func BenchmarkReplay(b *testing.B) {
	for _, c := range []struct {
		name string
		fn   func(workflow.Context) error
	}{
		{"library", receiveAll(signals.Lenient)},
		{"exact", receiveAll(signals.Exact)},
		{"handwritten", receiveAllByHand},
		{"router", receiveAllByRouter},
	} {
		b.Run(c.name, func(b *testing.B) {
			h := historytest.New(b, "receive")
			h.TimerStarted(time.Hour)
			for range benchMessages {
				h.Signal(paid.Name(), historytest.JSON(b, payment{Amount: 7})).Task()
			}
			replay := h.Replays(c.fn, signals.NewInterceptor())
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, replay())
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/benchMessages, "ns/message")
		})
	}
}

func receiveAll(ties signals.Ties) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		ch := paid.Channel(ctx, signals.Options{Ties: ties})
		deadline := signals.NewDeadline(ctx, time.Hour)
		for {
			if _, ok, err := ch.ReceiveUntil(ctx, deadline); !ok {
				return err
			}
		}
	}
}

// receiveAllByHand is what an expert writes with the SDK alone.
func receiveAllByHand(ctx workflow.Context) error {
	ch, timer := workflow.GetSignalChannel(ctx, paid.Name()), workflow.NewTimer(ctx, time.Hour)
	for {
		var p payment
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
	ch, timer := workflow.GetSignalChannel(ctx, paid.Name()), workflow.NewTimer(ctx, time.Hour)
	var queue []payment
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var p payment
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
