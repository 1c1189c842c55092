package approvalhttp_test

import (
	"context"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A handle is an update that has an outcome.
type handle struct {
	client.WorkflowUpdateHandle

	receipt approvalclient.Receipt
	err     error
}

func (h handle) Get(_ context.Context, into any) error {
	if h.err == nil {
		*into.(*approvalclient.Receipt) = h.receipt
	}
	return h.err
}

// ListWorkflow lists the workflow of the fake for every caller.
func (f *fake) ListWorkflow(
	context.Context,
	*workflowservice.ListWorkflowExecutionsRequest,
) (*workflowservice.ListWorkflowExecutionsResponse, error) {
	if f.broken != nil {
		return nil, f.broken
	}
	return &workflowservice.ListWorkflowExecutionsResponse{Executions: []*workflowpb.WorkflowExecutionInfo{
		{Execution: &commonpb.WorkflowExecution{WorkflowId: f.workflow, RunId: "run"}},
	}}, nil
}

// QueryWorkflowWithOptions answers what the inbox asks.
func (f *fake) QueryWorkflowWithOptions(
	ctx context.Context,
	q *client.QueryWorkflowWithOptionsRequest,
) (*client.QueryWorkflowWithOptionsResponse, error) {
	if err := f.unreachable(ctx, q.WorkflowID); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	type waiting struct {
		Gate approvalclient.GateStatus `json:"gate"`
	}
	answer := map[string]any{"gates": []waiting{{f.gate()}}}
	return &client.QueryWorkflowWithOptionsResponse{QueryResult: encoded(answer)}, nil
}

// again starts over, with that policy.
func (f *fake) again(p policy.Policy) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fresh := newFake(p)
	f.tally, f.receipts, f.contents, f.updates, f.signals = fresh.tally, fresh.receipts, fresh.contents, nil, nil
}

// content is what a worker compares: all but who says so, and how that is known.
func (m sent) content() string {
	m.Actor = policy.Actor{}
	return fmt.Sprintf("%+v", m)
}
