package approval_test

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

func ExampleAwait() {
	release := func(ctx workflow.Context, version string) (string, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return "", err
		}
		out, err := approval.Await(ctx, gates, approval.Request[string]{
			ID: "release", Subject: version, Requester: "eve",
			Policy: policy.Quorum(1, "operations").Within(24 * time.Hour),
		})
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("%s is %s", out.Subject, out.State), nil
	}

	env := testenv.New()
	env.RegisterDelayedCallback(func() {
		vote := map[string]any{
			"v": 1, "gate": "release", "id": "chat-4711", "choice": "approve",
			"actor": map[string]any{"id": "ann", "groups": []string{"operations"}, "auth": "chat"},
		}
		env.UpdateWorkflow(protocol.UpdateDecide, "", &testsuite.TestUpdateCallback{
			OnReject:   func(err error) { fmt.Println("rejected:", err) },
			OnAccept:   func() {},
			OnComplete: func(receipt any, _ error) { fmt.Printf("%+v\n", receipt) },
		}, vote)
	}, 3*time.Hour)
	env.ExecuteWorkflow(release, "v1.2.0")
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	// Output:
	// {Gate:release ID:chat-4711 Choice:approve Queued:false State:approved Round:1 Stage:0 Approvals:1 Need:1 Missing:0}
	// <nil> v1.2.0 is approved
}

func ExampleReasonOf() {
	env := testenv.New()
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow(protocol.UpdateDecide, "", &testsuite.TestUpdateCallback{
			OnReject: func(err error) {
				reason, _ := approval.ReasonOf(err)
				fmt.Println(reason)
				fmt.Println(err)
			},
		}, vote("1", "eve", approval.Approve))
	}, time.Minute)
	env.ExecuteWorkflow(ask(0))
	// Output:
	// approval.SelfApproval
	// approval: gate "expense": the requester cannot decide on their own request; ask another of those who may: a member of finance (type: approval.SelfApproval, retryable: false): approval.SelfApproval
}
