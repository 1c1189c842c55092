package signals

import (
	"context"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"
)

// A Signal is a named message of type T. Define it once, as a package-level
// variable, and use it in the senders and in the workflow that receives it. On
// the wire a message is T as the SDK's default data converter writes it: JSON for
// most types, so that the Temporal CLI can send one too.
type Signal[T any] struct {
	name string
	id   func(T) string
}

// New defines the signal of that name. The name is part of your API: running
// workflows know it.
func New[T any](name string) Signal[T] { return Signal[T]{name: name} }

// WithID returns a copy of s whose messages have an ID, which id takes out of a
// message. A channel of it receives one message for each ID and skips the
// others. Use it when a sender may send a message again: sending is at least
// once. A message with an empty ID is never skipped. The function id runs in
// workflow code; which messages were skipped is recorded in history.
func (s Signal[T]) WithID(id func(T) string) Signal[T] {
	s.id = id
	return s
}

// Name returns the signal's name on the wire.
func (s Signal[T]) Name() string { return s.name }

// Send sends v to a run of a workflow. Once Send has returned nil, the message is
// in the workflow's history, also when no worker runs. [ReasonOf] the error says
// what went wrong; after [ReasonOutcomeUnknown] the message may have been
// delivered. Send refuses a message over 256 KB, and one that is null on the
// wire, such as a nil slice, because every receiver would refuse it. Call it
// outside workflow code: in activities, handlers and programs.
func (s Signal[T]) Send(ctx context.Context, c Client, ref Ref, v T) error {
	if err := s.check(c, v); err != nil {
		return err
	}
	return s.send(ctx, c, ref, v)
}

func (s Signal[T]) check(c Client, v T) error {
	if err := checkCall("signal", s.name, c); err != nil {
		return err
	}
	_, err := encode("signal", s.name, v)
	return err
}

func (s Signal[T]) send(ctx context.Context, c Client, ref Ref, arg any) error {
	if err := c.SignalWorkflow(ctx, ref.WorkflowID, ref.RunID, s.name, arg); err != nil {
		return callError("signal", s.name, ref.WorkflowID, err)
	}
	return nil
}

// SendWithStart sends v to the workflow with the ID in options, and starts it
// first when it is not open. Both happen or neither. It requires options.ID and
// fails as [Signal.Send] does. Call it outside workflow code.
func (s Signal[T]) SendWithStart(
	ctx context.Context, c Client, options client.StartWorkflowOptions, v T, workflow any, args ...any,
) (client.WorkflowRun, error) {
	if err := s.check(c, v); err != nil {
		return nil, err
	}
	if options.ID == "" {
		return nil, refuse(ReasonMisuse, "signal %q names no workflow; set options.ID, or two senders would start two", s.name)
	}
	run, err := c.SignalWithStartWorkflow(ctx, options.ID, s.name, v, options, workflow, args...)
	if err != nil {
		return nil, callError("signal", s.name, options.ID, err)
	}
	return run, nil
}

// SendExternal sends v from one workflow to another. The future is ready once the
// message is in the other workflow's history. It fails with the SDK's error for an
// unknown external workflow when that is not open, and as [Signal.Send] for a
// message that is too large or null. It costs two history events, and the
// workflow task of the answer. For workflow code.
func (s Signal[T]) SendExternal(ctx workflow.Context, ref Ref, v T) workflow.Future {
	err := checkName("signal", s.name)
	if err == nil {
		_, err = encode("signal", s.name, v)
	}
	if err != nil {
		future, settable := workflow.NewFuture(ctx)
		settable.SetError(err)
		return future
	}
	return workflow.SignalExternalWorkflow(ctx, ref.WorkflowID, ref.RunID, s.name, v)
}
