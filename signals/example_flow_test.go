package signals_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// Line is one line of a cart. Senders may send it twice: it has an ID.
type Line struct {
	ID     string `json:"id"`
	Amount int    `json:"amount"`
}

var Lines = signals.New[Line]("line").WithID(func(l Line) string { return l.ID })

// CartInput is what a cart knows when a run of it begins.
type CartInput struct {
	Total   int
	Carried signals.ContinueState
}

// Cart adds up lines without end, in runs of two lines each.
func Cart(ctx workflow.Context, in CartInput) error {
	lines := Lines.Channel(ctx, signals.Options{ContinueState: in.Carried})
	for handled := 0; ; handled++ {
		if handled >= 2 || signals.ShouldContinueAsNew(ctx) {
			if carried, ok := signals.NewContinueState(ctx, lines); ok {
				in.Carried = carried
				return workflow.NewContinueAsNewError(ctx, Cart, in)
			}
		}
		line, err := lines.Receive(ctx)
		if err != nil {
			return err // canceled
		}
		in.Total += line.Amount
	}
}

// What has arrived and was not received goes on to the next run.
func ExampleNewContinueState() {
	env := newEnvironment()
	env.RegisterWorkflow(Cart)
	env.RegisterDelayedCallback(func() {
		batch := Lines.Batcher(signalstest.NewClient(env), signals.Ref{WorkflowID: "cart-1"})
		for _, line := range []Line{{"a", 1}, {"b", 2}, {"b", 2}, {"c", 4}} {
			_ = batch.Add(context.Background(), line)
		}
		fmt.Println(batch.Flush(context.Background()))
	}, time.Minute)
	env.ExecuteWorkflow(Cart, CartInput{})

	var next *workflow.ContinueAsNewError
	fmt.Println(errors.As(env.GetWorkflowError(), &next))
	var in CartInput
	fmt.Println(converter.GetDefaultDataConverter().FromPayloads(next.Input, &in))
	fmt.Println(in.Total, in.Carried.Len(), "carried")
	// Output:
	// <nil>
	// true
	// <nil>
	// 3 2 carried
}

// One line after the other, until the shop closes; a handler may block.
func ExampleServe() {
	env := newEnvironment()
	for hour, amount := range []int{1, 2, 4} {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(Lines.Name(), Line{fmt.Sprint(hour), amount}) }, time.Duration(hour)*time.Hour)
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) (total int, err error) {
		handle := signals.Handle(Lines.Channel(ctx, signals.Options{}), func(ctx workflow.Context, l Line) error {
			total += l.Amount
			return workflow.Sleep(ctx, time.Minute)
		})
		err = signals.Serve(ctx, []signals.Handler{handle}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, 90*time.Minute)})
		return total, err
	})
	var total int
	fmt.Println(env.GetWorkflowResult(&total), total)
	// Output: <nil> 3
}

// The first supplier that delivers is enough; the other is told to stop.
func ExampleRace() {
	env := newEnvironment()
	supplier := func(d time.Duration) func(workflow.Context) workflow.Future {
		return func(ctx workflow.Context) workflow.Future { return workflow.NewTimer(ctx, d) } // or an activity
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
		winner, _, err := signals.Race(ctx, supplier(2*time.Hour), supplier(time.Hour))
		return winner, err
	})
	var winner int
	fmt.Println(env.GetWorkflowResult(&winner), winner)
	// Output: <nil> 1
}

var (
	Discount = signals.NewUpdate[int, int]("discount")
	Price    = signals.NewQuery[int]("price")
)

// An update and a query have types on both sides.
func ExampleUpdate() {
	env := newEnvironment()
	answer := signalstest.UpdateAfter(env, time.Minute, Discount, "summer", 30)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		price := 100
		if err := Price.Handle(ctx, func() (int, error) { return price, nil }); err != nil {
			return err
		}
		err := Discount.Handle(ctx,
			func(_ workflow.Context, percent int) error {
				if percent > 50 {
					return fmt.Errorf("%d%% are too much; ask for at most 50", percent)
				}
				return nil
			},
			func(_ workflow.Context, percent int) (int, error) {
				price -= price * percent / 100
				return price, nil
			})
		if err != nil {
			return err
		}
		return workflow.Sleep(ctx, time.Hour)
	})
	fmt.Println(answer.Get())
	fmt.Println(Price.Get(context.Background(), signalstest.NewClient(env), signals.Ref{}))
	// Output:
	// 70 <nil>
	// 70 <nil>
}

// Outside, a client calls; an ID makes it safe to call again.
func ExampleUpdate_Execute() {
	var c client.Client // from client.Dial
	discount := func(ctx context.Context, workflowID string) (int, error) {
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second) // a worker must answer
		defer cancel()
		return Discount.Execute(ctx, c, signals.Ref{WorkflowID: workflowID}, "summer", 30)
	}
	_ = discount
}

// A message among other things that happen.
func ExampleChannel_AddTo() {
	env := newEnvironment()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(Lines.Name(), Line{"a", 7}) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (total int, err error) {
		closed := false
		selector := workflow.NewSelector(ctx)
		if err := Lines.Channel(ctx, signals.Options{}).AddTo(ctx, selector, func(l Line) { total += l.Amount }); err != nil {
			return 0, err
		}
		selector.AddFuture(workflow.NewTimer(ctx, time.Hour), func(workflow.Future) { closed = true })
		for !closed {
			selector.Select(ctx)
		}
		return total, nil
	})
	var total int
	fmt.Println(env.GetWorkflowResult(&total), total)
	// Output: <nil> 7
}
