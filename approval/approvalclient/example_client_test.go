package approvalclient_test

import (
	"context"
	"fmt"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A program decides for a person whom it has authenticated.
func ExampleClient_Decide() {
	client, err := approvalclient.New(temporalClient(), approvalclient.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := client.Decide(context.Background(),
		approvalclient.Ref{WorkflowID: "expense-7"}, "expense",
		approvalclient.Vote{
			ID:     "form-81", // the same when the form is sent again
			Actor:  policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "oidc"},
			Choice: policy.ChoiceApprove,
		})
	switch reason, _ := approvalclient.ReasonOf(err); {
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

// A manager gives people a day more.
func ExampleClient_Change() {
	client, err := approvalclient.New(temporalClient(), approvalclient.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	receipt, err := client.Change(context.Background(),
		approvalclient.Ref{WorkflowID: "expense-7"}, "expense",
		approvalclient.Change{
			ID: "form-82", Actor: policy.Actor{ID: "max", Auth: "oidc"}, Kind: approvalclient.ChangeExtend,
			By: 24 * time.Hour,
		})
	fmt.Println(receipt.State, err)
	// Output: open <nil>
}

// What people see before they decide.
func ExampleClient_Status() {
	client, err := approvalclient.New(temporalClient(), approvalclient.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	status, err := client.Status(context.Background(), approvalclient.Ref{WorkflowID: "expense-7"})
	if err != nil {
		fmt.Println(err)
		return
	}
	gate, _ := status.Gate("expense")
	fmt.Println(gate.Title, "waits for", gate.Missing, "of", gate.Groups)
	// Output: Travel to Graz waits for 1 of [finance]
}

// What has happened to a gate, for the records.
func ExampleClient_Audit() {
	client, err := approvalclient.New(temporalClient(), approvalclient.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	audit, err := client.Audit(context.Background(), approvalclient.Ref{WorkflowID: "expense-7"}, "expense")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(audit.Verify())
	for _, e := range audit.Entries {
		fmt.Println(e.Number, e.Kind, "by", e.Actor)
	}
	// Output:
	// <nil>
	// 1 opened by eve
	// 2 vote by ann
}

// The service that admits votes signs them, and workers check that.
func ExampleNewHMACKey() {
	key, err := approvalkey.NewHMACKey("2026-11", []byte("32 random bytes, from your secret store"))
	if err != nil {
		fmt.Println(err)
		return
	}
	// In the service:
	_, err = approvalclient.New(temporalClient(), approvalclient.Options{Key: &key, Namespace: "payments"})
	// In the workflow; the one before is still known while it may be in use:
	_ = approval.Options{Keys: []approvalkey.Key{key}}
	fmt.Println(key, err)
	// Output: key 2026-11 <nil>
}

// temporalClient stands in for a client.Client of a server.
func temporalClient() *mocks.Client {
	handle := &mocks.WorkflowUpdateHandle{}
	handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		if r, ok := args.Get(1).(*approvalclient.Receipt); ok {
			*r = approvalclient.Receipt{Gate: "expense", ID: "form-81", Choice: policy.ChoiceApprove, State: policy.StateOpen, Approvals: 1, Need: 2}
		}
	}).Return(nil)
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(handle, nil)
	counter, _ := tally.New(policy.Quorum(2, "finance"), tally.Options{Requester: "eve"})
	_, _ = counter.Apply(tally.Vote{Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "oidc"}, Choice: policy.ChoiceApprove},
		time.Time{})
	c.On("QueryWorkflow", mock.Anything, "expense-7", "", protocol.QueryAudit, "expense").Return(value(counter.Audit()), nil)
	gate := approvalclient.GateStatus{
		ID: "expense", Title: "Travel to Graz", State: policy.StateOpen, Missing: 1,
		Groups: []string{"finance"},
	}
	c.On(
		"QueryWorkflow",
		mock.Anything,
		"expense-7",
		"",
		protocol.QueryStatus,
	).Return(
		value(approvalclient.Status{Gates: []approvalclient.GateStatus{gate}}),
		nil,
	)
	return c
}

// value is an answer as a server encodes it.
func value(v any) converter.EncodedValue {
	payloads, _ := converter.GetDefaultDataConverter().ToPayloads(v)
	return client.NewValue(payloads)
}
