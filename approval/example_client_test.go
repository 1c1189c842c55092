package approval_test

import (
	"context"
	"fmt"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A program decides for somebody whom it has signed in.
func ExampleClient_Decide() {
	client := approval.NewClient(temporalClient(), approval.ClientOptions{})
	receipt, err := client.Decide(context.Background(),
		approval.Ref{WorkflowID: "expense-7", Gate: "expense"},
		approval.Vote{
			ID:     "form-81", // the same when the form is sent again
			Actor:  approval.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "oidc"},
			Choice: approval.Approve,
		})
	switch reason := approval.ReasonOf(err); {
	case reason != "":
		fmt.Println("refused:", reason)
	case err != nil:
		fmt.Println("unknown, decide again with the same ID:", err)
	case receipt.Queued:
		fmt.Println("queued")
	default:
		fmt.Println(receipt.State, receipt.Approvals, "of", receipt.Need)
	}
	// Output: open 1 of 2
}

// temporalClient stands in for a client.Client of a server.
func temporalClient() *mocks.Client {
	handle := &mocks.WorkflowUpdateHandle{}
	handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		if r, ok := args.Get(1).(*approval.Receipt); ok {
			*r = approval.Receipt{Gate: "expense", ID: "form-81", Choice: approval.Approve, State: approval.Open, Approvals: 1, Need: 2}
		}
	}).Return(nil)
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(handle, nil)
	return c
}
