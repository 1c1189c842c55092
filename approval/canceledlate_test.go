package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// No worker ran while a deadline passed and the run was canceled: what the deadline
// has decided stays decided, whatever else came with it.
func TestADeadlineThatHasPassedComesBeforeACancellation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		order string // |: the deadline, c: the cancellation, a: an approval, x: a vote of the requester, n: of one who may not decide
		end   policy.TimeoutAction
		want  policy.State
	}{
		"expired":                            {"|c", policy.ExpireOnTimeout, policy.StateExpired},
		"approved by the timeout":            {"|c", policy.ApproveOnTimeout, policy.StateApproved},
		"rejected by the timeout":            {"|c", policy.RejectOnTimeout, policy.StateRejected},
		"with a vote between, of no account": {"|xc", policy.ExpireOnTimeout, policy.StateExpired},
		"with a vote behind, of no account":  {"|cn", policy.ExpireOnTimeout, policy.StateExpired},
		"canceled before any deadline":       {"c", policy.ApproveOnTimeout, policy.StateCanceled},
		"canceled after a vote":              {"xcn", policy.ApproveOnTimeout, policy.StateCanceled},
		"approved just before it":            {"ac", policy.ExpireOnTimeout, policy.StateApproved},
		"approved just after it":             {"ca", policy.ExpireOnTimeout, policy.StateApproved},
	} {
		for how, ties := range bothTies {
			t.Run(name+", "+how, func(t *testing.T) {
				t.Parallel()
				s := stage("finance", 1, "finance", time.Hour)
				s.OnTimeout = c.end
				p := policy.Stages(s)
				h := historytest.New(t, "ask").SideEffect(opening(t, p, termsOf(ties)))
				timer, passed := h.TimerStarted(time.Hour), false
				h.Pass(30 * time.Minute)
				for _, event := range c.order {
					switch event {
					case '|':
						h.Pass(time.Hour).TimerFired(timer)
						passed = true
					case 'c':
						h.CancelRequested()
					case 'a':
						h.Signal(protocol.SignalVote, historytest.JSON(t, vote("3", "ann", policy.ChoiceApprove)))
					case 'x':
						h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "eve", policy.ChoiceApprove)))
					case 'n':
						h.Signal(protocol.SignalVote, historytest.JSON(t, vote("2", "zed", policy.ChoiceApprove).with("gate", "typo")))
					}
				}
				if h.Task(); !passed {
					h.TimerCanceled(timer)
				}
				var got policy.State
				h.Result(&got, func(ctx workflow.Context) (policy.State, error) {
					req := request()
					req.Policy = p
					state, err := oneGate(approval.Options{DeadlinePolicy: ties}, req)(ctx)
					if temporal.IsCanceledError(err) {
						return policy.StateCanceled, nil
					}
					return state, err
				}, signals.NewInterceptor())
				require.Equal(t, c.want, got)
			})
		}
	}
}

// A deadline that begins the next stage does not decide the gate: it is canceled.
func TestACancellationInTheNextStage(t *testing.T) {
	t.Parallel()
	one := stage("one", 1, "finance", time.Hour)
	one.OnTimeout = policy.ApproveOnTimeout
	r := newRun(t)
	r.ExecuteWorkflow(func(ctx workflow.Context) error {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return err
		}
		req := request()
		req.Policy = policy.Stages(one, stage("two", 1, "board", time.Hour))
		p, err := approval.Open(ctx, gates, req)
		if err != nil {
			return err
		}
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		p.Cancel(ctx)
		return nil
	})
	require.NoError(t, r.GetWorkflowError())
	gate := r.status().Gates[0]
	require.Equal(t, []any{policy.StateCanceled, 1}, []any{gate.State, gate.Stage})
}
