package main

import (
	"context"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

type Order struct {
	ID, Customer string
	Cents        int
}

// Packed tells an order its parcel.
var Packed = signals.New[string]("packed")

// Process waits for a yes of sales, charges the card once, and waits for the parcel.
func Process(ctx workflow.Context, o Order) (string, error) {
	packed := Packed.Channel(ctx, signals.Options{})
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[Order]{
		ID: "order", Subject: o, Requester: o.Customer, Policy: policy.Quorum(1, "sales").Within(72 * time.Hour),
	})
	if err != nil || out.State != policy.StateApproved {
		return string(out.State), err
	}
	retries := retry.Remote()
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: time.Hour, RetryPolicy: &retries,
	})
	var receipt string
	if err := workflow.ExecuteActivity(ctx, "Charge", o).Get(ctx, &receipt); err != nil {
		return "", err
	}
	parcel, inTime, err := packed.ReceiveWithTimeout(ctx, 48*time.Hour)
	if err != nil || !inTime {
		return "charged, not packed in time", err
	}
	return receipt + ", " + parcel, nil
}

type Activities struct {
	Pay func(ctx context.Context, key string, cents int) (receipt string, err error) // your payment service
}

// Charge gives the service the same key in each attempt, so that it charges once.
func (a *Activities) Charge(ctx context.Context, o Order) (string, error) {
	key, err := idempotency.DownstreamKey(ctx, "charge")
	if err != nil {
		return "", err
	}
	return a.Pay(ctx, key, o.Cents)
}
