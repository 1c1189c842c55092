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

// afterwards asks a run that has ended whether it has counted a decision, as it may
// have when the answer to a first call was lost. closed is the refusal if not.
func (c *Client) afterwards(ctx context.Context, ref Ref, m message, closed error) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	var first *Receipt
	value, err := c.temporal.QueryWorkflow(ctx, ref.WorkflowID, ref.RunID, QueryReceipt, m.Gate, m.Actor.ID, m.ID)
	if err == nil {
		err = value.Get(&first)
	}
	var unknown *serviceerror.QueryFailed
	switch {
	case errors.As(err, &unknown): // no gates, or a worker of an earlier version
		return Receipt{}, closed
	case err != nil:
		return Receipt{}, fmt.Errorf("approval: workflow %q has ended, and no worker says whether it has counted decision %q on gate %q; "+
			"send it again with the same ID when one runs: %w", ref.WorkflowID, m.ID, m.Gate, err)
	case first == nil:
		return Receipt{}, closed
	}
	return *first, nil
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
