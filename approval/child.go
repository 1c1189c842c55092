package approval

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// WorkflowName is the name under which [AwaitChild] starts what [NewWorkflow]
// has returned.
const WorkflowName = "approval.Gate"

// NewWorkflow returns one gate as a workflow of its own: a child workflow, or one
// that a client starts. Its ID is where to decide, and it costs two events less
// than a gate in another workflow. Its outcome is cut to 1 MB: of very many votes,
// comments are cut or left out. Register it on the workers of that task queue,
// with their options:
//
//	w.RegisterWorkflowWithOptions(approval.NewWorkflow(approval.Options{}), workflow.RegisterOptions{Name: approval.WorkflowName})
func NewWorkflow(o Options) func(workflow.Context, Request[wire.RawJSON]) (Outcome[wire.RawJSON], error) {
	return func(ctx workflow.Context, req Request[wire.RawJSON]) (Outcome[wire.RawJSON], error) {
		gates, err := NewGates(ctx, o)
		if err != nil {
			return Outcome[wire.RawJSON]{}, err
		}
		gates.last = true
		if req.Subject == nil {
			req.Subject = wire.RawJSON("null")
		}
		p, err := awaitAsync(ctx, gates, req, alike)
		if err != nil {
			return Outcome[wire.RawJSON]{}, err
		}
		out, err := p.Get(ctx)
		return bounded(out), err
	}
}

// AwaitChild opens a gate in a child workflow of that ID, and waits as [Await]
// does; ctx has the child's options. What people have decided outlives the parent
// if its ParentClosePolicy says so. An approval cannot be consumed: the run of the
// child is over. The child does not know T: an edit must have the fields of Subject,
// with values of the same kinds. For workflow code.
func AwaitChild[T any](ctx workflow.Context, workflowID string, req Request[T]) (Outcome[T], error) {
	if req.Accepts != nil {
		return Outcome[T]{}, refusal(InvalidRequest, req.ID, "Accepts is a function, which cannot go into a child workflow; leave it out and look at the outcome's subject, or use Await")
	}
	asked, err := protocol.NewSubject(req.Subject)
	if err != nil {
		return Outcome[T]{}, refusal(InvalidRequest, req.ID, err.Error())
	}
	options := workflow.GetChildWorkflowOptions(ctx)
	options.WorkflowID = workflowID
	task := Request[wire.RawJSON]{
		ID: req.ID, Title: req.Title, Requester: req.Requester, Policy: req.Policy, Roster: req.Roster, Managers: req.Managers,
	}
	if sent, err := wire.Payload(task); err != nil || wire.CheckText(sent.GetData(), true) != nil {
		return Outcome[T]{}, refusal(InvalidRequest, req.ID, "a name or the title is no UTF-8, which would be replaced on the way to the child; give valid text")
	}
	task.Subject = asked.Data
	var got Outcome[wire.RawJSON]
	if err := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, options), WorkflowName, task).Get(ctx, &got); err != nil {
		return Outcome[T]{}, err
	}
	out := Outcome[T]{State: got.State, Why: got.Why, Subject: req.Subject, Round: got.Round, Votes: got.Votes, Closed: got.Closed, UseBy: got.UseBy}
	if string(got.Subject) != "null" {
		if out.Subject, err = wire.ReadOrZero[T](asked.With(got.Subject).Raw()); err != nil {
			return out, refusal(InvalidRequest, req.ID, fmt.Sprintf("the subject that was approved does not fit: %v", err))
		}
	}
	return out, nil
}
