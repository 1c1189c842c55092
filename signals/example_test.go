package signals_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

// newEnvironment returns the SDK's test environment without its log.
func newEnvironment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	return suite.NewTestWorkflowEnvironment()
}

// Temperature is a message; its Validate keeps {} from being a measurement.
type Temperature struct {
	Celsius *float64 `json:"celsius"`
}

func (t Temperature) Validate() error {
	if t.Celsius == nil {
		return fmt.Errorf("celsius is missing")
	}
	return nil
}

func celsius(c float64) Temperature { return Temperature{Celsius: &c} }

var Measured = signals.New[Temperature]("measured")

// A client.Client sends; here one that tells what it is given.
func ExampleSignal_Send() {
	err := Measured.Send(context.Background(), teller{}, signals.Ref{WorkflowID: "boiler-7"}, celsius(64))
	fmt.Println(err)
	// Output:
	// measured to boiler-7
	// <nil>
}

type teller struct{ signals.Client }

func (teller) SignalWorkflow(_ context.Context, workflowID, _, signalName string, _ any) error {
	fmt.Println(signalName, "to", workflowID)
	return nil
}

func ExampleChannel_ReceiveWithTimeout() {
	env := newEnvironment()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(21.5)) }, 30*time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		v, ok, err := Measured.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, time.Hour)
		if err != nil || !ok {
			return "no measurement", err
		}
		return fmt.Sprintf("%.1f °C", *v.Celsius), nil
	})
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	// Output: <nil> 21.5 °C
}

// Three messages within an hour, with one timer for all of them.
func ExampleChannel_ReceiveUntil() {
	env := newEnvironment()
	for i := range 3 {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(float64(20+i))) }, time.Duration(i)*time.Minute)
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) (float64, error) {
		measured := Measured.Channel(ctx, signals.Options{})
		deadline := signals.NewDeadline(ctx, time.Hour)
		sum := 0.0
		for range 3 {
			v, ok, err := measured.ReceiveUntil(ctx, deadline)
			if err != nil || !ok {
				return 0, err
			}
			sum += *v.Celsius
		}
		return sum / 3, nil // the run ends here, so the deadline needs no Stop
	})
	var average float64
	fmt.Println(env.GetWorkflowResult(&average), average)
	// Output: <nil> 21
}

// Messages in groups: a group ends after five minutes without a message.
func ExampleChannel_ReceiveBatch() {
	env := newEnvironment()
	for _, minute := range []int{0, 1, 5, 30, 31} {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(20)) }, time.Duration(minute)*time.Minute)
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
		measured := Measured.Channel(ctx, signals.Options{})
		var sizes []int
		for range 2 {
			batch, err := measured.ReceiveBatch(ctx, signals.BatchOptions{Max: 100, IdleTimeout: 5 * time.Minute})
			if err != nil {
				return nil, err
			}
			sizes = append(sizes, len(batch))
		}
		return sizes, nil
	})
	var sizes []int
	fmt.Println(env.GetWorkflowResult(&sizes), sizes)
	// Output: <nil> [3 2]
}

func ExampleChannel_Receive() {
	env := newEnvironment()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(19)) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (float64, error) {
		v, err := Measured.Channel(ctx, signals.Options{}).Receive(ctx)
		if err != nil {
			return 0, err
		}
		return *v.Celsius, nil
	})
	var got float64
	fmt.Println(env.GetWorkflowResult(&got), got)
	// Output: <nil> 19
}

// A run that ends takes along what came while it was busy.
func ExampleChannel_Drain() {
	env := newEnvironment()
	for i := range 2 {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(float64(20+i))) }, time.Minute)
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
		measured := Measured.Channel(ctx, signals.Options{})
		if err := workflow.Sleep(ctx, time.Hour); err != nil { // busy
			return 0, err
		}
		return len(measured.Drain(ctx)), nil
	})
	var n int
	fmt.Println(env.GetWorkflowResult(&n), n)
	// Output: <nil> 2
}

func ExampleAwaitWithTimeout() {
	env := newEnvironment()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(Measured.Name(), celsius(21)) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
		warm := false
		workflow.Go(ctx, func(ctx workflow.Context) {
			v, err := Measured.Channel(ctx, signals.Options{}).Receive(ctx)
			warm = err == nil && *v.Celsius > 20
		})
		return signals.AwaitWithTimeout(ctx, time.Hour, func() bool { return warm })
	})
	var warm bool
	fmt.Println(env.GetWorkflowResult(&warm), warm)
	// Output: <nil> true
}
