package main

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// The gates of a release.
const (
	Security = "security"
	Product  = "product"
)

// both are the gates in the order in which their approvals are used.
var both = []string{Security, Product}

// Release is what is approved and deployed.
type Release struct {
	Version string `json:"version"`
	Author  string `json:"author"`
}

// Deployment starts the workflow.
type Deployment struct {
	Release Release `json:"release"`
	// Policies are those of the gates.
	Policies map[string]policy.Policy `json:"policies"`
	// Window is how long an approved release waits until it may be deployed.
	Window time.Duration `json:"window,omitempty"`
}

// DeployState is how a deployment ends.
type DeployState string

// The states.
const (
	Deployed DeployState = "deployed"
	Stopped  DeployState = "stopped" // one gate has not approved
	Lapsed   DeployState = "lapsed"  // both have, and that does not hold any more
)

// DeployResult is the result of a deployment.
type DeployResult struct {
	State DeployState `json:"state"`
	Why   string      `json:"why,omitempty"`
	// Gates says how each gate has ended.
	Gates map[string]policy.State `json:"gates"`
}

// Deploy asks security and product at the same time, and deploys a release that
// both have approved. This is the part to copy.
func Deploy(ctx workflow.Context, in Deployment) (DeployResult, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return DeployResult{}, err
	}
	var pending []*approval.Gate[Release]
	for _, gate := range both {
		p, err := approval.Open(ctx, gates, approval.Request[Release]{
			ID: gate, Subject: in.Release, Title: "release " + in.Release.Version, Requester: in.Release.Author, Policy: in.Policies[gate],
		})
		if err != nil {
			return DeployResult{}, err
		}
		pending = append(pending, p)
	}
	outcomes, err := all(ctx, pending)
	if err != nil {
		return DeployResult{}, err // canceled
	}
	result := DeployResult{State: Deployed, Gates: map[string]policy.State{}}
	for i, out := range outcomes {
		result.Gates[both[i]] = out.State
		if out.State != policy.StateApproved {
			result.State = Stopped
		}
	}
	if result.State == Stopped {
		return result, nil // an answer, not an error
	}

	if err := workflow.Sleep(ctx, in.Window); err != nil {
		return DeployResult{}, err
	}
	// What people have looked at may have changed since. Nothing stands between
	// this and the activity, so no old approval is acted on.
	for _, out := range outcomes {
		if err := out.Consume(ctx); err != nil {
			result.State, result.Why = Lapsed, message(err)
			return result, nil
		}
	}
	var do *Activities // only names the activity
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: 10 * time.Minute, Summary: "deploy " + in.Release.Version,
	})
	return result, workflow.ExecuteActivity(ctx, do.Rollout, in.Release).Get(ctx, nil)
}

// all waits until all gates have approved, or one of them has not. Then it cancels the
// others.
func all(ctx workflow.Context, pending []*approval.Gate[Release]) ([]approval.Outcome[Release], error) {
	waiting, giveUp := workflow.WithCancel(ctx)
	defer giveUp()
	outcomes := make([]approval.Outcome[Release], len(pending))
	ended := workflow.NewWaitGroup(ctx)
	for i, p := range pending {
		ended.Add(1)
		workflow.Go(waiting, func(waiting workflow.Context) {
			defer ended.Done()
			out, err := p.Get(waiting)
			if temporal.IsCanceledError(err) {
				out.State = policy.StateCanceled // by giveUp
			}
			if out.State != policy.StateApproved {
				giveUp()
			}
			outcomes[i] = out
		})
	}
	ended.Wait(ctx)
	return outcomes, ctx.Err()
}

// message returns the message of an error, without its type.
func message(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message()
	}
	return err.Error()
}
