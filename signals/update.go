package signals

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// An Update is a named message of type In that a workflow answers with an Out.
// Like a [Signal] it is defined once and used on both sides.
type Update[In, Out any] struct{ name string }

// NewUpdate defines the update of that name. Safe anywhere.
func NewUpdate[In, Out any](name string) Update[In, Out] { return Update[In, Out]{name: name} }

// Name returns the update's name on the wire.
func (u Update[In, Out]) Name() string { return u.name }

// Handle lets the workflow answer u. validate may refuse an update before it
// costs a history event; it may look at the workflow's state, must not change
// it, and may be nil. In is decoded as by a [Channel]: what does not decode,
// null, no argument, and what In's own Validate refuses never reach the
// handler, and the caller gets an error of [ReasonMalformed]. Validate is asked
// when the update comes and never on replay, so it may look at the clock; what it
// changes does not reach the handler. When a replay cannot decode an update that was
// accepted, the workflow task fails until a worker can.
//
// The handler runs in a coroutine of its own, before the workflow's main
// function sees what arrived with it. For workflow code, first thing in the
// workflow. The error is the SDK's, about a name that it keeps to itself.
func (u Update[In, Out]) Handle(ctx workflow.Context, validate func(workflow.Context, In) error, handler func(workflow.Context, In) (Out,
	error),
) error {
	switch {
	case u.name == "":
		return refuse(ReasonMisuse, "an update cannot be handled: %s", noName)
	case handler == nil:
		return refuse(ReasonMisuse, "update %q has no handler; pass one to Handle", u.name)
	}
	return workflow.SetUpdateHandlerWithOptions(ctx, u.name,
		func(ctx workflow.Context, raw converter.RawValue) (out Out, err error) {
			in, err := wire.Read[In](raw)
			if err != nil {
				//archtest:panic history says that it was accepted; the task heals on redeploy
				panic(fmt.Errorf("signals: this run has accepted an update %q that this worker cannot read; redeploy a worker whose %T reads it, "+
					"the run then goes on by itself: %w", u.name, in, err))
			}
			return handler(ctx, in)
		},
		workflow.UpdateHandlerOptions{Validator: func(ctx workflow.Context, raw converter.RawValue) error {
			if _, err := wire.Decode[In](raw); err != nil {
				return malformed("update", u.name, err)
			}
			in, err := wire.Read[In](raw) // without what Validate changes, as the handler
			if err != nil || validate == nil {
				return err
			}
			return validate(ctx, in)
		}})
}

// malformed refuses what was sent.
func malformed(kind, name string, err error) error {
	return refuse(ReasonMalformed, "%s %q was refused: %v; correct the sender", kind, name, err)
}

// Execute sends in to a run of a workflow and waits for the answer. The server runs
// one update for each id and run, so a call with an id can be repeated; an empty id
// means a random one. An update is recorded only when a worker accepts it: give ctx
// a time limit. An error that the workflow returns is a *temporal.ApplicationError
// in the chain; other failures have a reason, as those of [Signal.Send]. Call it
// outside workflow code.
func (u Update[In, Out]) Execute(ctx context.Context, c Client, ref Ref, id string, in In) (out Out, err error) {
	if err := checkCall("update", u.name, c); err != nil {
		return out, err
	}
	if _, err := encode("update", u.name, in); err != nil {
		return out, err
	}
	handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: ref.WorkflowID, RunID: ref.RunID, UpdateID: id,
		UpdateName: u.name, Args: []any{in}, WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, &out)
	}
	var answer *temporal.ApplicationError
	switch {
	case err == nil:
		return out, nil
	case errors.As(err, &answer):
		return out, fmt.Errorf("signals: workflow %q answered update %q with an error: %w", ref.WorkflowID, u.name, apperr.Restore[Reason](err))
	}
	return out, callError("update", u.name, ref.WorkflowID, err)
}
