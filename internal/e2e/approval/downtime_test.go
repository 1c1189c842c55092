package approval_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

const (
	fired    = enumspb.EVENT_TYPE_TIMER_FIRED
	started  = enumspb.EVENT_TYPE_TIMER_STARTED
	signaled = enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED
)

// unanswered is the patience of a vote while no worker runs.
const unanswered = 300 * time.Millisecond

// outage is a run whose worker was killed after the deadline's timer started.
func outage(t *testing.T, workflow any, c Case) client.WorkflowRun {
	t.Helper()
	if c.Deadline == 0 {
		c.Deadline = 8 * time.Second
	}
	id := strings.NewReplacer("/", "-", " ", "-", ",", "", ":", "").Replace(t.Name())
	w := e2etest.StartProcess(t, id)
	run := start(t, id, workflow, c)
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	w.Kill()
	return run
}

// vote approves as a person of finance; without a worker it ends up as a signal.
func vote(t *testing.T, run client.WorkflowRun, who string, patience time.Duration) (approvalclient.Receipt, error) {
	t.Helper()
	return newPeople(t, temporal, approvalclient.Options{UpdateTimeout: patience}).Decide(t.Context(),
		approvalclient.Ref{WorkflowID: run.GetID()}, gateID,
		approvalclient.Vote{ID: "1", Actor: policy.Actor{ID: who, Groups: []string{"finance"}, Auth: "test"}, Choice: policy.ChoiceApprove})
}

// The worker is killed, people vote before and after the deadline, and a new
// worker, with nothing in its cache, finds signals and timer together.
func TestWorkerDownAcrossTheDeadline(t *testing.T) {
	t.Parallel()
	one, two := policy.Quorum(1, "finance"), policy.Quorum(2, "finance")
	cases := map[string]struct {
		workflow      any
		c             Case
		before, after []string // who votes
		want          policy.State
		record        string // keep the history under this name
	}{
		"exact, before": {
			Gate,
			Case{Ties: signals.DeadlineHistoryOrder, Policy: one},
			[]string{"ann"},
			nil,
			policy.StateApproved, "",
		},
		"exact, after": {
			Gate,
			Case{Ties: signals.DeadlineHistoryOrder, Policy: one},
			nil,
			[]string{"ann"},
			policy.StateExpired, "",
		},
		"exact, two of two before": {
			Gate,
			Case{Ties: signals.DeadlineHistoryOrder, Policy: two},
			[]string{"ann", "bob"},
			nil,
			policy.StateApproved, "gate-exact-two-before",
		},
		"exact, one before and one after": {
			Gate,
			Case{Ties: signals.DeadlineHistoryOrder, Policy: two},
			[]string{"ann"},
			[]string{"bob"},
			policy.StateExpired, "gate-exact-one-before-one-after",
		},
		"lenient, before":                      {Gate, Case{Policy: one}, []string{"ann"}, nil, policy.StateApproved, ""},
		"lenient, after: counts as documented": {Gate, Case{Policy: one}, nil, []string{"ann"}, policy.StateApproved, "gate-lenient-after"},
		"contrast, the documented idiom loses a vote sent before": {
			Documented,
			Case{Policy: one},
			[]string{"ann"},
			nil, policy.StateExpired,
			"",
		},
		"the documented idiom with our wait: counts": {Mended, Case{Policy: one}, []string{"ann"}, nil, policy.StateApproved, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := outage(t, c.workflow, c.c)
			for _, who := range c.before {
				receipt, err := vote(t, run, who, unanswered)
				require.NoError(t, err)
				require.True(t, receipt.Queued, "the update was not answered, so the vote fell back to the signal")
			}
			events := e2etest.WaitForEvents(t, temporal, run, fired, 1)
			require.Equal(t, len(c.before), e2etest.CountEvents(events, signaled), "the votes are in history before the timer")
			for _, who := range c.after {
				_, err := vote(t, run, who, unanswered)
				require.NoError(t, err)
			}
			e2etest.StartProcess(t, run.GetID())
			var got policy.State
			require.NoError(t, run.Get(t.Context(), &got))
			require.Equal(t, c.want, got)
			if c.record != "" {
				record(t, run, "approval", c.record)
			}
		})
	}
}

// An update that was sent in time and lost with the worker counts by its
// signal; one that is sent too late is refused, whatever the ties.
func TestUpdatesAcrossTheDeadline(t *testing.T) {
	t.Parallel()
	for name, ties := range map[string]signals.DeadlinePolicy{"lenient": signals.DeadlineAcceptLate, "exact": signals.DeadlineHistoryOrder} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := outage(t, Gate, Case{Ties: ties, Policy: policy.Quorum(2, "finance"), GoesOn: true})
			receipt, err := vote(t, run, "ann", unanswered)
			require.NoError(t, err)
			require.True(t, receipt.Queued)
			e2etest.WaitForEvents(t, temporal, run, fired, 1)

			e2etest.StartProcess(t, run.GetID())
			_, err = vote(t, run, "bob", time.Minute)
			require.Equal(t, approval.ReasonLate, reasonOf(err), "%v", err)

			status := answer(t, func(ctx context.Context) (approvalclient.Status, error) {
				return newPeople(t, temporal, approvalclient.Options{}).Status(ctx, approvalclient.Ref{WorkflowID: run.GetID()})
			})
			gate, ok := status.Gate(gateID)
			require.True(t, ok)
			require.Equal(t, policy.StateExpired, gate.State)
			require.Equal(t, 1, gate.Approvals, "ann's vote, sent in time, was counted; one was missing")
			require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
			require.NoError(t, run.Get(t.Context(), nil))
		})
	}
}

// A decision that went out both ways counts once, and gets its first receipt.
func TestUpdateAndSignalOfOneDecision(t *testing.T) {
	t.Parallel()
	run := outage(t, Gate, Case{Policy: policy.Quorum(2, "finance"), GoesOn: true, Deadline: time.Minute})
	receipt, err := vote(t, run, "ann", unanswered)
	require.NoError(t, err)
	require.True(t, receipt.Queued)
	e2etest.StartProcess(t, run.GetID())
	receipt, err = vote(t, run, "ann", time.Minute) // the same ID
	require.NoError(t, err)
	require.Equal(t, approvalclient.Receipt{
		Gate: gateID, ID: "1", Choice: policy.ChoiceApprove, State: policy.StateOpen, Round: 1,
		Approvals: 1, Need: 2, Missing: 1,
	}, receipt)
	receipt, err = vote(t, run, "bob", time.Minute)
	require.NoError(t, err)
	require.Equal(t, policy.StateApproved, receipt.State)
	require.NoError(t, Finish.Send(t.Context(), temporal, signals.Ref{WorkflowID: run.GetID()}, struct{}{}))
	require.NoError(t, run.Get(t.Context(), nil))
	record(t, run, "approval", "gate-update-and-signal")
}
