package signals

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A Signal is a named message of type T, defined once, as a package-level
// variable, and used by those who send it and by the workflow that receives
// it. On the wire it is T as the default data converter writes it: JSON for
// most types, so that the Temporal CLI can send one too.
type Signal[T any] struct {
	name string
	id   func(T) string
}

// New defines the signal of that name. The name is part of your API: workflows
// that run know it. Safe anywhere.
func New[T any](name string) Signal[T] { return Signal[T]{name: name} }

// WithID returns s with a message ID that id takes out of a message. A channel
// of it receives one message for each ID and skips the others: sending is at
// least once, so every sender that tries again makes duplicates. An empty ID
// is never skipped. id runs in workflow code; which messages were skipped is
// recorded, see the package's cost.
func (s Signal[T]) WithID(id func(T) string) Signal[T] {
	s.id = id
	return s
}

// Name is the signal's name on the wire.
func (s Signal[T]) Name() string { return s.name }

// Signaler sends signals. A client.Client is one.
type Signaler interface {
	SignalWorkflow(ctx context.Context, workflowID, runID, signalName string, arg any) error
}

// Send sends v to a workflow; an empty runID means the run that is open now.
// Once Send has returned nil, the message is in the workflow's history, also
// when no worker runs. A message over 256 KB is refused with [ReasonTooLarge], a
// workflow that has ended or never was with [ReasonNoWorkflow]; other failures are
// [ReasonOutcomeUnknown] unless the server has refused the call. What is null on the
// wire, as a nil slice or pointer, is not sent: every receiver refuses it. For
// use outside workflow code: in activities, handlers and programs.
func (s Signal[T]) Send(ctx context.Context, to Signaler, workflowID, runID string, v T) error {
	if _, err := s.encode(v); err != nil {
		return err
	}
	return s.send(ctx, to, workflowID, runID, v)
}

func (s Signal[T]) send(ctx context.Context, to Signaler, workflowID, runID string, arg any) error {
	err := to.SignalWorkflow(ctx, workflowID, runID, s.name, arg)
	var notFound *serviceerror.NotFound
	if errors.As(err, &notFound) {
		return failure(ReasonNoWorkflow, err, "signal %q was not delivered to workflow %q; check the ID, or start it with the message by SendWithStart", s.name, workflowID)
	}
	if err != nil {
		return failed("signal", s.name, workflowID, err)
	}
	return nil
}

// failed is the error of a call that has failed on its way or at the server.
func failed(kind, name, workflowID string, err error) error {
	if apperr.TooLarge(err) {
		return failure(ReasonTooLarge, err, "%s %q to workflow %q; store the data and send its key", kind, name, workflowID)
	}
	if apperr.Refused(err) {
		return failure(ReasonRefused, err, "%s %q to workflow %q was refused; correct what the cause says", kind, name, workflowID)
	}
	return failure(ReasonOutcomeUnknown, err, "%s %q to workflow %q failed and may have been delivered; send it again if it has an ID or does no harm twice", kind, name, workflowID)
}

// failure returns the error of a call that has failed with cause.
func failure(reason Reason, cause error, format string, args ...any) error {
	return apperr.New(reason, "signals: "+fmt.Sprintf(format, args...), apperr.Options{Cause: cause, Retryable: reason != ReasonTooLarge})
}

// A Starter starts workflows with a signal. A client.Client is one.
type Starter interface {
	SignalWithStartWorkflow(ctx context.Context, workflowID, signalName string, signalArg any,
		options client.StartWorkflowOptions, workflow any, workflowArgs ...any) (client.WorkflowRun, error)
}

// SendWithStart sends v to the workflow with the ID in options, and starts it
// first when it is not open: both or neither happens. options.ID must be set.
// Its failures are those of [Signal.Send]. For use outside workflow code.
func (s Signal[T]) SendWithStart(ctx context.Context, by Starter, v T, options client.StartWorkflowOptions, workflow any, args ...any) (client.WorkflowRun, error) {
	if options.ID == "" {
		return nil, refuse(ReasonMisuse, "signal %q names no workflow; set options.ID, or two senders would start two", s.name)
	}
	if _, err := s.encode(v); err != nil {
		return nil, err
	}
	run, err := by.SignalWithStartWorkflow(ctx, options.ID, s.name, v, options, workflow, args...)
	if err != nil {
		return nil, failed("signal", s.name, options.ID, err)
	}
	return run, nil
}

// SendExternal sends v from one workflow to another; an empty runID means the
// run that is open. The future is ready once the message is in the other
// workflow's history; it fails with the SDK's error for an unknown external
// workflow when none is open, and as [Signal.Send] for a message that is too
// large or null. Two history events, and the workflow task of the answer. For
// workflow code.
func (s Signal[T]) SendExternal(ctx workflow.Context, workflowID, runID string, v T) workflow.Future {
	if _, err := s.encode(v); err != nil {
		future, settable := workflow.NewFuture(ctx)
		settable.SetError(err)
		return future
	}
	return workflow.SignalExternalWorkflow(ctx, workflowID, runID, s.name, v)
}

// encode refuses what cannot be sent, and what every receiver would refuse: what
// is too large or empty.
func (s Signal[T]) encode(v T) (converter.RawValue, error) { return encode("signal", s.name, v) }

func encode(kind, name string, v any) (converter.RawValue, error) {
	if err := named(kind, name); err != nil {
		return converter.RawValue{}, err
	}
	raw, err := wire.Encode(v)
	var large *wire.TooLargeError
	switch {
	case errors.As(err, &large):
		return raw, refuse(ReasonTooLarge, "%d bytes for %s %q, the limit is %d; store the data and send its key", large.Size, kind, name, wire.MaxMessage)
	case err != nil:
		return raw, apperr.New(ReasonMalformed, fmt.Sprintf("signals: the message for %s %q was not sent; correct the sender", kind, name), apperr.Options{Cause: err})
	}
	return raw, nil
}
