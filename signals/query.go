package signals

import (
	"context"
	"errors"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// A Query is a named question to a workflow, which answers with an Out. Define it
// once, like a [Signal], and use it on both sides.
type Query[Out any] struct{ name string }

// NewQuery defines the query of that name.
func NewQuery[Out any](name string) Query[Out] { return Query[Out]{name: name} }

// Name returns the query's name on the wire.
func (q Query[Out]) Name() string { return q.name }

// Handle registers the handler that answers q. It must not block or change
// anything. Call Handle before the workflow first blocks: until then the query
// fails. The error is the SDK's, about a name that it reserves. For workflow code.
func (q Query[Out]) Handle(ctx workflow.Context, handler func() (Out, error)) error {
	switch {
	case q.name == "":
		return refuse(ReasonMisuse, "a query cannot be answered: %s", noName)
	case handler == nil:
		return refuse(ReasonMisuse, "query %q has no handler; pass one to Handle", q.name)
	}
	return workflow.SetQueryHandler(ctx, q.name, handler)
}

// Get asks a run, open or closed. It needs a running worker and costs no history
// event. Call it outside workflow code.
func (q Query[Out]) Get(ctx context.Context, c Client, ref Ref) (out Out, err error) {
	if err := checkCall("query", q.name, c); err != nil {
		return out, err
	}
	value, err := c.QueryWorkflow(ctx, ref.WorkflowID, ref.RunID, q.name)
	if err == nil {
		err = value.Get(&out)
	}
	if err == nil {
		return out, nil
	}
	reason := ReasonNoAnswer
	var notFound *serviceerror.NotFound
	switch {
	case errors.As(err, &notFound):
		reason = ReasonNoWorkflow
	case apperr.TooLarge(err):
		reason = ReasonTooLarge
	case apperr.Refused(err):
		reason = ReasonRefused
	}
	return out, failure(reason, err, "no answer to query %q from workflow %q; check the ID, that the workflow handles the query, and that "+
		"a worker runs",
		q.name, ref.WorkflowID)
}
