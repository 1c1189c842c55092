package approvalclient_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A person reads their inbox page by page.
func ExampleClient_Inbox() {
	server := &fakeServer{runs: 3, gates: 2} // stands in for a client.Client
	client, err := approvalclient.New(server, approvalclient.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	filter := approvalclient.Filter{Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}}, PageSize: 4}
	for {
		page, err := client.Inbox(context.Background(), filter)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, item := range page.Items {
			fmt.Println("workflow", item.Ref.WorkflowID, "gate", item.Gate.ID, "round", item.Gate.Round)
		}
		if filter.Token = page.Next; filter.Token == "" {
			return
		}
		fmt.Println("next page")
	}
	// Output:
	// workflow 0 gate 0 round 1
	// workflow 0 gate 1 round 1
	// workflow 1 gate 0 round 1
	// workflow 1 gate 1 round 1
	// next page
	// workflow 2 gate 0 round 1
	// workflow 2 gate 1 round 1
}

// A person approves all the gates that they have ticked.
func ExampleClient_DecideMany() {
	server := &counter{each: func(_ context.Context, workflowID string) error { // stands in for a client.Client
		if workflowID == "1" {
			return refused("approval.Closed")
		}
		return nil
	}}
	client, err := approvalclient.New(server, approvalclient.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ticked := targets(2) // of an inbox
	for _, d := range client.DecideMany(context.Background(), ticked, approvalclient.Vote{
		ID:     "form-82", // the same when the form is sent again
		Actor:  policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "oidc"},
		Choice: policy.ChoiceApprove,
	}) {
		switch {
		case errors.Is(d.Err, approval.ReasonClosed):
			fmt.Println("workflow", d.Target.Ref.WorkflowID, "is decided already")
		case d.Err != nil:
			fmt.Println("unknown, decide again with the same ID:", d.Err)
		default:
			fmt.Println("workflow", d.Target.Ref.WorkflowID, "has the vote")
		}
	}
	// Output:
	// workflow 0 has the vote
	// workflow 1 is decided already
}
