package signals_test

import (
	"time"

	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// receive takes some messages in one of the ways, and blocks for a while.
func receive(ctx workflow.Context, way int, ch *signals.Channel[item], handle func(...item), n func() int) error {
	one := func(ctx workflow.Context, i item) error { handle(i); return nil }
	work := func(ctx workflow.Context, i item) error {
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return err
		}
		return one(ctx, i)
	}
	start := n()
	soon := signals.NewDeadline(ctx, 3*time.Second)
	defer soon.Stop()
	switch way {
	case 0:
		v, ok, err := ch.ReceiveWithTimeout(ctx, 2*time.Second)
		if ok {
			handle(v)
		}
		return err
	case 1:
		v, ok, err := ch.ReceiveUntil(ctx, soon)
		if ok {
			handle(v)
		}
		return err
	case 2:
		if ch.Len() > 0 {
			if v, ok := ch.TryReceive(ctx); ok {
				handle(v)
			}
		}
		return workflow.Sleep(ctx, time.Second)
	case 3:
		handle(ch.Drain(ctx)...)
		return workflow.Sleep(ctx, 2*time.Second)
	case 4:
		// The wait for the first has no limit of its own.
		limited, cancel := workflow.WithCancel(ctx)
		workflow.Go(limited, func(ctx workflow.Context) {
			_ = workflow.Sleep(ctx, 3*time.Second)
			cancel()
		})
		all, err := ch.ReceiveBatch(limited, signals.BatchOptions{Max: 4, IdleTimeout: time.Second, MaxWait: 2 * time.Second})
		handle(all...)
		cancel()
		if temporal.IsCanceledError(err) {
			return nil
		}
		return err
	case 5:
		return signals.Serve(ctx, []signals.Handler{signals.Handle(ch, work)}, signals.ServeOptions{
			Deadline: soon,
			Stop:     func() bool { return n() > start+2 },
		})
	case 6:
		// One key, so that the order can be told.
		return signals.Serve(ctx, []signals.Handler{signals.HandleByKey(ch, func(item) string { return "" }, work)},
			signals.ServeOptions{Deadline: soon})
	case 7:
		return signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, func(item) string { return "" }, work),
		}, signals.ServeOptions{Deadline: soon, Stop: func() bool { return n() > start }})
	}
	over := false
	s := addTo(ctx, ch, workflow.NewSelector(ctx), func(i item) { handle(i) })
	s.AddFuture(workflow.NewTimer(ctx, 2*time.Second), func(workflow.Future) { over = true })
	for !over {
		s.Select(ctx)
	}
	return nil
}

// A counter counts the signals that have arrived in a run. The environment
// drops those that are sent in the very moment in which the run ends.
type counter struct {
	interceptor.WorkerInterceptorBase
	interceptor.WorkflowInboundInterceptorBase

	n int
}

func (c *counter) InterceptWorkflow(
	_ workflow.Context,
	next interceptor.WorkflowInboundInterceptor,
) interceptor.WorkflowInboundInterceptor {
	c.WorkflowInboundInterceptorBase.Next = next
	return c
}

func (c *counter) HandleSignal(ctx workflow.Context, in *interceptor.HandleSignalInput) error {
	c.n++
	return c.WorkflowInboundInterceptorBase.HandleSignal(ctx, in)
}

// rest is what of all has not arrived.
func (c *counter) rest(all []burst) []burst {
	for len(all) > 0 && c.n > 0 {
		n := min(c.n, len(all[0].Sends))
		c.n -= n
		if n < len(all[0].Sends) {
			return append([]burst{{all[0].After, all[0].Sends[n:]}}, all[1:]...)
		}
		all = all[1:]
	}
	return all
}
