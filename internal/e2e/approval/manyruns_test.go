package approval_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/converter"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// People vote while the run continues as new, again and again: each vote counts
// once, whatever it met, and the deadline stays where it was.
func TestVotesWhileTheRunContinuesAsNew(t *testing.T) {
	t.Parallel()
	const (
		id      = "many-runs"
		voters  = 30
		onwards = 5
	)
	e2etest.StartProcess(t, id)
	rules := []policy.Rule{{Need: voters, From: policy.Selector{Groups: []string{"finance"}}}}
	run := start(t, id, Staged, StagedCase{Policy: policy.Stages(policy.Stage{Deadline: 100 * time.Second, Rules: rules})})
	e2etest.WaitForEvents(t, temporal, run, started, 1)
	people := newPeople(t, temporal, approvalclient.Options{})
	before, err := people.Status(t.Context(), approvalclient.Ref{WorkflowID: id})
	require.NoError(t, err)

	var all sync.WaitGroup
	errs := make([]error, voters-1)
	for i := range errs {
		all.Go(func() {
			for range 2 { // and once more, as after a timeout of their own
				_, errs[i] = chair{t, run, approvalclient.Options{}, 0}.says(fmt.Sprintf("voter-%d", i), "finance", "1", policy.ChoiceApprove)
				if errs[i] != nil {
					return
				}
			}
		})
	}
	for range onwards {
		require.NoError(t, Onward.Send(t.Context(), temporal, signals.Ref{WorkflowID: id}, struct{}{}))
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	var after approvalclient.Status
	eventually(t, func(ctx context.Context) (bool, error) { // a query may meet a run that continues as new
		after, err = people.Status(ctx, approvalclient.Ref{WorkflowID: id})
		return err == nil, err
	})
	require.True(t, before.Gates[0].Deadline.Equal(after.Gates[0].Deadline), "%v, %v", before.Gates[0].Deadline, after.Gates[0].Deadline)
	require.NotEqual(t, run.GetRunID(), temporal.GetWorkflow(t.Context(), id, "").GetRunID(), "it has continued as new")

	last := chair{t, run, approvalclient.Options{}, 0}
	_, err = last.says("the last", "finance", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	var got approval.Outcome[string]
	require.NoError(t, temporal.GetWorkflow(t.Context(), id, "").Get(t.Context(), &got))
	require.Equal(t, policy.StateApproved, got.State)
	require.Len(t, got.Votes, voters)
}

// People are reminded, others are asked, and all are told of it once, by workers
// that are killed.
func TestPeopleAreTold(t *testing.T) {
	t.Parallel()
	const id = "told"
	s := policy.Stage{
		Deadline: time.Minute, Reminders: []time.Duration{58 * time.Second},
		Rules:       []policy.Rule{{Need: 1, From: policy.Selector{Groups: []string{"finance"}}}},
		Escalations: []policy.Escalation{{After: 5 * time.Second, To: policy.Selector{Groups: []string{"board"}}}},
	}
	w := e2etest.StartProcess(t, id)
	run := start(t, id, Staged, StagedCase{Policy: policy.Stages(s), Notify: "Tell"})
	e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, 2) // that it is open, and the reminder
	w.Kill()
	e2etest.WaitForEvents(t, temporal, run, fired, 2)
	e2etest.StartProcess(t, id)
	e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, 3)
	_, err := chair{t, run, approvalclient.Options{UpdateTimeout: time.Minute}, 0}.says("bea", "board", "1", policy.ChoiceApprove)
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))

	var kinds []approval.NoticeKind
	keys := map[string]bool{}
	for _, e := range e2etest.WaitForEvents(t, temporal, run, enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED, 1) {
		if scheduled := e.GetActivityTaskScheduledEventAttributes(); scheduled != nil {
			var n approval.Notice
			require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(scheduled.GetInput(), &n))
			kinds, keys[n.Key] = append(kinds, n.Kind), true
		}
	}
	require.Equal(t, []approval.NoticeKind{approval.NoticeOpened, approval.NoticeReminder, approval.NoticeEscalated, approval.NoticeClosed},
		kinds)
	require.Len(t, keys, 4)
	record(t, run, "approval", "staged-told")
}
