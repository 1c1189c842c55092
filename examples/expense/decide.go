package main

import (
	"context"
	"fmt"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// simulate approves a report as people would, until it needs no more approvals.
func (a *app) simulate(ctx context.Context, workflowID string) error {
	ref := approvalclient.Ref{WorkflowID: workflowID}
	for _, name := range []string{"ann", "bob", "fay"} {
		if gate, err := a.opened(ctx, ref); err != nil || gate.State.IsClosed() {
			return err
		}
		receipt, err := a.approvals.Decide(ctx, ref, Gate, approvalclient.Vote{
			ID:     "form-" + name, // the same when the form is sent again
			Actor:  policy.Actor{ID: name, Groups: people[name], Auth: "demo-directory"},
			Choice: policy.ChoiceApprove,
		})
		if err != nil {
			return err
		}
		a.printf("decided    %s approves; the gate is %s and needs %d more", name, receipt.State, receipt.Missing)
	}
	return nil
}

// explain prints how to decide.
func (a *app) explain(ctx context.Context, workflowID string) error {
	gate, err := a.opened(ctx, approvalclient.Ref{WorkflowID: workflowID})
	if err != nil || gate.State.IsClosed() {
		return err
	}
	a.printf("decide     as ann or bob of finance, or as the director fay; paste a line into another terminal:")
	for _, line := range []struct{ name, body string }{
		{"ann", `"choice": "approve"`},
		{"bob", `"choice": "approve"`},
		{"fay", `"choice": "approve"`},
		{"ann", `"choice": "reject", "comment": "not this year"`},
	} {
		a.printf(`  curl -s -u %s: %s/decide -H 'Content-Type: application/json' -d '{"workflow": %q, "gate": %q, %s}'`,
			line.name, a.site.url, workflowID, Gate, line.body)
	}
	for _, name := range []string{"ann", "bob", "fay"} {
		link, err := a.site.link(ctx, workflowID, name)
		if err != nil {
			return err
		}
		a.printf("or in a browser, by the link of %s:\n  %s", name, link)
	}
	return nil
}

// opened waits until the workflow has opened its gate, which takes milliseconds.
func (a *app) opened(ctx context.Context, ref approvalclient.Ref) (approvalclient.GateStatus, error) {
	for {
		gate, err := a.approvals.Gate(ctx, ref, Gate)
		if err == nil {
			return gate, nil
		}
		select {
		case <-ctx.Done():
			return gate, fmt.Errorf("the gate did not open: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
