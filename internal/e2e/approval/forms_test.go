package approval_test

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Waiting is a wait for so many payments until a deadline, in one of the forms
// that package signals or the SDK has for it.
type Waiting struct {
	Form     string
	Ties     signals.DeadlinePolicy
	Need     int
	Deadline time.Duration
}

// Wait waits, and says whether all came, which it received, and which were
// left in the channel.
func Wait(ctx workflow.Context, w Waiting) (string, error) {
	ch := Paid.Channel(ctx, signals.Options{DeadlinePolicy: w.Ties})
	got, ok, err := forms[w.Form](ctx, ch, w)
	return fmt.Sprintf("%s %v, left %v", verdict(ok), amounts(got), amounts(ch.Drain(ctx))), err
}

func amounts(payments []Payment) []int {
	var all []int
	for _, p := range payments {
		all = append(all, p.Amount)
	}
	return all
}

type form func(workflow.Context, *signals.Channel[Payment], Waiting) (got []Payment, ok bool, err error)

// forms are all ways to wait, by name.
var forms = map[string]form{
	"ReceiveWithTimeout": func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
		p, ok, err := ch.ReceiveWithTimeout(ctx, w.Deadline)
		if !ok {
			return nil, false, err
		}
		return []Payment{p}, true, nil
	},
	"ReceiveUntil": func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) (got []Payment, _ bool, _ error) {
		deadline := signals.NewDeadline(ctx, w.Deadline)
		for len(got) < w.Need {
			p, ok, err := ch.ReceiveUntil(ctx, deadline)
			if !ok || err != nil {
				return got, false, err
			}
			got = append(got, p)
		}
		return got, true, nil
	},
	"Receive": func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) (got []Payment, _ bool, _ error) {
		ctx = endingAfter(ctx, w.Deadline)
		for len(got) < w.Need {
			p, err := ch.Receive(ctx)
			if err != nil {
				return got, false, nil //nolint:nilerr // canceled at the deadline
			}
			got = append(got, p)
		}
		return got, true, nil
	},
	"ReceiveAsync": polling(func(ctx workflow.Context, ch *signals.Channel[Payment]) []Payment {
		p, ok := ch.TryReceive(ctx)
		if !ok {
			return nil
		}
		return []Payment{p}
	}),
	"Drain": polling(func(ctx workflow.Context, ch *signals.Channel[Payment]) []Payment { return ch.Drain(ctx) }),
	"ReceiveBatch": func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
		got, err := ch.ReceiveBatch(endingAfter(ctx, w.Deadline), signals.BatchOptions{})
		return got, err == nil, nil
	},
	"ReceiveBatch, Quiet": func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
		got, err := ch.ReceiveBatch(ctx, signals.BatchOptions{IdleTimeout: w.Deadline})
		return got, true, err
	},
	"ReceiveBatch, MaxWait": func(ctx workflow.Context, ch *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
		got, err := ch.ReceiveBatch(ctx, signals.BatchOptions{MaxWait: w.Deadline})
		return got, true, err
	},
	"AwaitWithTimeout": hearing(signals.AwaitWithTimeout),
	"AwaitUntil": hearing(func(ctx workflow.Context, d time.Duration, condition func() bool) (bool, error) {
		return signals.AwaitUntil(ctx, signals.NewDeadline(ctx, d), condition)
	}),
	"Serve":                      serve,
	"Selector":                   selecting,
	"Race":                       race,
	"the SDK's AwaitWithTimeout": hearing(workflow.AwaitWithTimeout),
	"the SDK's ReceiveWithTimeout": func(ctx workflow.Context, _ *signals.Channel[Payment], w Waiting) ([]Payment, bool, error) {
		var p Payment
		if ok, _ := workflow.GetSignalChannel(ctx, Paid.Name()).ReceiveWithTimeout(ctx, w.Deadline, &p); !ok {
			return nil, false, nil
		}
		return []Payment{p}, true, nil
	},
}
