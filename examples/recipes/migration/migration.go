// Package migration replaces a wait by hand with a gate, while workflows are open.
package migration

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A Report is an expense report.
type Report struct {
	ID, Employee string
	Cents        int
}

// Expense waits for a decision. Runs that were opened before the change go on by hand; when
// none of them is open, the version and byHand can go.
func Expense(ctx workflow.Context, r Report) (approved bool, err error) {
	if workflow.GetVersion(ctx, "gate", workflow.DefaultVersion, 1) == workflow.DefaultVersion {
		return byHand(ctx), nil
	}
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return false, err
	}
	out, err := approval.Await(ctx, gates, approval.Request[Report]{
		ID: "expense", Subject: r, Requester: r.Employee, Policy: policy.Quorum(1, "finance").Within(7 * 24 * time.Hour),
	})
	return out.State == policy.StateApproved, err
}

// byHand is the code that ran before, unchanged, so that old histories replay.
func byHand(ctx workflow.Context) (approved bool) {
	workflow.GetSignalChannel(ctx, "approve").Receive(ctx, &approved)
	return approved
}
