package signals_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

var nameless = signals.New[payment]("")

// A channel that cannot be used fails the workflow where it is used, and keeps
// nothing from the first one.
func TestUnusableChannelFailsTheWorkflow(t *testing.T) {
	t.Parallel()
	uses := map[string]func(workflow.Context, *signals.Channel[payment]) error{
		"Receive": func(ctx workflow.Context, ch *signals.Channel[payment]) error { _, err := ch.Receive(ctx); return err },
		"ReceiveWithTimeout": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, _, err := ch.ReceiveWithTimeout(ctx, 0)
			return err
		},
		"ReceiveBatch": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, err := ch.ReceiveBatch(ctx, signals.BatchOptions{})
			return err
		},
		"ReceiveUntil": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, _, err := ch.ReceiveUntil(ctx, signals.NewDeadline(ctx, time.Hour))
			return err
		},
		"Serve": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			return signals.Serve(ctx, []signals.Handler{signals.Handle(ch, func(workflow.Context, payment) error { return nil })},
				signals.ServeOptions{})
		},
		"AddTo": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			return ch.AddTo(ctx, workflow.NewSelector(ctx), func(payment) {})
		},
		"TryReceive, NewContinueState, Len, Drain and Receive": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
			_, some := ch.TryReceive(ctx)
			_, ok := signals.NewContinueState(ctx, ch)
			require.True(t, ok && !some && ch.Len() == 0 && ch.Drain(ctx) == nil)
			_, err := ch.Receive(ctx)
			return err
		},
	}
	for name, c := range map[string]struct {
		signal signals.Signal[payment]
		want   string
	}{
		"a second channel": {
			signal: paid,
			want: `a second channel of signal "paid" was opened in this run, and the two would compete; ` +
				`open it once, and share the value`,
		},
		"a channel of a signal without a name": {signal: nameless, want: "has no name; define it with one, as a package-level variable"},
	} {
		for use, f := range uses {
			t.Run(name+", "+use, func(t *testing.T) {
				t.Parallel()
				env := testenv.New(signals.NewInterceptor())
				at(env, 0, payment{Amount: 7})
				env.ExecuteWorkflow(func(ctx workflow.Context) error {
					first := paid.Channel(ctx, signals.Options{})
					require.NoError(t, workflow.Sleep(ctx, time.Second))
					err := f(ctx, c.signal.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder}))
					require.Equal(t, 1, first.Len(), "the first one keeps its messages")
					return err
				})
				var app *temporal.ApplicationError
				require.ErrorAs(t, env.GetWorkflowError(), &app)
				require.Equal(t, signals.ReasonMisuse.Error(), app.Type())
				require.True(t, app.NonRetryable())
				require.ErrorContains(t, app, c.want)
			})
		}
	}
}

// Nothing is sent to a name that nothing receives.
func TestDefinitionWithoutANameIsRefused(t *testing.T) {
	t.Parallel()
	const want = "it has no name; define it with one"
	ctx, f := t.Context(), &fakeClient{}
	require.ErrorContains(t, nameless.Send(ctx, f, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 1}), want)
	_, err := nameless.SendWithStart(ctx, &fakeClient{}, client.StartWorkflowOptions{ID: "order-1"}, payment{Amount: 1}, "Order")
	require.ErrorContains(t, err, want)
	require.ErrorContains(t, nameless.Batcher(f, signals.Ref{WorkflowID: "order-1"}).Add(ctx, payment{Amount: 1}), want)
	require.Empty(t, f.sent)
	_, err = signals.NewUpdate[payment, string]("").Execute(ctx, &fakeClient{}, signals.Ref{WorkflowID: "order-1"}, "", payment{Amount: 1})
	require.ErrorContains(t, err, want)
	_, err = signals.NewQuery[int]("").Get(ctx, &fakeClient{}, signals.Ref{WorkflowID: "order-1"})
	require.ErrorContains(t, err, want)
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		require.ErrorContains(t, nameless.SendExternal(ctx, signals.Ref{WorkflowID: "order-2"}, payment{Amount: 1}).Get(ctx, nil), want)
		return errors.Join(
			signals.NewQuery[int]("").Handle(ctx, func() (int, error) { return 1, nil }),
			signals.NewUpdate[payment, int]("").Handle(ctx, nil, func(workflow.Context, payment) (int, error) { return 1, nil }))
	})
	require.ErrorContains(t, env.GetWorkflowError(), "a query cannot be answered: it has no name")
	require.ErrorContains(t, env.GetWorkflowError(), "an update cannot be handled: it has no name")
}

// Every wrong argument fails at once with ReasonMisuse.
func TestWrongArgumentsAreRefused(t *testing.T) {
	t.Parallel()
	nothing := func(workflow.Context, item) error { return nil }
	for name, call := range map[string]func(workflow.Context, *signals.Channel[item]) error{
		"Serve without handlers": func(ctx workflow.Context, _ *signals.Channel[item]) error {
			return signals.Serve(ctx, nil, signals.ServeOptions{})
		},
		"Serve with a negative Parallel": func(ctx workflow.Context, ch *signals.Channel[item]) error {
			return signals.Serve(ctx, []signals.Handler{signals.Handle(ch, nothing)}, signals.ServeOptions{Parallel: -1})
		},
		"Handle without a function": func(ctx workflow.Context, ch *signals.Channel[item]) error {
			return signals.Serve(ctx, []signals.Handler{signals.Handle(ch, nil)}, signals.ServeOptions{})
		},
		"HandleByKey without a channel": func(ctx workflow.Context, _ *signals.Channel[item]) error {
			return signals.Serve(ctx, []signals.Handler{signals.HandleByKey(nil, idOf, nothing)}, signals.ServeOptions{})
		},
		"ReceiveBatch with a negative limit": func(ctx workflow.Context, ch *signals.Channel[item]) error {
			_, err := ch.ReceiveBatch(ctx, signals.BatchOptions{MaxWait: -time.Second})
			return err
		},
		"a channel with a negative MaxIDs": func(ctx workflow.Context, _ *signals.Channel[item]) error {
			_, err := plainItems.Channel(ctx, signals.Options{MaxIDs: -1}).Receive(ctx)
			return err
		},
		"an update without a handler": func(ctx workflow.Context, _ *signals.Channel[item]) error {
			return signals.NewUpdate[item, item]("u").Handle(ctx, nil, nil)
		},
		"a query without a handler": func(ctx workflow.Context, _ *signals.Channel[item]) error {
			return signals.NewQuery[item]("q").Handle(ctx, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				return call(ctx, items.Channel(ctx, signals.Options{}))
			})
			reason, _ := signals.ReasonOf(env.GetWorkflowError())
			require.Equal(t, signals.ReasonMisuse, reason, "%v", env.GetWorkflowError())
		})
	}
}

func TestNilClientIsRefused(t *testing.T) {
	t.Parallel()
	ctx, ref := t.Context(), signals.Ref{WorkflowID: "order-1"}
	require.ErrorIs(t, paid.Send(ctx, nil, ref, payment{Amount: 1}), signals.ReasonMisuse)
	_, err := paid.SendWithStart(ctx, nil, client.StartWorkflowOptions{ID: "order-1"}, payment{Amount: 1}, "Order")
	require.ErrorIs(t, err, signals.ReasonMisuse)
	_, err = paid.Status(ctx, nil, ref)
	require.ErrorIs(t, err, signals.ReasonMisuse)
	_, err = refund.Execute(ctx, nil, ref, "", payment{Amount: 1})
	require.ErrorIs(t, err, signals.ReasonMisuse)
	require.ErrorIs(t, paid.Batcher(nil, ref).Add(ctx, payment{Amount: 1}), signals.ReasonMisuse)
}

func TestAddToRefusesHistoryOrder(t *testing.T) {
	t.Parallel()
	env := testenv.New(signals.NewInterceptor())
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := items.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
		return ch.AddTo(ctx, workflow.NewSelector(ctx), func(item) {})
	})
	require.ErrorContains(t, env.GetWorkflowError(), "a selector cannot keep the order of history")
	reason, _ := signals.ReasonOf(env.GetWorkflowError())
	require.Equal(t, signals.ReasonMisuse, reason)
}
