package approvalhttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A fake is a Temporal server with one workflow that has one gate, and a worker
// for it, unless it is down. It counts votes as package approval does.
type fake struct {
	client.Client

	mu       sync.Mutex
	workflow string
	status   approvalclient.GateStatus
	tally    *tally.Tally
	receipts map[string]approvalclient.Receipt // by actor and ID
	contents map[string]string                 // likewise
	named    []string                          // groups that matter
	asked    int                               // queries
	updates  []sent
	signals  []sent
	down     bool            // no worker answers
	paused   bool            // the workflow, by an operator
	broken   error           // what the server says to everything
	refusing approval.Reason // what the worker says to every update
}

// sent is a vote or a change as it travels.
type sent struct {
	Gate   string                    `json:"gate"`
	ID     string                    `json:"id"`
	Action approvalclient.ChangeKind `json:"kind"`
	tally.Vote
	Subject json.RawMessage `json:"subject"`
	By      string          `json:"by"`
	To      string          `json:"to"`
}

func newFake(p policy.Policy) *fake {
	counter, err := tally.New(p, tally.Options{Requester: "eve", Digest: "d1"})
	if err != nil {
		panic(err) //archtest:panic a policy of a test, which is not valid
	}
	return &fake{
		workflow: "expense/7 %41", tally: counter, receipts: map[string]approvalclient.Receipt{}, contents: map[string]string{},
		named: []string{"finance"},
		status: approvalclient.GateStatus{
			ID: "pay out/1%2F", Title: "<b>Travel</b> & more", Requester: "eve", Stages: 1, Groups: []string{"finance"},
			Subject: json.RawMessage(`{"euros":420,"note":"</pre><script>alert(1)</script>"}`), Opened: opened, Deadline: opened.Add(time.Hour),
		},
	}
}

var opened = time.Date(2030, 1, 7, 9, 0, 0, 0, time.UTC)

func (f *fake) UpdateWorkflow(ctx context.Context, o client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	if err := f.unreachable(ctx, o.WorkflowID); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	m := f.read(o.Args[0])
	f.updates = append(f.updates, m)
	r, err := f.apply(m)
	return handle{receipt: r, err: err}, nil
}

func (f *fake) SignalWorkflow(ctx context.Context, workflow, _, _ string, arg any) error {
	if f.broken != nil || workflow != f.workflow {
		return f.unreachable(ctx, workflow)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.signals = append(f.signals, f.read(arg))
	return nil
}

// back is that the worker is there again: it looks at what has come.
func (f *fake) back() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down = false
	for _, m := range f.signals {
		_, _ = f.apply(m)
	}
}

func (f *fake) read(arg any) (m sent) {
	if err := json.Unmarshal(arg.(converter.RawValue).Payload().GetData(), &m); err != nil {
		panic(err) //archtest:panic the client sends no such thing
	}
	return m
}

func (f *fake) apply(m sent) (approvalclient.Receipt, error) {
	key := m.Actor.ID + "\n" + m.ID
	first, again := f.receipts[key]
	var err error
	switch {
	case again && f.contents[key] != m.content():
		return approvalclient.Receipt{}, refusal(approval.ReasonKeyReused, "this ID was used for another decision; send another ID")
	case again:
		return approvalclient.Receipt{}, refusal("Duplicate", "counted before", protocol.Receipt(first))
	case f.refusing != "":
		return approvalclient.Receipt{}, refusal(f.refusing, "it says no; do something else")
	case m.Gate != f.status.ID:
		return approvalclient.Receipt{}, refusal(approval.ReasonNotOpen, "there is no such gate yet; try again later")
	case m.Action == approvalclient.ChangeWithdraw:
		err = f.tally.Withdraw(m.Actor.ID, opened)
	case m.Action != "":
		err = &tally.Refusal{Reason: tally.ReasonMalformed, Text: "the change's action is unknown; send another"}
	default:
		_, err = f.tally.Apply(m.Vote, opened)
	}
	var no *tally.Refusal
	if errors.As(err, &no) {
		return approvalclient.Receipt{}, refusal(approval.Reason(no.Reason), no.Text)
	}
	r := approvalclient.Receipt{
		Gate: m.Gate, ID: m.ID, Choice: m.Choice, State: f.tally.State(), Round: f.tally.Round(),
		Approvals: f.tally.Approvals(), Need: f.tally.Need(), Missing: f.tally.Missing(),
	}
	f.receipts[key], f.contents[key] = r, m.content()
	return r, nil
}

func refusal(reason approval.Reason, text string, details ...any) error {
	return temporal.NewApplicationError("approval: gate \"g\": "+text, "approval."+string(reason), details...)
}

func (f *fake) unreachable(ctx context.Context, workflow string) error {
	switch {
	case f.broken != nil:
		return f.broken
	case workflow != f.workflow:
		return serviceerror.NewNotFound("workflow not found for ID: " + workflow)
	case f.paused:
		return serviceerror.NewFailedPrecondition("Workflow is paused. Cannot update the workflow.")
	case f.down:
		<-ctx.Done()
		return client.NewWorkflowUpdateServiceTimeoutOrCanceledError(ctx.Err())
	}
	return nil
}

func (f *fake) DescribeWorkflowExecution(ctx context.Context, workflow, _ string) (*workflowservice.DescribeWorkflowExecutionResponse,
	error,
) {
	if workflow != f.workflow {
		return nil, f.unreachable(ctx, workflow)
	}
	return &workflowservice.DescribeWorkflowExecutionResponse{
		WorkflowExecutionInfo: &workflowpb.WorkflowExecutionInfo{Status: enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING},
	}, nil
}
