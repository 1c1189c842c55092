package signals

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
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

// Name is the update's name on the wire.
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
func (u Update[In, Out]) Handle(ctx workflow.Context, validate func(workflow.Context, In) error, handler func(workflow.Context, In) (Out, error)) error {
	if u.name == "" {
		return refuse(ReasonMisuse, "an update cannot be handled: %s", noName)
	}
	return workflow.SetUpdateHandlerWithOptions(ctx, u.name,
		func(ctx workflow.Context, raw converter.RawValue) (out Out, err error) {
			in, err := wire.Read[In](raw)
			if err != nil {
				//archtest:panic history says that it was accepted; the task heals on redeploy
				panic(fmt.Errorf("signals: this run has accepted an update %q that this worker cannot read; redeploy a worker whose %T reads it, the run then goes on by itself: %w", u.name, in, err))
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

// Updater updates workflows. A client.Client is one.
type Updater interface {
	UpdateWorkflow(ctx context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error)
}

// Execute sends in to the workflow that to names, and waits for the answer. Of
// to set WorkflowID, and UpdateID so that the call can be repeated: the server
// runs one update for each ID and run. An update is recorded only when a worker
// accepts it: give ctx a time limit.
//
// A message over 256 KB is refused with [ReasonTooLarge], a workflow that has
// ended or never was with [ReasonNoWorkflow]; what the workflow returns as an error
// is a *temporal.ApplicationError in the chain; other failures are
// [ReasonOutcomeUnknown] unless the server has refused the call. What is null on the
// wire is not sent. For use outside workflow code.
func (u Update[In, Out]) Execute(ctx context.Context, by Updater, to client.UpdateWorkflowOptions, in In) (out Out, err error) {
	if _, err := encode("update", u.name, in); err != nil {
		return out, err
	}
	to.UpdateName, to.Args, to.WaitForStage = u.name, []any{in}, client.WorkflowUpdateStageCompleted
	handle, err := by.UpdateWorkflow(ctx, to)
	if err == nil {
		err = handle.Get(ctx, &out)
	}
	var (
		notFound *serviceerror.NotFound
		answer   *temporal.ApplicationError
	)
	switch {
	case err == nil:
		return out, nil
	case errors.As(err, &notFound):
		return out, failure(ReasonNoWorkflow, err, "update %q was not delivered to workflow %q; check the ID", u.name, to.WorkflowID)
	case errors.As(err, &answer):
		return out, fmt.Errorf("signals: workflow %q answered update %q with an error: %w", to.WorkflowID, u.name, apperr.Restore[Reason](err))
	}
	return out, failed("update", u.name, to.WorkflowID, err)
}
