package approval_test

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// question is what the examples ask of a group.
func question(group string) approval.Request[string] {
	return approval.Request[string]{ID: group, Subject: "v1.2.0", Requester: "eve", Policy: policy.Quorum(1, group).Within(24 * time.Hour)}
}

// opened are the gates of two groups.
func opened(ctx workflow.Context) (security, product *approval.Gate[string], err error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err == nil {
		security, err = approval.Open(ctx, gates, question("security"))
	}
	if err == nil {
		product, err = approval.Open(ctx, gates, question("product"))
	}
	return security, product, err
}

// decidedBy runs a workflow in which a member of each group decides, and prints
// its result.
func decidedBy(fn func(workflow.Context) (string, error), choices map[string]policy.Choice) {
	env := newEnvironment()
	for i, group := range []string{"security", "product"} {
		if choices[group] == "" {
			continue
		}
		env.RegisterDelayedCallback(func() {
			env.UpdateWorkflow("approval.decide", "", &testsuite.TestUpdateCallback{
				OnReject: func(err error) { fmt.Println("refused:", err) }, OnAccept: func() {}, OnComplete: func(any, error) {},
			}, newVote("1", group, "pat", group, choices[group]))
		}, time.Duration(i+1)*time.Hour)
	}
	env.ExecuteWorkflow(fn)
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
}

// Two groups are asked at the same time; the first to say no ends it.
func ExampleOpen() {
	release := func(ctx workflow.Context) (string, error) {
		security, product, err := opened(ctx)
		if err != nil {
			return "", err
		}
		first, _, err := signals.Race(ctx, security.Future, product.Future)
		if err != nil {
			return "", err
		}
		out, err := []*approval.Gate[string]{security, product}[first].Get(ctx)
		if err == nil && out.State != policy.StateApproved {
			security.Cancel(ctx)
			product.Cancel(ctx)
		}
		return string(out.State), err
	}
	decidedBy(release, map[string]policy.Choice{"security": policy.ChoiceReject})
	// Output: <nil> rejected
}

// Two groups are asked at the same time, and the answers of both are wanted.
func ExampleAwaitAll() {
	release := func(ctx workflow.Context) (string, error) {
		security, product, err := opened(ctx)
		if err != nil {
			return "", err
		}
		outcomes, err := approval.AwaitAll(ctx, security, product)
		if err != nil {
			return "", err
		}
		return fmt.Sprintf("security: %s, product: %s", outcomes[0].State, outcomes[1].State), nil
	}
	decidedBy(release, map[string]policy.Choice{"security": policy.ChoiceApprove, "product": policy.ChoiceReject})
	// Output: <nil> security: approved, product: rejected
}

// A gate is given up when it is not needed any more.
func ExampleGate_Cancel() {
	release := func(ctx workflow.Context) (string, error) {
		security, _, err := opened(ctx)
		if err != nil {
			return "", err
		}
		security.Cancel(ctx)
		out, err := security.Get(ctx)
		return string(out.State), err
	}
	decidedBy(release, nil)
	// Output: <nil> canceled
}

// An approval is good for an hour, and for one use.
func ExampleOutcome_Consume() {
	release := func(ctx workflow.Context) (string, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return "", err
		}
		req := question("security")
		req.Policy.ValidFor = time.Hour
		out, err := approval.Await(ctx, gates, req)
		if err != nil {
			return "", err
		}
		if err := out.Consume(ctx); err != nil { // right before the act
			return "", err
		}
		reason, _ := approval.ReasonOf(out.Consume(ctx))
		return fmt.Sprint("once: ok, twice: ", reason), nil
	}
	decidedBy(release, map[string]policy.Choice{"security": policy.ChoiceApprove})
	// Output: <nil> once: ok, twice: approval.NotGranted
}

// A run that has grown long hands its gates to the next one.
func ExampleGates_ContinueState() {
	type input struct{ Approvals approval.ContinueState }
	var release func(ctx workflow.Context, in input) (string, error)
	release = func(ctx workflow.Context, in input) (string, error) {
		gates, err := approval.NewGates(ctx, approval.Options{ContinueState: in.Approvals})
		if err != nil {
			return "", err
		}
		pending, err := approval.Open(ctx, gates, question("security"))
		if err != nil {
			return "", err
		}
		if _, err := signals.AwaitWithTimeout(ctx, 12*time.Hour, pending.IsClosed); err != nil {
			return "", err
		}
		if carried, ok := gates.ContinueState(ctx); ok && !pending.IsClosed() {
			return "", workflow.NewContinueAsNewError(ctx, release, input{carried})
		}
		out, err := pending.Get(ctx)
		return string(out.State), err
	}
	env := newEnvironment()
	env.ExecuteWorkflow(release, input{})
	fmt.Println(workflow.IsContinueAsNewError(env.GetWorkflowError()))
	// Output: true
}

// A gate is a workflow of its own, which outlives this one.
func ExampleAwaitChild() {
	release := func(ctx workflow.Context) (string, error) {
		out, err := approval.AwaitChild(ctx, "release-1.2.0", question("security"))
		return fmt.Sprintf("%s is %s", out.Subject, out.State), err
	}
	env := newEnvironment()
	env.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{ShowDetails: true}),
		workflow.RegisterOptions{Name: approval.WorkflowName})
	env.RegisterDelayedCallback(func() {
		_ = env.SignalWorkflowByID("release-1.2.0", "approval.vote", newVote("1", "security", "sam", "security", policy.ChoiceApprove))
	}, time.Hour)
	env.ExecuteWorkflow(release)
	var result string
	fmt.Println(env.GetWorkflowResult(&result), result)
	// Output: <nil> v1.2.0 is approved
}
