package approval

import (
	"context"
	"errors"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
)

func isNotFound(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}

// explain says what a failed decision means and what to do.
func (c *Client) explain(ctx context.Context, ref Ref, update, id string, err error) error {
	switch {
	case isNotFound(err):
		if gone := c.gone(ctx, ref); gone != nil {
			return gone
		}
	case strings.Contains(err.Error(), "unknown update "+update):
		return refusal(NotOpen, ref.Gate, fmt.Sprintf("workflow %q has no gates at all; call approval.NewGates first thing in it", ref.WorkflowID))
	}
	return fmt.Errorf("approval: decision %q on gate %q of workflow %q has an unknown outcome; send it again with the same ID: %w", id, ref.Gate, ref.WorkflowID, err)
}

// gone says that a workflow has ended or never was, and nothing when neither
// is sure.
func (c *Client) gone(ctx context.Context, ref Ref) error {
	d, err := c.temporal.DescribeWorkflowExecution(ctx, ref.WorkflowID, ref.RunID)
	if isNotFound(err) {
		return refusal(UnknownWorkflow, ref.Gate, fmt.Sprintf("there is no workflow %q; check the ID and the namespace", ref.WorkflowID))
	}
	status := d.GetWorkflowExecutionInfo().GetStatus()
	switch {
	case err != nil, status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return nil
	case status == enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
		return refusal(Closed, ref.Gate, fmt.Sprintf("run %q of workflow %q has continued as new; leave RunID empty", ref.RunID, ref.WorkflowID))
	}
	return refusal(Closed, ref.Gate, fmt.Sprintf("workflow %q has ended (%s); nothing more can be decided", ref.WorkflowID, status))
}
