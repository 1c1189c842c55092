package signals_test

import (
	"context"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
)

// A fakeClient records what is sent and answers with err. Queries go to env.
type fakeClient struct {
	err     error
	sent    []any
	updated client.UpdateWorkflowOptions
	env     *testsuite.TestWorkflowEnvironment
}

func (f *fakeClient) SignalWorkflow(_ context.Context, workflowID, runID, name string, arg any) error {
	f.sent = append(f.sent, workflowID, runID, name, arg)
	return f.err
}

func (f *fakeClient) SignalWithStartWorkflow(_ context.Context, workflowID, name string, arg any,
	options client.StartWorkflowOptions, workflow any, args ...any,
) (client.WorkflowRun, error) {
	f.sent = append(f.sent, workflowID, name, arg, options.TaskQueue, workflow, args)
	return nil, f.err
}

func (f *fakeClient) UpdateWorkflow(_ context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	f.updated = options
	return doneUpdate{}, f.err
}

func (f *fakeClient) QueryWorkflow(_ context.Context, _, _, query string, args ...any) (converter.EncodedValue, error) {
	if f.err != nil {
		return nil, f.err
	}
	return f.env.QueryWorkflow(query, args...)
}

// doneUpdate is the handle of an update that was answered with "done".
type doneUpdate struct{ client.WorkflowUpdateHandle }

func (doneUpdate) Get(_ context.Context, out any) error {
	*out.(*string) = "done"
	return nil
}
