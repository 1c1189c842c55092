package approval_test

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// endingAfter is ctx until it is canceled after d.
func endingAfter(ctx workflow.Context, d time.Duration) workflow.Context {
	ending, cancel := workflow.WithCancel(ctx)
	workflow.Go(ctx, func(ctx workflow.Context) {
		if workflow.Sleep(ctx, d) == nil {
			cancel()
		}
	})
	return ending
}

// polling waits by hand, and takes without waiting.
func polling(take func(workflow.Context, *signals.Channel[Payment]) []Payment) form {
	return func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) (got []Payment, _ bool, _ error) {
		deadline := signals.NewDeadline(ctx, w.Deadline)
		for {
			if err := workflow.Await(ctx, func() bool { return ch.Len() > 0 || deadline.Passed() }); err != nil {
				return got, false, err
			}
			more := take(ctx, ch)
			got = append(got, more...)
			if len(got) >= w.Need {
				return got, true, nil
			}
			if more == nil && deadline.Passed() {
				return got, false, nil
			}
		}
	}
}

// hearing has a coroutine that listens, and waits for what it has heard.
func hearing(await func(workflow.Context, time.Duration, func() bool) (bool, error)) form {
	return func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
		var heard []Payment
		workflow.Go(ctx, func(ctx workflow.Context) {
			for {
				p, err := ch.Receive(ctx)
				if err != nil {
					return
				}
				heard = append(heard, p)
			}
		})
		ok, err := await(ctx, w.Deadline, func() bool { return len(heard) >= w.Need })
		return heard, ok, err
	}
}

// serve handles what comes until a deadline.
func serve(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) (got []Payment, ok bool, err error) {
	serving := signals.ServeOptions{Deadline: signals.NewDeadline(ctx, w.Deadline), Stop: func() bool { return len(got) >= w.Need }}
	err = signals.Serve(ctx, []signals.Handler{
		signals.Handle(ch, func(_ workflow.Context, p Payment) error {
			got = append(got, p)
			return nil
		}),
	}, serving)
	return got, len(got) >= w.Need, err
}

// selecting has the channel and a timer in one selector, the channel first.
func selecting(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) (got []Payment, ok bool, err error) {
	passed := false
	selector := workflow.NewSelector(ctx)
	if err := ch.AddTo(ctx, selector, func(p Payment) { got = append(got, p) }); err != nil {
		return got, false, err
	}
	selector.AddFuture(workflow.NewTimer(ctx, w.Deadline), func(workflow.Future) { passed = true })
	for len(got) < w.Need && !passed {
		selector.Select(ctx)
	}
	return got, len(got) >= w.Need, nil
}

// race has a future of the message, which a coroutine sets, against a timer.
func race(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
	message := func(ctx workflow.Context) workflow.Future {
		future, settable := workflow.NewFuture(ctx)
		workflow.Go(ctx, func(ctx workflow.Context) { settable.Set(ch.Receive(ctx)) })
		return future
	}
	timer := func(ctx workflow.Context) workflow.Future { return workflow.NewTimer(ctx, w.Deadline) }
	winner, future, err := signals.Race(ctx, message, timer)
	if err != nil || winner > 0 {
		return nil, false, err
	}
	var p Payment
	err = future.Get(ctx, &p)
	return []Payment{p}, true, err
}
