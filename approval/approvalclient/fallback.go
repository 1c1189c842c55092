package approvalclient

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
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
		return refusal(
			approval.NotOpen,
			ref.Gate,
			fmt.Sprintf("workflow %q has no gates at all; call approval.NewGates first thing in it", ref.WorkflowID),
		)
	default:
		if refused := refusedBy(ref, err); refused != nil {
			return refused
		}
	}
	return fmt.Errorf(
		"approval: decision %q on gate %q of workflow %q has an unknown outcome; send it again with the same ID: %w",
		id,
		ref.Gate,
		ref.WorkflowID,
		err,
	)
}

// refusedBy is the refusal that an error of the server or the worker is, and nil
// when it leaves the outcome open. The cause is in the error, not in its text,
// which may go to the caller.
func refusedBy(ref Ref, err error) error {
	var invalid *serviceerror.InvalidArgument
	switch {
	case err == nil:
		return nil
	case approval.ReasonOf(err) != "":
		return err
	case apperr.Paused(err):
		return pausedWorkflow(ref, err)
	case apperr.UpdateLimit(err):
		return refusalFor(
			err,
			approval.Full,
			ref.Gate,
			fmt.Sprintf("the run of workflow %q takes no more updates; try again later, or let it continue as new", ref.WorkflowID),
		)
	case errors.As(err, &invalid), apperr.Unsendable(err):
		return refusalFor(
			err,
			approval.Malformed,
			ref.Gate,
			fmt.Sprintf("the server takes no such workflow ID, run ID or message; check workflow %q", ref.WorkflowID),
		)
	case apperr.Refused(err) && !isNotFound(err):
		return refusalFor(
			err,
			approval.Refused,
			ref.Gate,
			fmt.Sprintf(
				"the call to workflow %q was refused; see the cause, and give this program the rights and the namespace that it needs",
				ref.WorkflowID,
			),
		)
	}
	return nil
}

func pausedWorkflow(ref Ref, cause error) error {
	return refusalFor(
		cause,
		approval.WorkflowPaused,
		ref.Gate,
		fmt.Sprintf("an operator has paused workflow %q; try again when it runs", ref.WorkflowID),
	)
}

// queueable reports whether a vote whose update has failed goes out as a signal:
// nothing has refused the vote itself.
func queueable(err error) bool {
	return !apperr.Refused(err) || apperr.Paused(err) || apperr.UpdateLimit(err)
}

// check refuses a Ref that no server takes.
func (ref Ref) check() error {
	if !isWorkflowID(ref.WorkflowID) || !utf8.ValidString(ref.RunID) {
		return refusal(
			approval.Malformed,
			"",
			fmt.Sprintf(
				"the workflow ID has %d bytes; set Ref.WorkflowID to 1 to %d bytes of UTF-8, and Ref.RunID to that of a run, or to nothing",
				len(ref.WorkflowID),
				protocol.MaxWorkflowID,
			),
		)
	}
	return nil
}

// maxWorkflowID is the server's limit, as it is set by default.
const maxWorkflowID = 1000

func isWorkflowID(id string) bool {
	return id != "" && len(id) <= protocol.MaxWorkflowID && utf8.ValidString(id)
}

// afterwards asks a run that has ended whether it has counted a decision, as it may
// have when the answer to a first call was lost. closed is the refusal if not.
func (c *Client) afterwards(ctx context.Context, ref Ref, m protocol.Vote, closed error) (Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	var first *protocol.KeptReceipt
	value, err := c.temporal.QueryWorkflow(ctx, ref.WorkflowID, ref.RunID, protocol.QueryReceipt, m.Gate, m.Actor.ID, m.ID)
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
	r, err := first.Again(m.Content())
	return Receipt(r), err
}

// gone says that a workflow has ended or never was, and nothing when neither
// is sure.
func (c *Client) gone(ctx context.Context, ref Ref) error {
	d, err := c.temporal.DescribeWorkflowExecution(ctx, ref.WorkflowID, ref.RunID)
	if isNotFound(err) {
		return refusal(approval.UnknownWorkflow, ref.Gate, fmt.Sprintf("there is no workflow %q; check the ID and the namespace", ref.WorkflowID))
	}
	status := d.GetWorkflowExecutionInfo().GetStatus()
	switch {
	case err != nil, status == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING, status == enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED:
		return nil
	case status == enumspb.WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW:
		return refusal(
			approval.Closed,
			ref.Gate,
			fmt.Sprintf("run %q of workflow %q has continued as new; leave RunID empty", ref.RunID, ref.WorkflowID),
		)
	}
	return refusal(approval.Closed, ref.Gate, fmt.Sprintf("workflow %q has ended (%s); nothing more can be decided", ref.WorkflowID, status))
}
