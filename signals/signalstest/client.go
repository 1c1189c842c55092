package signalstest

import (
	"context"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
)

// A Client stands in for a client.Client of the one workflow that a test
// environment runs; it looks at no workflow ID. Use it in callbacks given to
// RegisterDelayedCallback, and for queries also after the workflow has ended.
type Client struct {
	env *testsuite.TestWorkflowEnvironment
}

// NewClient returns the client of that environment.
func NewClient(env *testsuite.TestWorkflowEnvironment) *Client { return &Client{env} }

// SignalWorkflow sends a signal to the workflow.
func (c *Client) SignalWorkflow(_ context.Context, _, _, signalName string, arg any) error {
	if c.env.IsWorkflowCompleted() {
		return serviceerror.NewNotFound("workflow execution already completed")
	}
	c.env.SignalWorkflow(signalName, arg)
	return nil
}

// SignalWithStartWorkflow sends a signal to the workflow, which runs already. The
// run is nil.
func (c *Client) SignalWithStartWorkflow(ctx context.Context, workflowID, signalName string, arg any,
	_ client.StartWorkflowOptions, _ any, _ ...any,
) (client.WorkflowRun, error) {
	return nil, c.SignalWorkflow(ctx, workflowID, "", signalName, arg)
}

// UpdateWorkflow returns an error: in the test environment nothing can wait for
// the answer to an update. Use [UpdateAfter].
func (c *Client) UpdateWorkflow(context.Context, client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	return nil, serviceerror.NewUnimplemented("signalstest: the test environment cannot wait for an update; use UpdateAfter")
}

// QueryWorkflow asks the workflow.
func (c *Client) QueryWorkflow(_ context.Context, _, _, queryType string, args ...any) (converter.EncodedValue, error) {
	return c.env.QueryWorkflow(queryType, args...)
}
