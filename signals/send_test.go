package signals_test

import (
	"errors"
	"strings"
	"testing"
	"time"

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

	t.Run("says that the workflow is not there", func(t *testing.T) {
		t.Parallel()
		f := &fakeClient{err: serviceerror.NewNotFound("workflow execution already completed")}
		err := paid.Send(t.Context(), f, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 7})
		require.ErrorIs(t, err, signals.ReasonNoWorkflow)
		require.ErrorContains(t, err, `workflow "order-1"`)
	})

	t.Run("keeps the cause of any other failure", func(t *testing.T) {
		t.Parallel()
		cause := errors.New("connection reset")
		err := paid.Send(t.Context(), &fakeClient{err: cause}, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 7})
		require.ErrorIs(t, err, cause)
		require.NotErrorIs(t, err, signals.ReasonNoWorkflow)
		require.ErrorIs(t, err, signals.ReasonOutcomeUnknown, "it may be sent again")
	})

	t.Run("says when sending again is of no use", func(t *testing.T) {
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

func TestReceiveAsync(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	n := watch(env)
	for _, arg := range []any{payment{Amount: 1}, "garbage", payment{Amount: 2}} {
		at(env, time.Minute, arg)
	}
	env.RegisterDelayedCallback(env.CancelWorkflow, 2*time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
		ch := paid.Channel(ctx, signals.Options{})
		_, early := ch.TryReceive(ctx)
		_ = workflow.Sleep(ctx, time.Hour) // canceled
		got := []int{ch.Len()}
		for p, ok := ch.TryReceive(ctx); ok; p, ok = ch.TryReceive(ctx) {
			got = append(got, p.Amount, ch.Len())
		}
		if early {
			return nil, errors.New("there was a message before any was sent")
		}
		return got, nil
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{3, 1, 2, 2, 0}, got)
	require.Equal(t, 1, n.started, "only the sleep's")
}
