package main

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// An Order names what a customer pays.
type Order struct {
	ID    string `json:"order"`
	Cents int64  `json:"cents"`
}

// A Receipt confirms a charge.
type Receipt struct {
	ID string `json:"id"`
}

// Pay charges the card. The worker guards the activity, so the workflow needs no change.
func Pay(ctx workflow.Context, o Order) (Receipt, error) {
	policy := retry.Remote()
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second, HeartbeatTimeout: time.Second, ScheduleToCloseTimeout: 5 * time.Minute, RetryPolicy: &policy,
	})
	var receipt Receipt
	err := workflow.ExecuteActivity(ctx, "Charge", o).Get(ctx, &receipt)
	return receipt, err
}
