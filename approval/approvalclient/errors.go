package approvalclient

import (
	"context"
	"errors"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

func refusal(reason approval.Reason, gate, text string) error {
	return refusalFor(nil, reason, gate, text)
}

func refusalFor(cause error, reason approval.Reason, gate, text string) error {
	return protocol.Refuse(cause, reason, gate, text)
}

func reasonOf(err error) approval.Reason {
	reason, _ := apperr.ReasonOf[approval.Reason](err)
	return reason
}

func isRefusal(err error) bool { return reasonOf(err) != "" }

// restore lets errors.Is find the reason of a refusal that a worker has sent.
func restore(err error) error { return apperr.Restore[approval.Reason](err) }

func isNotFound(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}

// explain returns what a failed update means and what to do.
func (c *Client) explain(ctx context.Context, a address, m message, err error) error {
	switch {
	case isNotFound(err):
		if gone := c.gone(ctx, a); gone != nil {
			return gone
		}
	case strings.Contains(err.Error(), "unknown update "+m.update):
		return refusal(approval.ReasonNotOpen, a.Gate,
			fmt.Sprintf("workflow %q has no gates at all; call approval.NewGates first thing in it", a.WorkflowID))
	default:
		if refused := refusedBy(a, err); refused != nil {
			return refused
		}
	}
	return fmt.Errorf("approvalclient: decision %q on gate %q of workflow %q has an unknown outcome; send it again with the same ID: %w",
		m.decision.ID, a.Gate, a.WorkflowID, err)
}

// refusedBy returns the refusal that an error of the server or the worker is, and nil when
// it leaves the outcome open. The cause is in the error, not in its text, which may go to
// the caller.
func refusedBy(a address, err error) error {
	var invalid *serviceerror.InvalidArgument
	switch {
	case err == nil:
		return nil
	case isRefusal(err):
		return err
	case apperr.Paused(err):
		return pausedWorkflow(a, err)
	case apperr.UpdateLimit(err):
		return refusalFor(err, approval.ReasonFull, a.Gate,
			fmt.Sprintf("the run of workflow %q takes no more updates; try again later, or let it continue as new", a.WorkflowID))
	case errors.As(err, &invalid), apperr.Unsendable(err):
		return refusalFor(err, approval.ReasonMalformed, a.Gate,
			fmt.Sprintf("the server takes no such workflow ID, run ID or message; check workflow %q", a.WorkflowID))
	case apperr.Refused(err) && !isNotFound(err):
		return refusalFor(err, ReasonRefused, a.Gate, fmt.Sprintf(
			"the call to workflow %q was refused; see the cause, and give this program the rights and the namespace that it needs", a.WorkflowID))
	}
	return nil
}

func pausedWorkflow(a address, cause error) error {
	return refusalFor(cause, ReasonWorkflowPaused, a.Gate,
		fmt.Sprintf("an operator has paused workflow %q; try again when it runs", a.WorkflowID))
}

func unknownWorkflow(a address) error {
	return refusal(ReasonUnknownWorkflow, a.Gate,
		fmt.Sprintf("there is no workflow %q; check the ID and the namespace", a.WorkflowID))
}

// queueable reports whether a vote whose update has failed goes out as a signal: nothing
// has refused the vote itself.
func queueable(err error) bool {
	return !apperr.Refused(err) || apperr.Paused(err) || apperr.UpdateLimit(err)
}

// receiptAfterEnd asks a run that has ended whether it has counted a decision, as it may
// have when the answer to a first call was lost. If not, the result is closed.
func (c *Client) receiptAfterEnd(ctx context.Context, a address, m message, closed error) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.options.UpdateTimeout)
	defer cancel()
	var first *protocol.KeptReceipt
	value, err := c.temporal.QueryWorkflow(ctx, a.WorkflowID, a.RunID, protocol.QueryReceipt, a.Gate, m.decision.Actor, m.decision.ID)
	if err == nil {
		err = value.Get(&first)
	}
	var unknown *serviceerror.QueryFailed
	switch {
	case errors.As(err, &unknown): // no gates, or a worker of an earlier version
		return Receipt{}, closed
	case err != nil:
		return Receipt{}, fmt.Errorf("approvalclient: workflow %q has ended, and no worker tells whether it has counted decision %q on gate %q; "+
			"send it again with the same ID when one runs: %w", a.WorkflowID, m.decision.ID, a.Gate, err)
	case first == nil:
		return Receipt{}, closed
	}
	receipt, err := first.Again(m.content)
	return Receipt(receipt), err
}

// gone returns the refusal of a workflow that has ended or never was, and nil when neither
// is sure.
func (c *Client) gone(ctx context.Context, a address) error {
	d, err := c.temporal.DescribeWorkflowExecution(ctx, a.WorkflowID, a.RunID)
	if isNotFound(err) {
		return unknownWorkflow(a)
	}
	status := d.GetWorkflowExecutionInfo().GetStatus()
	switch {
	case err != nil, status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, status == enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED:
		return nil
	case status == enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
		return refusal(approval.ReasonClosed, a.Gate,
			fmt.Sprintf("run %q of workflow %q has continued as new; leave RunID empty", a.RunID, a.WorkflowID))
	}
	return refusal(approval.ReasonClosed, a.Gate, fmt.Sprintf("workflow %q has ended (%s); nothing more can be decided", a.WorkflowID, status))
}
