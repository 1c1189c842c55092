package approval_test

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const gateID = "expense"

func register(w worker.Registry) {
	for _, fn := range []any{
		Gate, Documented, Mended, Receive, ReceiveSDK, Forward,
		Wait, Collect, CollectSDK, Account, Twice, Reminded, AllWaits, Staged, Release, Listed, Later, Soak, Noticed,
	} {
		w.RegisterWorkflow(fn)
	}
	w.RegisterActivity(LookUp)
	w.RegisterActivity(TellSometimes)
	w.RegisterActivity(TellNobody)
	w.RegisterActivityWithOptions(func(context.Context, approval.Notice) error { return nil }, activity.RegisterOptions{Name: "Tell"})
	w.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
}

// Case is the gate that a test wants.
type Case struct {
	Ties     signals.DeadlinePolicy
	Policy   policy.Policy
	GoesOn   bool // the run ends when Finish comes, not when the gate is closed
	Deadline time.Duration
}

// Finish ends a run that goes on after its gate.
var Finish = signals.New[struct{}]("finish")

// Gate is one approval gate.
func Gate(ctx workflow.Context, c Case) (policy.State, error) {
	finish := Finish.Channel(ctx, signals.Options{})
	gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: c.Ties})
	if err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[string]{
		ID: gateID, Requester: "eve", Policy: c.Policy.Within(c.Deadline),
	})
	if err == nil && c.GoesOn {
		_, err = finish.Receive(ctx)
	}
	return out.State, err
}

// Documented is the idiom of the documentation for the same: a coroutine that
// listens, and AwaitWithTimeout on what it has heard. It is here for contrast.
func Documented(ctx workflow.Context, c Case) (policy.State, error) {
	return listening(ctx, c, workflow.AwaitWithTimeout)
}

// Mended is the same idiom with the wait of package signals.
func Mended(ctx workflow.Context, c Case) (policy.State, error) {
	return listening(ctx, c, signals.AwaitWithTimeout)
}

func listening(ctx workflow.Context, c Case, await func(workflow.Context, time.Duration, func() bool) (bool, error)) (policy.State,
	error,
) {
	approvals := 0
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var vote map[string]any
			workflow.GetSignalChannel(ctx, "approval.vote").Receive(ctx, &vote)
			approvals++
		}
	})
	ok, err := await(ctx, c.Deadline, func() bool { return approvals >= c.Policy.Stages[0].Rules[0].Need })
	if ok {
		return policy.StateApproved, err
	}
	return policy.StateExpired, err
}

// Payment is a message.
type Payment struct {
	Amount int `json:"amount"`
}

// Validate refuses a payment of nothing, so that what is no payment at all
// does not pass for one.
func (p Payment) Validate() error {
	if p.Amount <= 0 {
		return errors.New("amount is not positive")
	}
	return nil
}

// Paid is its signal.
var Paid = signals.New[Payment]("paid")

// Receive waits for one payment.
func Receive(ctx workflow.Context, timeout time.Duration) (string, error) {
	_, ok, err := Paid.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, timeout)
	return verdict(ok), err
}

// Forward waits for one payment and sends it on to another workflow.
func Forward(ctx workflow.Context, to string) error {
	p, err := Paid.Channel(ctx, signals.Options{}).Receive(ctx)
	if err != nil {
		return err
	}
	return Paid.SendExternal(ctx, signals.Ref{WorkflowID: to}, p).Get(ctx, nil)
}

// ReceiveSDK is the same with the SDK's own means, for contrast.
func ReceiveSDK(ctx workflow.Context, timeout time.Duration) (string, error) {
	var p Payment
	ok, _ := workflow.GetSignalChannel(ctx, Paid.Name()).ReceiveWithTimeout(ctx, timeout, &p)
	return verdict(ok), nil
}

func verdict(received bool) string {
	if received {
		return "received"
	}
	return "expired"
}
