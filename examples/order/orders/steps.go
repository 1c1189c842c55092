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

// do only names the activities. Workers have the real ones.
var do *Activities

// attemptTimeout limits one attempt of an activity. After it the server retries an
// activity whose worker was killed. The worker's HTTP client gives up earlier, after 9
// seconds, so that an activity returns an error of its own.
const attemptTimeout = 10 * time.Second

// maxScore limits the score of an order that is accepted.
const maxScore = 80

// screen asks a service how likely fraud is.
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

// collect waits for the items, which are reported one by one, until all of them are there
// or none has come for the time Quiet.
func (p *process) collect(ctx workflow.Context) (string, error) {
	deadline := signals.NewDeadline(ctx, p.CollectWithin)
	defer deadline.Stop()
	batch, err := p.items.ReceiveBatch(ctx, signals.BatchOptions{Max: p.Items, IdleTimeout: p.Quiet, Stop: deadline.Passed})
	if err != nil {
		return "", err
	}
	for _, item := range batch {
		p.result.Items = append(p.result.Items, item.ID)
	}
	if len(batch) == 0 {
		return "no item has come", nil
	}
	return "", nil
}

// ship packs and sends within one budget. An attempt that failed may have sent the parcel,
// so a failure calls it back in any case.
func (p *process) ship(ctx workflow.Context) (string, error) {
	p.undo = append(p.undo, do.Recall)
	budget := timeouts.NewBudget(ctx, p.ShipWithin)
	for _, step := range []struct {
		activity any
		result   any
	}{{do.Pack, nil}, {do.Send, &p.result.Parcel}} {
		options := external(p.ShipWithin, "ship "+p.ID)
		within, err := budget.Activity(ctx, options)
		if err != nil {
			return "", err // the budget is used up
		}
		if err := workflow.ExecuteActivity(within, step.activity, p.Order).Get(ctx, step.result); err != nil {
			return "", err
		}
	}
	return "", nil
}

// external returns the options of an activity that calls an external service.
func external(within time.Duration, summary string) workflow.ActivityOptions {
	policy := retry.Remote()
	return workflow.ActivityOptions{
		StartToCloseTimeout: min(attemptTimeout, within), ScheduleToCloseTimeout: within, RetryPolicy: &policy, Summary: summary,
	}
}

// ActivityOptions returns the options of the activities, by which the plugin checks that the
// worker's stop timeout is long enough.
func ActivityOptions() []workflow.ActivityOptions {
	return []workflow.ActivityOptions{external(time.Minute, "")}
}
