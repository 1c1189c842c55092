package approvalclient

import (
	"context"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// place asks the server for the chain of runs that a signature is for.
func (c *Client) place(ctx context.Context, ref Ref) (protocol.Place, error) {
	d, err := c.temporal.DescribeWorkflowExecution(ctx, ref.WorkflowID, ref.RunID)
	first := d.GetWorkflowExecutionInfo().GetFirstRunId()
	switch {
	case isNotFound(err):
		return protocol.Place{}, refusal(approval.UnknownWorkflow, ref.Gate, fmt.Sprintf("there is no workflow %q; check the ID and the namespace", ref.WorkflowID))
	case err == nil && first == "":
		err = fmt.Errorf("the server does not name the first run of the workflow; use one of version 1.27 or later")
	}
	if err != nil {
		return protocol.Place{}, fmt.Errorf("approval: nothing was sent to gate %q: the run of workflow %q to sign it for is not known; send it again: %w",
			ref.Gate, ref.WorkflowID, err)
	}
	return protocol.Place{Namespace: c.options.Namespace, WorkflowID: ref.WorkflowID, FirstRunID: first}, nil
}
