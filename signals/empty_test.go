package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// What is null on the wire is refused by its sender, as it would be by
// its receiver.
func TestNullIsNotSent(t *testing.T) {
	t.Parallel()
	t.Run("a nil slice", func(t *testing.T) { t.Parallel(); notSent[[]int](t, nil) })
	t.Run("a nil pointer", func(t *testing.T) { t.Parallel(); notSent[*payment](t, nil) })
	t.Run("a nil map", func(t *testing.T) { t.Parallel(); notSent[map[string]int](t, nil) })
	t.Run("nil", func(t *testing.T) { t.Parallel(); notSent[any](t, nil) })
}

func notSent[T any](t *testing.T, null T) {
	t.Helper()
	const empty = "message is empty; send a value"
	s, f, by, u := signals.New[T]("list"), &fakeClient{}, &fakeClient{}, &fakeClient{}
	require.ErrorContains(t, s.Send(t.Context(), f, signals.Ref{WorkflowID: "order-1"}, null), empty)
	_, err := s.SendWithStart(t.Context(), by, client.StartWorkflowOptions{ID: "order-1"}, null, "Order")
	require.ErrorContains(t, err, empty)
	batcher := s.Batcher(f, signals.Ref{WorkflowID: "order-1"})
	require.ErrorContains(t, batcher.Add(t.Context(), null), empty)
	require.NoError(t, batcher.Flush(t.Context()))
	_, err = signals.NewUpdate[T, string]("list").Execute(t.Context(), u, signals.Ref{WorkflowID: "order-1"}, "", null)
	require.ErrorContains(t, err, empty)
	require.NotErrorIs(t, err, signals.ReasonOutcomeUnknown)
	require.Empty(t, f.sent)
	require.Empty(t, by.sent)
	require.Empty(t, u.updated.WorkflowID)

	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		return s.SendExternal(ctx, signals.Ref{WorkflowID: "order-2"}, null).Get(ctx, nil)
	})
	require.ErrorContains(t, env.GetWorkflowError(), empty)
}

// The other side: what another sender has sent as null is a dead letter, and
// what is empty and not null is a message.
func TestNullIsNotReceived(t *testing.T) {
	t.Parallel()
	lists, env := signals.New[[]int]("list"), testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("list", []int(nil)) }, time.Minute)
	env.RegisterDelayedCallback(func() {
		require.NoError(t, lists.Send(t.Context(), signalstest.NewClient(env), signals.Ref{}, []int{}))
	}, 2*time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		list, ok, err := lists.Channel(ctx, signals.Options{}).ReceiveWithTimeout(ctx, time.Hour)
		return fmt.Sprint(list == nil, len(list), ok), err
	})
	var got string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, "false 0 true", got)
	status, err := lists.Status(t.Context(), &fakeClient{env: env}, signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 1, status.DeadLetters.Count)
	require.Contains(t, status.DeadLetters.Last[0].Reason, "is empty")
}
