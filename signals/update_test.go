package signals_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

var (
	refund  = signals.NewUpdate[payment, string]("refund")
	balance = signals.NewQuery[int]("balance")
)

// account answers refunds for an hour.
func account(ctx workflow.Context) (int, error) {
	total := 100
	err := errors.Join(
		balance.Handle(ctx, func() (int, error) { return total, nil }),
		refund.Handle(ctx,
			func(_ workflow.Context, p payment) error {
				if p.Amount > total {
					return errors.New("not so much is left")
				}
				return nil
			},
			func(ctx workflow.Context, p payment) (string, error) {
				total -= p.Amount
				return "refunded", workflow.Sleep(ctx, time.Minute)
			}))
	if err != nil {
		return 0, err
	}
	return total, errors.Join(workflow.Sleep(ctx, time.Hour), nil)
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	good := signalstest.UpdateAfter(env, time.Minute, refund, "1", payment{Amount: 30})
	again := signalstest.UpdateAfter(env, 5*time.Minute, refund, "1", payment{Amount: 30})
	tooMuch := signalstest.UpdateAfter(env, 5*time.Minute, refund, "2", payment{Amount: 80})
	invalid := signalstest.UpdateAfter(env, 5*time.Minute, refund, "3", payment{})
	env.ExecuteWorkflow(account)
	require.NoError(t, env.GetWorkflowError())
	for _, a := range []*signalstest.Answer[string]{good, again} {
		text, err := a.Get()
		require.NoError(t, err)
		require.Equal(t, "refunded", text)
	}
	_, err := tooMuch.Get()
	require.ErrorContains(t, err, "not so much is left")
	_, err = invalid.Get()
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.Equal(t, signals.ReasonMalformed.Error(), app.Type())
	require.ErrorContains(t, err, "it does not fit the type; correct the sender")
	left, err := balance.Get(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 70, left, "the second call with ID 1 is the first")
}

// An argument that does not decode is refused; it reaches no handler and does not fail the
// workflow.
func TestMalformedUpdateIsRefused(t *testing.T) {
	t.Parallel()
	for name, arg := range map[string]any{
		"a wrong type": "ten", "null": nil, "an empty object": struct{}{}, "another object": map[string]int{"sum": 1}, "a list": []int{1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			var refused error
			env.RegisterDelayedCallback(func() {
				env.UpdateWorkflow("refund", "1", &testsuite.TestUpdateCallback{
					OnAccept: func() {}, OnReject: func(err error) { refused = err },
					OnComplete: func(any, error) {},
				}, arg)
			}, time.Minute)
			env.ExecuteWorkflow(account)
			var left int
			require.NoError(t, env.GetWorkflowResult(&left))
			require.Equal(t, 100, left)
			var app *temporal.ApplicationError
			require.ErrorAs(t, refused, &app)
			require.Equal(t, signals.ReasonMalformed.Error(), app.Type())
			require.True(t, app.NonRetryable())
		})
	}
}

func TestUpdateExecute(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	u := &fakeClient{}
	text, err := refund.Execute(ctx, u, signals.Ref{WorkflowID: "account-1", RunID: "run-1"}, "id-1", payment{Amount: 3})
	require.NoError(t, err)
	require.Equal(t, "done", text)
	require.Equal(t, client.UpdateWorkflowOptions{
		UpdateID: "id-1", WorkflowID: "account-1", RunID: "run-1", UpdateName: "refund",
		Args: []any{payment{Amount: 3}}, WaitForStage: client.WorkflowUpdateStageCompleted,
	}, u.updated)

	to := signals.Ref{WorkflowID: "account-1"}
	u.err = serviceerror.NewNotFound("workflow execution already completed")
	_, err = refund.Execute(ctx, u, to, "", payment{Amount: 3})
	require.ErrorIs(t, err, signals.ReasonNoWorkflow)
	u.err = temporal.NewApplicationError("not so much is left", "Overdrawn")
	_, err = refund.Execute(ctx, u, to, "", payment{Amount: 3})
	var app *temporal.ApplicationError
	require.ErrorAs(t, err, &app)
	require.ErrorContains(t, err, `workflow "account-1" answered update "refund" with an error`)
	u.err = context.DeadlineExceeded
	_, err = refund.Execute(ctx, u, to, "", payment{Amount: 3})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.ErrorIs(t, err, signals.ReasonOutcomeUnknown)
	u.err = serviceerror.NewPermissionDenied("not you", "")
	_, err = refund.Execute(ctx, u, to, "", payment{Amount: 3})
	require.NotErrorIs(t, err, signals.ReasonOutcomeUnknown)
	require.ErrorContains(t, err, "was refused")

	u.updated = client.UpdateWorkflowOptions{}
	_, err = signals.NewUpdate[string, string]("note").Execute(ctx, u, to, "", strings.Repeat("x", 300<<10))
	require.ErrorIs(t, err, signals.ReasonTooLarge)
	require.ErrorContains(t, err, `update "note"`)
	require.Empty(t, u.updated.WorkflowID, "nothing was sent")
	require.Equal(t, "refund balance", refund.Name()+" "+balance.Name())
}
