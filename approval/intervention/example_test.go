package intervention_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/intervention"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/idempotencytest"
)

// A Transfer is the input of the activity Pay.
type Transfer struct {
	To    string `json:"to"`
	Cents int64  `json:"cents"`
}

// Pay is the activity. The account of the first try does not exist.
func Pay(_ context.Context, t Transfer) (string, error) {
	if t.To == "DE00" {
		return "", idempotency.NoEffect(errors.New("there is no account DE00"))
	}
	return "paid to " + t.To, nil
}

// PayOut is the workflow.
func PayOut(ctx workflow.Context, t Transfer) (string, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return "", err
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 3},
	})
	return intervention.Execute[Transfer, string](ctx, gates, "Pay", t, intervention.Request[Transfer]{
		ID: "pay", Policy: policy.AnyOf("ops-lead").Within(72 * time.Hour),
	})
}

// A person corrects the input of an activity whose attempts are used up.
func Example() {
	t := new(testing.T) // in a test, its argument
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	env := suite.NewTestWorkflowEnvironment()
	guard := idempotencytest.New().Guard // in a worker, a guard with a store of its own
	if err := intervention.Register(env, guard, "Pay", Pay, idempotency.ActivityOptions{PassThrough: true}); err != nil {
		fmt.Println(err)
		return
	}

	people := approvaltest.New(t, env)
	people.Vote(time.Hour, "pay-1", approvalclient.Vote{
		Actor: approvaltest.Actor("ops-lead"), Choice: policy.ChoiceApprove,
		Subject: intervention.Question[Transfer, string]{
			Activity: "Pay", Failure: "there is no account DE00", Effect: intervention.EffectNone,
			Action: intervention.ActionRetry, Input: Transfer{To: "DE89", Cents: 500},
		},
	})
	env.ExecuteWorkflow(PayOut, Transfer{To: "DE00", Cents: 500})

	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	// Output:
	// <nil> paid to DE89
}
