package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// wire is a vote as it travels.
type wire map[string]any

func vote(id, actor string, choice policy.Choice) wire {
	return wire{
		"v": 1, "gate": "expense", "id": id, "choice": choice,
		"actor": map[string]any{"id": actor, "groups": []string{"finance"}, "auth": "test"},
	}
}

// with returns the vote with one field replaced.
func (w wire) with(field string, value any) wire {
	changed := wire{field: value}
	for k, v := range w {
		if k != field {
			changed[k] = v
		}
	}
	return changed
}

// outcome is an Outcome that a workflow can return.
type outcome = approval.Outcome[string]

// ask is a workflow that opens the gate "expense" and waits for two of
// finance, an hour at most.
func ask(ties signals.DeadlinePolicy) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: ties})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, request())
	}
}

func request() approval.Request[string] {
	return approval.Request[string]{
		ID: "expense", Subject: "report 7", Requester: "eve",
		Policy: policy.Quorum(2, "finance").Within(time.Hour),
	}
}

// run is a workflow in the test environment and what became of the votes that
// it was sent.
type run struct {
	*testsuite.TestWorkflowEnvironment
	t        *testing.T
	receipts []approvalclient.Receipt
	refusals []approval.Reason
	errs     []error
}

func newRun(t *testing.T, interceptors ...interceptor.WorkerInterceptor) *run {
	return &run{TestWorkflowEnvironment: testenv.New(interceptors...), t: t}
}

// update sends a vote by update at a virtual time; each gets an update ID of
// its own, so that only the library deduplicates.
func (r *run) update(after time.Duration, v any) { r.send(protocol.UpdateDecide, after, v) }

// manage sends a change at a virtual time.
func (r *run) manage(after time.Duration, c any) { r.send(protocol.UpdateChange, after, c) }

func (r *run) send(name string, after time.Duration, v any) { r.watch(name, after, v, func() {}) }

// watch sends an update and says when it is accepted, which costs history.
func (r *run) watch(name string, after time.Duration, v any, accepted func()) {
	r.RegisterDelayedCallback(func() {
		r.UpdateWorkflow(name, "", &testsuite.TestUpdateCallback{
			OnReject: func(err error) {
				r.refusals = append(r.refusals, reasonOf(err))
				r.errs = append(r.errs, err)
			},
			OnAccept: accepted,
			OnComplete: func(result any, err error) {
				if err != nil {
					r.refusals = append(r.refusals, reasonOf(err))
					r.errs = append(r.errs, err)
					return
				}
				receipt, ok := result.(protocol.Receipt)
				require.True(r.t, ok, "result is %T", result)
				r.receipts = append(r.receipts, approvalclient.Receipt(receipt))
			},
		}, v)
	}, after)
}

// signal sends a vote by signal at a virtual time.
func (r *run) signal(after time.Duration, v any) {
	r.RegisterDelayedCallback(func() { r.SignalWorkflow(protocol.SignalVote, v) }, after)
}

// status is what the run tells about its gates.
func (r *run) status() approvalclient.Status {
	r.t.Helper()
	value, err := r.QueryWorkflow(protocol.QueryStatus)
	require.NoError(r.t, err)
	var s approvalclient.Status
	require.NoError(r.t, value.Get(&s))
	return s
}

func (r *run) outcome() outcome {
	r.t.Helper()
	require.True(r.t, r.IsWorkflowCompleted())
	require.NoError(r.t, r.GetWorkflowError())
	var o outcome
	require.NoError(r.t, r.GetWorkflowResult(&o))
	return o
}

func activityName(name string) activity.RegisterOptions { return activity.RegisterOptions{Name: name} }

// encodeVote returns a vote on the gate "expense" as a client sends it.
func encodeVote(v approvalclient.Vote) (any, error) {
	m, err := protocol.VoteForm(v).Vote("expense")
	if err != nil {
		return nil, err
	}
	return m.Encode("")
}

// encodeChange returns a change of the gate "expense" as a client sends it.
func encodeChange(c approvalclient.Change) (any, error) {
	m, err := protocol.ChangeForm{
		ID: c.ID, Actor: c.Actor, Kind: string(c.Kind), Comment: c.Comment, By: c.By, To: c.To, Reassignment: c.Reassignment, Subject: c.Subject,
	}.Change("expense")
	if err != nil {
		return nil, err
	}
	return m.Encode("")
}

// reasonOf returns the reason of a refusal, and "" for other errors.
func reasonOf(err error) approval.Reason {
	reason, _ := approval.ReasonOf(err)
	return reason
}
