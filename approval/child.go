package approval

import (
	"encoding/json"
	"fmt"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// WorkflowName names the workflow of [NewWorkflow] for [AwaitChild]; register it under this
// name.
const WorkflowName = "approval.Gate"

// NewWorkflow returns a workflow that is one gate: a child workflow, or one that a
// client starts. Its argument is a [Request] as JSON; an argument that cannot be
// read fails the workflow with [ReasonInvalidRequest], which is not retryable. Its
// ID is where to decide, and it costs two events less than a gate in another
// workflow. Its outcome is cut to 1 MB: of very many votes, comments are cut or left
// out. Register it on the workers of that task queue, with their options:
//
//	w.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
func NewWorkflow(o Options) func(ctx workflow.Context, request converter.RawValue) (Outcome[json.RawMessage], error) {
	return func(ctx workflow.Context, request converter.RawValue) (_ Outcome[json.RawMessage], err error) {
		defer func() { err = apperr.Outgoing(err) }()
		none := Outcome[json.RawMessage]{}
		gates, err := NewGates(ctx, o)
		if err != nil {
			return none, err
		}
		gates.oneGate = true
		req, err := wire.Decode[Request[json.RawMessage]](request)
		if err != nil {
			return none, refusal(ReasonInvalidRequest, "", fmt.Sprintf("the argument of workflow %q cannot be read: %v; "+
				"start it with an approval.Request, or by AwaitChild, encoded as JSON", WorkflowName, err))
		}
		if req.Subject == nil {
			req.Subject = json.RawMessage("null")
		}
		gate, err := openGate(ctx, gates, req, sameShape)
		if err != nil {
			return none, err
		}
		out, err := gate.Get(ctx)
		return bounded(out), err
	}
}

// AwaitChild opens a gate in a child workflow of that ID, and waits as [Await]
// does; ctx has the child's options. What people have decided outlives the parent
// if its ParentClosePolicy says so. An approval cannot be consumed: the run of the
// child is over. The child does not know T: an edit must have the fields of Subject,
// with values of the same kinds. For workflow code.
func AwaitChild[T any](ctx workflow.Context, workflowID string, req Request[T]) (Outcome[T], error) {
	if ctx == nil {
		return Outcome[T]{}, noContext(req.ID)
	}
	if req.ValidateSubject != nil {
		return Outcome[T]{}, refusal(ReasonInvalidRequest, req.ID,
			"ValidateSubject is a function, which cannot go into a child workflow; leave it out and look at the outcome's subject, or use Await")
	}
	asked, err := protocol.NewSubject(req.Subject)
	if err != nil {
		return Outcome[T]{}, refusal(ReasonInvalidRequest, req.ID, err.Error())
	}
	options := workflow.GetChildWorkflowOptions(ctx)
	options.WorkflowID = workflowID
	task := Request[json.RawMessage]{
		ID: req.ID, Title: req.Title, Requester: req.Requester, Policy: req.Policy, Roster: req.Roster, Managers: req.Managers,
	}
	if sent, err := wire.Payload(task); err != nil || wire.CheckText(sent.GetData(), true) != nil {
		return Outcome[T]{}, refusal(ReasonInvalidRequest, req.ID, "a name or the title is no UTF-8, which would be replaced on the way to "+
			"the child; give valid text")
	}
	task.Subject = asked.Data
	sent, err := wire.Payload(task)
	if err != nil {
		return Outcome[T]{}, refusal(ReasonInvalidRequest, req.ID, err.Error())
	}
	if size := len(sent.GetData()); size > maxResult { // over 2 MB, the workflow task would fail again and again
		return Outcome[T]{}, refusal(ReasonInvalidRequest, req.ID,
			fmt.Sprintf("the request has %d bytes, the limit is %d; name fewer people in policy and roster", size, maxResult))
	}
	child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, options), WorkflowName, converter.NewRawValue(sent))
	var got Outcome[json.RawMessage]
	if err := child.Get(ctx, &got); err != nil {
		return Outcome[T]{}, err
	}
	out := Outcome[T]{
		State: got.State, Why: got.Why, Subject: req.Subject, Round: got.Round, Votes: got.Votes, Closed: got.Closed,
		UseBy: got.UseBy,
	}
	if string(got.Subject) != "null" {
		if out.Subject, err = wire.ReadOrZero[T](asked.With(got.Subject).Raw()); err != nil {
			return out, refusal(ReasonInvalidRequest, req.ID, fmt.Sprintf("the subject that was approved does not fit: %v", err))
		}
	}
	return out, nil
}
