package signals_test

import (
	"errors"
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

// nothing is a type without content of the user's own.
type nothing struct{}

// A signal or update without content may come without a payload, as senders in
// other languages, the CLI and the Web UI send it.
func TestMessageWithoutContentIsReceived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent    any
		receive func(workflow.Context, signals.ContinueState) (bool, error)
	}{
		"nil":          {receive: got[struct{}]},
		"null":         {sent: []int(nil), receive: got[struct{}]},
		"{}":           {sent: struct{}{}, receive: got[struct{}]},
		"a named type": {receive: got[nothing]},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("finish", c.sent) }, time.Minute)
			env.ExecuteWorkflow(c.receive, signals.ContinueState{})
			var ok bool
			require.NoError(t, env.GetWorkflowResult(&ok))
			require.True(t, ok)
		})
		t.Run(name+", carried", func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("finish", c.sent) }, time.Minute)
			env.ExecuteWorkflow(func(ctx workflow.Context) (signals.ContinueState, error) {
				ch := signals.New[struct{}]("finish").Channel(ctx, signals.Options{})
				err := workflow.Sleep(ctx, time.Hour)
				carried, ok := signals.NewContinueState(ctx, ch)
				require.True(t, ok)
				return carried, err
			})
			var carried signals.ContinueState
			require.NoError(t, env.GetWorkflowResult(&carried))
			env = testenv.New()
			env.ExecuteWorkflow(c.receive, carried)
			var ok bool
			require.NoError(t, env.GetWorkflowResult(&ok))
			require.True(t, ok)
		})
	}
	t.Run("an update without an argument is handled", func(t *testing.T) {
		t.Parallel()
		env, a := testenv.New(), &answer{}
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow("finish", "1", a) }, time.Minute)
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			done := false
			u := signals.NewUpdate[struct{}, string]("finish")
			err := u.Handle(ctx, nil, func(workflow.Context, struct{}) (string, error) { done = true; return "done", nil })
			return errors.Join(err, workflow.Await(ctx, func() bool { return done || a.err != nil }))
		})
		require.NoError(t, env.GetWorkflowError())
		require.NoError(t, a.err)
	})
}

type answer struct{ err error }

func (*answer) Accept()                     {}
func (a *answer) Reject(err error)          { a.err = err }
func (a *answer) Complete(_ any, err error) { a.err = err }

func got[T any](ctx workflow.Context, carried signals.ContinueState) (bool, error) {
	_, ok, err := signals.New[T]("finish").Channel(ctx, signals.Options{ContinueState: carried}).ReceiveWithTimeout(ctx, time.Hour)
	return ok, err
}

// The sender refuses a value that is null on the wire, as the receiver would.
func TestNullIsNotSent(t *testing.T) {
	t.Parallel()
	t.Run("a nil slice is not sent", func(t *testing.T) { t.Parallel(); notSent[[]int](t, nil) })
	t.Run("a nil pointer is not sent", func(t *testing.T) { t.Parallel(); notSent[*payment](t, nil) })
	t.Run("a nil map is not sent", func(t *testing.T) { t.Parallel(); notSent[map[string]int](t, nil) })
	t.Run("nil is not sent", func(t *testing.T) { t.Parallel(); notSent[any](t, nil) })
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

// A null of another sender is a dead letter; an empty list is a message.
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

func TestNullBatchIsADeadLetter(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", markedRaw("null", "1")) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := plainItems.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		ch.Drain(ctx)
		return nil
	})
	st, err := plainItems.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 1, st.DeadLetters.Count)
}
