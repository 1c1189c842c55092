package signals

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// A Query is a named question to a workflow that is answered with an Out. Like
// a [Signal] it is defined once and used on both sides.
type Query[Out any] struct{ name string }

// NewQuery defines the query of that name. Safe anywhere.
func NewQuery[Out any](name string) Query[Out] { return Query[Out]{name: name} }

// Name is the query's name on the wire.
func (q Query[Out]) Name() string { return q.name }

// Handle lets the workflow answer q. The handler must not block or change
// anything. The error is the SDK's, about a name that it keeps to itself. For
// workflow code, first thing in the workflow: before that the query fails.
func (q Query[Out]) Handle(ctx workflow.Context, handler func() (Out, error)) error {
	if q.name == "" {
		return refuse(ReasonMisuse, "a query cannot be answered: %s", noName)
	}
	return workflow.SetQueryHandler(ctx, q.name, handler)
}

// Querier queries workflows. A client.Client is one.
type Querier interface {
	QueryWorkflow(ctx context.Context, workflowID, runID, queryType string, args ...any) (converter.EncodedValue, error)
}

// Ask asks a run, open or closed; an empty runID means the latest. It needs a
// worker that runs, and costs no history event. For use outside workflow code.
func (q Query[Out]) Get(ctx context.Context, of Querier, workflowID, runID string) (out Out, err error) {
	if err := named("query", q.name); err != nil {
		return out, err
	}
	value, err := of.QueryWorkflow(ctx, workflowID, runID, q.name)
	if err == nil {
		err = value.Get(&out)
	}
	if err == nil {
		return out, nil
	}
	var notFound *serviceerror.NotFound
	reason := ReasonNoAnswer
	switch {
	case errors.As(err, &notFound):
		reason = ReasonNoWorkflow
	case apperr.TooLarge(err):
		reason = ReasonTooLarge
	case apperr.Refused(err):
		reason = ReasonRefused
	}
	return out, apperr.New(reason, fmt.Sprintf("signals: no answer to query %q from workflow %q; check the ID, that the workflow handles the query, and that a worker runs", q.name, workflowID),
		apperr.Options{Cause: err, Retryable: reason != ReasonTooLarge})
}
