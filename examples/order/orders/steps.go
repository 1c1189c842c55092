package orders

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// do only names the activities: workers have the real ones.
var do *Activities

// attempt is how long one attempt of an activity may take. The worker's HTTP client
// gives up before, after 9 seconds, so that an activity returns an error of its own.
// Of a worker that was killed nothing comes: when this time is over, the server
// begins the next attempt.
const attempt = 10 * time.Second

// maxScore is from which score on an order is refused.
const maxScore = 80

// screen asks a service how likely fraud is. What it refuses is final, what it
// cannot answer now is tried again.
func (p *process) screen(ctx workflow.Context) (string, error) {
	ctx = workflow.WithActivityOptions(ctx, external(2*time.Minute, "screen "+p.ID))
	var score int
	if err := workflow.ExecuteActivity(ctx, do.Screen, p.Order).Get(ctx, &score); err != nil {
		return "", err
	}
	if score > maxScore {
		return "it looks like fraud", nil
	}
	return "", nil
}

// approve asks people about a large order.
func (p *process) approve(ctx workflow.Context) (string, error) {
	if p.Cents < p.ApproveFrom {
		return "", nil
	}
	out, err := approval.Await(ctx, p.gates, approval.Request[Order]{
		ID: GateLarge, Subject: p.Order, Title: "order " + p.ID, Requester: p.Clerk, Policy: p.Approval,
	})
	if err != nil {
		return "", err
	}
	if out.State != policy.StateApproved {
		return "the order was " + string(out.State), nil
	}
	return "", nil
}

// collect waits for the items, which are reported one by one, until all are there
// or it is quiet.
func (p *process) collect(ctx workflow.Context) (string, error) {
	deadline := signals.NewDeadline(ctx, p.CollectWithin)
	defer deadline.Stop()
	batch, err := p.items.ReceiveBatch(ctx, signals.BatchOptions{Max: p.Items, IdleTimeout: p.Quiet, Stop: deadline.Passed})
	if err != nil {
		return "", err
	}
	for _, item := range batch {
		p.told.Items = append(p.told.Items, item.ID)
	}
	if len(batch) == 0 {
		return "no item has come", nil
	}
	return "", nil
}

// ship packs and sends, both within one budget. When that is over, nobody knows
// what the last attempt did, so the parcel is to be called back in any case.
func (p *process) ship(ctx workflow.Context) (string, error) {
	p.undo = append(p.undo, do.Recall)
	budget := timeouts.NewBudget(ctx, p.ShipWithin)
	for _, step := range []struct {
		activity any
		result   any
	}{{do.Pack, nil}, {do.Send, &p.told.Parcel}} {
		options := external(p.ShipWithin, "ship "+p.ID)
		within, err := budget.Activity(ctx, options)
		if err != nil {
			return "", err // nothing is left of it
		}
		if err := workflow.ExecuteActivity(within, step.activity, p.Order).Get(ctx, step.result); err != nil {
			return "", err
		}
	}
	return "", nil
}

// external are the options of an activity that calls another person's service.
func external(within time.Duration, summary string) workflow.ActivityOptions {
	policy := retry.Remote()
	return workflow.ActivityOptions{
		StartToCloseTimeout: min(attempt, within), ScheduleToCloseTimeout: within, RetryPolicy: &policy, Summary: summary,
	}
}

// ActivityOptions are those of the activities, for a worker that is to know how
// long they may take when it is stopped.
func ActivityOptions() []workflow.ActivityOptions {
	return []workflow.ActivityOptions{external(time.Minute, "")}
}
