package approvalclient

import (
	"errors"
	"fmt"

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
