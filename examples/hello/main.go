// Hello waits for a payment.
package main

import (
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/signals"
)

var Paid = signals.New[int]("paid")

func Order(ctx workflow.Context) (string, error) {
	euros, inTime, err := Paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, 48*time.Hour)
	return fmt.Sprintf("%d euros, in time: %t", euros, inTime), err
}

func main() {
	var suite testsuite.WorkflowTestSuite // hours pass at once, without a server
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(Paid.Name(), 20) }, 47*time.Hour)
	env.ExecuteWorkflow(Order)
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
}
