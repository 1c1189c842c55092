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
func TestChannelsThatCannotBeUsed(t *testing.T) {
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
		"the others": func(ctx workflow.Context, ch *signals.Channel[payment]) error {
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
		"a second one": {paid, `a second channel of signal "paid" was opened in this run, and the two would compete; ` +
			`open it once, and share the value`},
		"one of a signal without name": {nameless, "has no name; define it with one, as a package-level variable"},
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
func TestDefinitionsWithoutAName(t *testing.T) {
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
