package approval_test

import (
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// newEnvironment returns the SDK's test environment without its log.
func newEnvironment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	return suite.NewTestWorkflowEnvironment()
}

// newVote returns a vote as a client sends it.
func newVote(id, gate, actor, group string, c policy.Choice) map[string]any {
	return map[string]any{
		"v": 1, "gate": gate, "id": id, "choice": c,
		"actor": map[string]any{"id": actor, "groups": []string{group}, "auth": "chat"},
	}
}

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

	env := newEnvironment()
	env.RegisterDelayedCallback(func() {
		vote := newVote("chat-4711", "release", "ann", "operations", policy.ChoiceApprove)
		env.UpdateWorkflow("approval.decide", "", &testsuite.TestUpdateCallback{
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
	release := func(ctx workflow.Context) (approval.Outcome[string], error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return approval.Outcome[string]{}, err
		}
		return approval.Await(ctx, gates, approval.Request[string]{
			ID: "release", Subject: "v1.2.0", Requester: "eve", Policy: policy.Quorum(1, "operations").Within(time.Hour),
		})
	}

	env := newEnvironment()
	env.RegisterDelayedCallback(func() {
		env.UpdateWorkflow("approval.decide", "", &testsuite.TestUpdateCallback{
			OnReject: func(err error) {
				reason, _ := approval.ReasonOf(err)
				fmt.Println(reason)
			},
		}, newVote("1", "release", "eve", "operations", policy.ChoiceApprove))
	}, time.Minute)
	env.ExecuteWorkflow(release)
	// Output: approval.SelfApproval
}
