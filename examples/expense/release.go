package main

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// The gates of a release.
const (
	GateSecurity = "security"
	GateProduct  = "product"
)

// releaseGates lists the gates in the order in which their approvals are used.
var releaseGates = []string{GateSecurity, GateProduct}

// A Release needs both approvals before it is deployed.
type Release struct {
	Version string `json:"version"`
	Author  string `json:"author"`
}

// A Deployment starts the workflow.
type Deployment struct {
	Release Release `json:"release"`
	// Policies holds the policy of each gate.
	Policies map[string]policy.Policy `json:"policies"`
	// Window says how long an approved release waits before it is deployed.
	Window time.Duration `json:"window,omitempty"`
}

// DeployState says how a deployment ends.
type DeployState string

// The states.
const (
	StateDeployed DeployState = "deployed"
	StateStopped  DeployState = "stopped" // a gate did not approve
	StateLapsed   DeployState = "lapsed"  // an approval expired or was revoked
)

// A DeployResult says how a deployment ended.
type DeployResult struct {
	State DeployState `json:"state"`
	Why   string      `json:"why,omitempty"`
	// Gates says how each gate has ended.
	Gates map[string]policy.State `json:"gates"`
}

// Deploy asks security and product at the same time, and deploys a release that both
// approve.
func Deploy(ctx workflow.Context, in Deployment) (DeployResult, error) {
	gates, err := approval.NewGates(ctx, approval.Options{})
	if err != nil {
		return DeployResult{}, err
	}
	var pending []*approval.Gate[Release]
	for _, gate := range releaseGates {
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
	result := DeployResult{State: StateDeployed, Gates: map[string]policy.State{}}
	for i, out := range outcomes {
		result.Gates[releaseGates[i]] = out.State
		if out.State != policy.StateApproved {
			result.State = StateStopped
		}
	}
	if result.State == StateStopped {
		return result, nil // which is no error
	}

	if err := workflow.Sleep(ctx, in.Window); err != nil {
		return DeployResult{}, err
	}
	// Consume refuses an approval that has expired or was revoked. The activity follows
	// without a wait, so no old approval takes effect.
	for _, out := range outcomes {
		if err := out.Consume(ctx); err != nil {
			result.State, result.Why = StateLapsed, message(err)
			return result, nil
		}
	}
	var do *Activities // only names the activity
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second, ScheduleToCloseTimeout: 10 * time.Minute, Summary: "deploy " + in.Release.Version,
	})
	return result, workflow.ExecuteActivity(ctx, do.Rollout, in.Release).Get(ctx, nil)
}

// all waits until all gates have approved. When one of them does not, it cancels the others.
func all(ctx workflow.Context, pending []*approval.Gate[Release]) ([]approval.Outcome[Release], error) {
	waiting, cancel := workflow.WithCancel(ctx)
	defer cancel()
	outcomes := make([]approval.Outcome[Release], len(pending))
	ended := workflow.NewWaitGroup(ctx)
	for i, p := range pending {
		ended.Add(1)
		workflow.Go(waiting, func(waiting workflow.Context) {
			defer ended.Done()
			out, err := p.Get(waiting)
			if temporal.IsCanceledError(err) {
				out.State = policy.StateCanceled // by cancel
			}
			if out.State != policy.StateApproved {
				cancel()
			}
			outcomes[i] = out
		})
	}
	ended.Wait(ctx)
	return outcomes, ctx.Err()
}

// Rollout deploys a release, here by printing.
func (a *Activities) Rollout(_ context.Context, r Release) error {
	a.Printf("deploys    %s of %s", r.Version, r.Author)
	return nil
}

// message returns the message of an error, without its type.
func message(err error) string {
	var app *temporal.ApplicationError
	if errors.As(err, &app) {
		return app.Message()
	}
	return err.Error()
}
