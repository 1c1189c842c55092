package signalstest

import (
	"context"

	"go.temporal.io/api/serviceerror"
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

// SignalWorkflow makes Client a signals.Signaler.
func (c *Client) SignalWorkflow(_ context.Context, _, _, signalName string, arg any) error {
	if c.env.IsWorkflowCompleted() {
		return serviceerror.NewNotFound("workflow execution already completed")
	}
	c.env.SignalWorkflow(signalName, arg)
	return nil
}

// QueryWorkflow makes Client a signals.Querier.
func (c *Client) QueryWorkflow(_ context.Context, _, _, queryType string, args ...any) (converter.EncodedValue, error) {
	return c.env.QueryWorkflow(queryType, args...)
}
