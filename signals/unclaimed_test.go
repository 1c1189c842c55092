package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// ContinueState messages for which the next run opens no channel are reported when it
// ends, once, unless they are carried on.
func TestUnclaimedMessagesAreReported(t *testing.T) {
	t.Parallel()
	a, b, c := signals.New[int]("A"), signals.New[int]("B"), signals.New[int]("C")
	env := testenv.New(signals.NewInterceptor())
	signalstest.SendAfter(t, env, time.Second, b, 2, 3)
	env.ExecuteWorkflow(func(ctx workflow.Context) (signals.ContinueState, error) {
		ca, cb := a.Channel(ctx, signals.Options{}), b.Channel(ctx, signals.Options{})
		err := workflow.Sleep(ctx, time.Minute)
		carried, ok := signals.NewContinueState(ctx, ca, cb)
		require.True(t, ok)
		return carried, err
	})
	var carried signals.ContinueState
	require.NoError(t, env.GetWorkflowResult(&carried))
	for name, run := range map[string]struct {
		workflow func(workflow.Context, signals.ContinueState) error
		reported int
	}{
		"the run ends": {func(ctx workflow.Context, in signals.ContinueState) error {
			a.Channel(ctx, signals.Options{ContinueState: in})
			c.Channel(ctx, signals.Options{ContinueState: in})
			return nil
		}, 2},
		"the run carries them on": {func(ctx workflow.Context, in signals.ContinueState) error {
			out, ok := signals.NewContinueState(ctx, a.Channel(ctx, signals.Options{ContinueState: in}))
			require.True(t, ok)
			return workflow.NewContinueAsNewError(ctx, "next", out)
		}, 0},
		"the run carries them, and ends after all": {func(ctx workflow.Context, in signals.ContinueState) error {
			_, ok := signals.NewContinueState(ctx, a.Channel(ctx, signals.Options{ContinueState: in}))
			require.True(t, ok)
			return nil
		}, 2},
		"the run continues as new without them": {func(ctx workflow.Context, in signals.ContinueState) error {
			a.Channel(ctx, signals.Options{ContinueState: in})
			return workflow.NewContinueAsNewError(ctx, "next", signals.ContinueState{})
		}, 2},
		"a channel takes them": {func(ctx workflow.Context, in signals.ContinueState) error {
			a.Channel(ctx, signals.Options{ContinueState: in})
			b.Channel(ctx, signals.Options{ContinueState: in}).Drain(ctx)
			return nil
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, seen := testenv.NewObserved(signals.NewInterceptor())
			env.ExecuteWorkflow(run.workflow, carried)
			require.EqualValues(t, run.reported, seen.Counter("temporal_patterns_leftovers", "B"))
		})
	}
}
