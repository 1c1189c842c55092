package approvalclient

import (
	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A Reason says why a vote, a change or a question was refused: the reasons of package
// approval, such as approval.ReasonClosed, and those below, which only a client has.
// errors.Is finds the reason of an error that a [Client] returns.
type Reason = approval.Reason

// The reasons that only a client has.
const (
	// ReasonNotSent: a vote or a change was not sent, since the caller's context has ended
	// before its turn in [Client.DecideMany], or the server or a worker does not tell what
	// the client must know first. Send it again.
	ReasonNotSent Reason = "NotSent"
	// ReasonUnknownWorkflow: no workflow of that ID exists.
	ReasonUnknownWorkflow Reason = "UnknownWorkflow"
	// ReasonWorkflowPaused: an operator has paused the workflow, so that it takes no changes
	// and answers no questions. Try again when it runs.
	ReasonWorkflowPaused Reason = "WorkflowPaused"
	// ReasonRefused: the server or the worker has refused the call: a missing permission,
	// an unknown namespace, an interceptor. Nothing was recorded; the error's cause says
	// why.
	ReasonRefused Reason = "Refused"
)

// ReasonOf returns the reason of a refusal, and reports whether err is one. It answers
// alike in a client, an activity, a workflow and its parent.
func ReasonOf(err error) (Reason, bool) { return approval.ReasonOf(err) }
