package signals_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

func TestSend(t *testing.T) {
	t.Parallel()

	t.Run("sends the value under the signal's name", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		require.NoError(t, paid.Send(t.Context(), f, signals.Ref{WorkflowID: "order-1", RunID: "run-1"}, payment{Amount: 7}))
		require.Equal(t, []any{"order-1", "run-1", "paid", payment{Amount: 7}}, f.sent)
	})

	t.Run("refuses a message over 256 KB and sends nothing", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		note := signals.New[string]("note")
		err := note.Send(t.Context(), f, signals.Ref{WorkflowID: "order-1"}, strings.Repeat("x", 300<<10))
		require.ErrorIs(t, err, signals.ReasonTooLarge)
		require.ErrorContains(t, err, "307202 bytes")
		require.Empty(t, f.sent)
		require.NoError(t, note.Send(t.Context(), f, signals.Ref{WorkflowID: "order-1"}, strings.Repeat("x", 255<<10)))
	})

	t.Run("names the workflow that does not exist", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{err: serviceerror.NewNotFound("workflow execution already completed")}
		err := paid.Send(t.Context(), f, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 7})
		require.ErrorIs(t, err, signals.ReasonNoWorkflow)
		require.ErrorContains(t, err, `workflow "order-1"`)
	})

	t.Run("wraps the cause of an unknown outcome", func(t *testing.T) {
		t.Parallel()
		cause := errors.New("connection reset")
		err := paid.Send(t.Context(), &fakeClient{err: cause}, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 7})
		require.ErrorIs(t, err, cause)
		require.NotErrorIs(t, err, signals.ReasonNoWorkflow)
		require.ErrorIs(t, err, signals.ReasonOutcomeUnknown, "it may be sent again")
	})

	t.Run("wraps the cause of a refusal", func(t *testing.T) {
		t.Parallel()
		denied := serviceerror.NewPermissionDenied("not you", "")
		err := paid.Send(t.Context(), &fakeClient{err: denied}, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 7})
		require.NotErrorIs(t, err, signals.ReasonOutcomeUnknown)
		require.ErrorIs(t, err, denied)
	})

	t.Run("refuses a value that cannot be encoded", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{}
		err := signals.New[func()]("f").Send(t.Context(), f, signals.Ref{WorkflowID: "order-1"}, func() {})
		require.ErrorContains(t, err, "cannot be encoded")
		require.Empty(t, f.sent)
	})
}

func TestSendWithStart(t *testing.T) {
	t.Parallel()
	options := client.StartWorkflowOptions{ID: "order-1", TaskQueue: "orders"}

	t.Run("sends the value with the start", func(t *testing.T) {
		t.Parallel()
		s := &fakeClient{}
		_, err := paid.SendWithStart(t.Context(), s, options, payment{Amount: 7}, "Order", 1, 2)
		require.NoError(t, err)
		require.Equal(t, []any{"order-1", "paid", payment{Amount: 7}, "orders", "Order", []any{1, 2}}, s.sent)
	})

	t.Run("needs an ID, and a message that fits", func(t *testing.T) {
		t.Parallel()
		s := &fakeClient{}
		_, err := paid.SendWithStart(t.Context(), s, client.StartWorkflowOptions{}, payment{Amount: 7}, "Order")
		require.ErrorContains(t, err, "set options.ID")
		_, err = signals.New[string]("note").SendWithStart(t.Context(), s, options, strings.Repeat("x", 300<<10), "Order")
		require.ErrorIs(t, err, signals.ReasonTooLarge)
		require.Empty(t, s.sent)
	})

	t.Run("keeps the cause of a failure", func(t *testing.T) {
		t.Parallel()
		cause := errors.New("connection reset")
		_, err := paid.SendWithStart(t.Context(), &fakeClient{err: cause}, options, payment{Amount: 7}, "Order")
		require.ErrorIs(t, err, cause)
		require.ErrorIs(t, err, signals.ReasonOutcomeUnknown)
	})
}

func TestSendExternal(t *testing.T) {
	t.Parallel()
	note := signals.New[string]("note")
	env := testenv.New()
	env.OnSignalExternalWorkflow(mock.Anything, "order-2", "run-2", "note", "hello").Return(nil).Once()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		if err := note.SendExternal(ctx, signals.Ref{WorkflowID: "order-2", RunID: "run-2"}, strings.Repeat("x", 300<<10)).Get(ctx,
			nil); !errors.Is(err, signals.ReasonTooLarge) {
			return errors.New("a message over the limit was sent")
		}
		return note.SendExternal(ctx, signals.Ref{WorkflowID: "order-2", RunID: "run-2"}, "hello").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	env.AssertExpectations(t)
}
