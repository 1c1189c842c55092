package signals

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// A Ref names a run of a workflow. An empty RunID means the open run, and for
// queries the latest one.
type Ref struct {
	WorkflowID string
	RunID      string
}

// A Client is what this package needs of a client.Client, which implements it.
type Client interface {
	SignalWorkflow(ctx context.Context, workflowID, runID, signalName string, arg any) error
	SignalWithStartWorkflow(ctx context.Context, workflowID, signalName string, signalArg any,
		options client.StartWorkflowOptions, workflow any, workflowArgs ...any) (client.WorkflowRun, error)
	UpdateWorkflow(ctx context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error)
	QueryWorkflow(ctx context.Context, workflowID, runID, queryType string, args ...any) (converter.EncodedValue, error)
}

// noName is what is wrong with a definition that has no name.
const noName = "it has no name; define it with one, as a package-level variable"

// checkCall refuses a call without a name or a client.
func checkCall(kind, name string, c Client) error {
	if err := checkName(kind, name); err != nil {
		return err
	}
	if c == nil {
		return refuse(ReasonMisuse, "%s %q was not sent: the client is nil; pass a client.Client", kind, name)
	}
	return nil
}

func checkName(kind, name string) error {
	if name == "" {
		return refuse(ReasonMisuse, "the %s was not sent: %s", kind, noName)
	}
	return nil
}

// encode refuses a message that cannot be sent, or that every receiver would
// refuse: one that is too large or empty.
func encode(kind, name string, v any) (converter.RawValue, error) {
	raw, err := wire.Encode(v)
	var large *wire.TooLargeError
	switch {
	case errors.As(err, &large):
		return raw, refuse(ReasonTooLarge, "%d bytes for %s %q, the limit is %d; store the data and send its key",
			large.Size, kind, name, wire.MaxMessage)
	case err != nil:
		return raw, apperr.New(ReasonMalformed, fmt.Sprintf("signals: the message for %s %q was not sent; correct the sender", kind, name),
			apperr.Options{Cause: err})
	}
	return raw, nil
}

// callError returns the error of a call that failed on its way or at the server.
func callError(kind, name, workflowID string, err error) error {
	var notFound *serviceerror.NotFound
	switch {
	case errors.As(err, &notFound):
		return failure(ReasonNoWorkflow, err, "%s %q was not delivered to workflow %q; check the ID, or start the workflow", kind, name,
			workflowID)
	case apperr.TooLarge(err):
		return failure(ReasonTooLarge, err, "%s %q to workflow %q is too large for gRPC; store the data and send its key", kind, name, workflowID)
	case apperr.Refused(err):
		return failure(ReasonRefused, err, "%s %q to workflow %q was refused; correct what the cause says", kind, name, workflowID)
	}
	return failure(ReasonOutcomeUnknown, err,
		"%s %q to workflow %q failed and may have been delivered; send it again if it has an ID or does no harm twice", kind, name, workflowID)
}

// failure returns the error of a call that failed with that cause.
func failure(reason Reason, cause error, format string, args ...any) error {
	return apperr.New(reason, "signals: "+fmt.Sprintf(format, args...),
		apperr.Options{Cause: cause, Retryable: reason != ReasonTooLarge})
}

// refuse returns an error that no retry can help.
func refuse(reason Reason, format string, args ...any) error {
	return apperr.New(reason, "signals: "+fmt.Sprintf(format, args...), apperr.Options{})
}
