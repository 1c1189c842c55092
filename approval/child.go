package approval

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// WorkflowName is the name under which to register [Workflow].
const WorkflowName = "approval.Gate"

// A Task is the input of [Workflow].
type Task struct {
	Request[wire.Raw]

	// Notify, NotifyOptions and Inbox are those of [Options].
	Notify        string
	NotifyOptions workflow.ActivityOptions
	Inbox         bool
}

// Workflow is one gate as a workflow of its own, for a program that would only
// wait: a child workflow, or one that a client starts. Its ID is where to decide.
// Register it with the name [WorkflowName], or wrap it to set more options:
//
//	w.RegisterWorkflowWithOptions(approval.Workflow, workflow.RegisterOptions{Name: approval.WorkflowName})
func Workflow(ctx workflow.Context, t Task) (Outcome[wire.Raw], error) {
	gates, err := NewGates(ctx, Options{Notify: t.Notify, NotifyOptions: t.NotifyOptions, ShowDetails: true, Inbox: t.Inbox})
	if err != nil {
		return Outcome[wire.Raw]{}, err
	}
	if t.Subject == nil {
		t.Subject = wire.Raw("null")
	}
	return Await(ctx, gates, t.Request)
}

// AwaitChild opens a gate in a child workflow of that ID, and waits as [Await]
// does; ctx has the child's options. What people have decided outlives the parent
// if its ParentClosePolicy says so.
func AwaitChild[T any](ctx workflow.Context, workflowID string, req Request[T], o Options) (Outcome[T], error) {
	raw, err := wire.Header(req.Subject)
	if err != nil {
		return Outcome[T]{}, refusal(InvalidRequest, req.ID, err.Error())
	}
	options := workflow.GetChildWorkflowOptions(ctx)
	options.WorkflowID = workflowID
	task := Task{Notify: o.Notify, NotifyOptions: o.NotifyOptions, Inbox: o.Inbox, Request: Request[wire.Raw]{
		ID: req.ID, Subject: raw.GetData(), Title: req.Title, Requester: req.Requester, Policy: req.Policy, Roster: req.Roster, Managers: req.Managers,
	}}
	var got Outcome[wire.Raw]
	if err := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, options), WorkflowName, task).Get(ctx, &got); err != nil {
		return Outcome[T]{}, err
	}
	out := Outcome[T]{State: got.State, Why: got.Why, Subject: req.Subject, Round: got.Round, Votes: got.Votes, Closed: got.Closed, UseBy: got.UseBy}
	if string(got.Subject) != "null" {
		out.Subject, err = wire.Decode[T](wire.JSON(got.Subject))
	}
	return out, err
}
