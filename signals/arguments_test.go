package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

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
