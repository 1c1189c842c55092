package approvaltest_test

import (
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Travel is the workflow under test.
func Travel(ctx workflow.Context, plan string) (string, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[string]{
		ID: "travel", Subject: plan, Requester: "eve", Policy: policy.Quorum(2, "managers").Within(72 * time.Hour),
	})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is %s", out.Subject, out.State), nil
}

// Two managers approve, and the requester cannot.
func Example() {
	t := new(testing.T) // in a test, its argument
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	env := suite.NewTestWorkflowEnvironment()

	d := approvaltest.New(t, env)
	d.Approve(time.Hour, "travel", "eve", "managers")
	d.Approve(2*time.Hour, "travel", "ann", "managers")
	d.Approve(26*time.Hour, "travel", "bob", "managers")
	env.ExecuteWorkflow(Travel, "Graz by train")

	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	fmt.Println("refused:", d.Refusals())
	fmt.Println("gate:", d.Gate("travel").State)
	// Output:
	// <nil> Graz by train is approved
	// refused: [approval.SelfApproval]
	// gate: approved
}
