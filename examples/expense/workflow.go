package main

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Gate identifies the one gate of the workflow.
const Gate = "expense"

// A Report asks for the payment of an expense.
type Report struct {
	ID       string `json:"id"`
	Employee string `json:"employee"`
	Purpose  string `json:"purpose"`
	Euros    int    `json:"euros"`
}

// accepts refuses a correction that is not of r, or of a larger amount: the rules were
// chosen for the amount of r.
func (r Report) accepts(next Report) error {
	if next.ID != r.ID || next.Employee != r.Employee || next.Euros <= 0 || next.Euros > r.Euros {
		return fmt.Errorf("a correction of report %s has 1 to %d euros; submit a new report for more, or for something else", r.ID, r.Euros)
	}
	return nil
}

// A Submission starts the workflow.
type Submission struct {
	Report Report       `json:"report"`
	Rules  policy.Tiers `json:"rules"`
}

// A Result says how a submission ends.
type Result struct {
	State     policy.State `json:"state"`
	Why       string       `json:"why,omitempty"`
	Approvers []string     `json:"approvers,omitempty"`
	Receipt   string       `json:"receipt,omitempty"`
}

// Expense prepares a report, waits until people approve it, and pays it.
func Expense(ctx workflow.Context, in Submission) (Result, error) {
	gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: signals.DeadlineHistoryOrder, Notify: "Tell"})
	if err != nil {
		return Result{}, err
	}
	var do *Activities // only names the activities

	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    2 * time.Second,
		ScheduleToCloseTimeout: 8 * time.Second,
	})
	var report Report
	if err := workflow.ExecuteLocalActivity(local, do.Prepare, in.Report).Get(ctx, &report); err != nil {
		return Result{}, err
	}

	rule, err := in.Rules.For(int64(report.Euros))
	if err != nil {
		return Result{}, err
	}
	out, err := approval.Await(ctx, gates, approval.Request[Report]{
		ID: Gate, Subject: report, Title: report.Purpose, Requester: report.Employee, Policy: rule, ValidateSubject: report.accepts,
	})
	if err != nil {
		return Result{}, err // canceled
	}
	result := Result{State: out.State, Why: out.Why}
	for _, v := range out.Votes {
		if v.Choice == policy.ChoiceApprove {
			result.Approvers = append(result.Approvers, v.Actor.ID)
		}
	}
	if out.State != policy.StateApproved {
		return result, nil // rejected or expired, which is no error
	}

	pay := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: 10 * time.Minute,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute,
		},
		Summary: "pay report " + report.ID,
	})
	// out.Subject holds what was approved, in the last round.
	err = workflow.ExecuteActivity(pay, do.Pay, out.Subject).Get(ctx, &result.Receipt)
	return result, err
}
