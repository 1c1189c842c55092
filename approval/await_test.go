package approval_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func TestAwait(t *testing.T) {
	t.Parallel()

	t.Run("approves when enough have approved, with who they were", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.update(2*time.Minute, vote("2", "bob", policy.ChoiceApprove))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		o := r.outcome()
		require.Equal(t, policy.StateApproved, o.State)
		require.Equal(t, "report 7", o.Subject)
		require.Equal(t, []string{"ann", "bob"}, []string{o.Votes[0].Actor.ID, o.Votes[1].Actor.ID})
		require.Equal(t, []approvalclient.Receipt{
			{Gate: "expense", ID: "1", Choice: policy.ChoiceApprove, State: policy.StateOpen, Round: 1, Approvals: 1, Need: 2, Missing: 1},
			{Gate: "expense", ID: "2", Choice: policy.ChoiceApprove, State: policy.StateApproved, Round: 1, Approvals: 2, Need: 2},
		}, r.receipts)
	})

	t.Run("rejects with the first no", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.signal(2*time.Minute, vote("2", "bob", policy.ChoiceReject))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		require.Equal(t, policy.StateRejected, r.outcome().State)
	})

	t.Run("expires after exactly the deadline when the votes are not enough", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		start := r.Now()
		r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		o := r.outcome()
		require.Equal(t, policy.StateExpired, o.State)
		require.Equal(t, time.Hour, o.Closed.Sub(start))
		require.Len(t, o.Votes, 1)
	})

	t.Run("tells votes in full to the workflow, in short to those who ask", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		long := strings.Repeat("ä", 2000)
		r.update(time.Minute, vote("1", "ann", policy.ChoiceReject).with("comment", long))
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		require.Equal(t, long, r.outcome().Votes[0].Comment)
		require.Equal(t, []string{"finance"}, r.outcome().Votes[0].Actor.Groups)
		short := r.status().Gates[0].Votes[0]
		require.Equal(t, strings.Repeat("ä", 250)+"…", short.Comment)
		require.Equal(t, policy.Actor{ID: "ann", Auth: "test"}, short.Actor)
	})

	t.Run("waits without a timer when there is no deadline", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		timers := 0
		r.SetOnTimerScheduledListener(func(string, time.Duration) { timers++ })
		r.update(1000*time.Hour, vote("1", "ann", policy.ChoiceApprove))
		r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
			gates, err := approval.NewGates(ctx, approval.Options{})
			if err != nil {
				return outcome{}, err
			}
			req := request()
			req.Policy = policy.Quorum(1, "finance").Within(policy.NoDeadline)
			return approval.Await(ctx, gates, req)
		})
		require.Equal(t, policy.StateApproved, r.outcome().State)
		require.Zero(t, timers)
		require.True(t, r.status().Gates[0].Deadline.IsZero())
	})

	t.Run("passes cancellation on untouched and closes the gate", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.RegisterDelayedCallback(r.CancelWorkflow, time.Minute)
		r.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
			gates, err := approval.NewGates(ctx, approval.Options{})
			if err != nil {
				return false, err
			}
			_, first := approval.Await(ctx, gates, request())
			req := request()
			req.ID = "second"
			_, second := approval.Await(ctx, gates, req)
			return first == workflow.ErrCanceled && errors.Is(second, workflow.ErrCanceled), nil //nolint:errorlint // untouched is what is tested
		})
		var untouched bool
		require.NoError(t, r.GetWorkflowResult(&untouched))
		require.True(t, untouched)
		gate := r.status().Gates[0]
		require.Equal(t, policy.StateCanceled, gate.State)
		require.Equal(t, time.Minute, gate.Closed.Sub(gate.Opened), "the wait ends with the cancellation, not with the deadline")
		require.Len(t, r.status().Gates, 1, "a gate is not opened on a canceled context")
	})

	t.Run("goes on in a canceled run, on a context that is not", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		r.RegisterDelayedCallback(r.CancelWorkflow, time.Minute)
		r.signal(2*time.Minute, vote("1", "ann", policy.ChoiceApprove))
		r.signal(3*time.Minute, vote("2", "bob", policy.ChoiceApprove))
		r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
			gates, err := approval.NewGates(ctx, approval.Options{})
			if err != nil {
				return outcome{}, err
			}
			detached, _ := workflow.NewDisconnectedContext(ctx)
			return approval.Await(detached, gates, request())
		})
		require.Equal(t, policy.StateApproved, r.outcome().State)
		gate := r.status().Gates[0]
		require.Equal(t, 3*time.Minute, gate.Closed.Sub(gate.Opened))
	})

	t.Run("refuses requests that cannot work", func(t *testing.T) {
		t.Parallel()
		cases := map[string]func(*approval.Request[string]){
			"its ID has 0 bytes":     func(q *approval.Request[string]) { q.ID = "" },
			"the requester is empty": func(q *approval.Request[string]) { q.Requester = "" },
			"rule 1 needs 0":         func(q *approval.Request[string]) { q.Policy.Stages[0].Rules[0].Need = 0 },
			"opened before":          func(q *approval.Request[string]) { q.ID = "expense" },
		}
		for problem, spoil := range cases {
			t.Run(problem, func(t *testing.T) {
				t.Parallel()
				r := newRun(t)
				r.update(time.Minute, vote("1", "ann", policy.ChoiceReject))
				r.ExecuteWorkflow(func(ctx workflow.Context) error {
					gates, err := approval.NewGates(ctx, approval.Options{})
					if err != nil {
						return err
					}
					if _, err := approval.Await(ctx, gates, request()); err != nil {
						return err
					}
					req := request()
					req.ID = "second"
					spoil(&req)
					_, err = approval.Await(ctx, gates, req)
					return err
				})
				require.ErrorContains(t, r.GetWorkflowError(), problem)
				require.Equal(t, approval.ReasonInvalidRequest, reasonOf(r.GetWorkflowError()))
				var app *temporal.ApplicationError
				require.ErrorAs(t, r.GetWorkflowError(), &app)
				require.NotEqual(t, temporal.ApplicationErrorCategoryBenign, app.Category(), "a programmer's mistake is a failure")
			})
		}
	})
}
