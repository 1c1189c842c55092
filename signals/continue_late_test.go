package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// continuedWith returns the state that a run handed to the next.
func continuedWith(t *testing.T, env *testsuite.TestWorkflowEnvironment) (s signals.ContinueState) {
	t.Helper()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &again)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &s))
	return s
}

// receivedFrom returns what a run that starts with the state receives.
func receivedFrom(t *testing.T, s signals.ContinueState) (got []item) {
	t.Helper()
	env := testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]item, error) {
		return items.Channel(ctx, signals.Options{ContinueState: s}).Drain(ctx), nil
	})
	require.NoError(t, env.GetWorkflowResult(&got))
	return got
}

func TestContinueStateHasWhatArrivesWhileTheRunStillWaits(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	signalstest.SendAfter(t, env, time.Minute, items, item{"a", 1})
	signalstest.SendAfter(t, env, 90*time.Minute, items, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := items.Channel(ctx, signals.Options{})
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		state, ok := signals.NewContinueState(ctx, ch)
		require.True(t, ok)
		if err := workflow.Sleep(ctx, time.Hour); err != nil { // as for an activity that cleans up
			return err
		}
		return workflow.NewContinueAsNewError(ctx, "again", state)
	})
	require.Equal(t, []item{{"a", 1}, {"b", 2}}, receivedFrom(t, continuedWith(t, env)))
	require.Zero(t, observed.Counter("temporal_patterns_leftovers", "item"))
}

func TestContinueStateLacksWhatIsReceivedAfterIt(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, items, item{"a", 1}, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := items.Channel(ctx, signals.Options{})
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		state, _ := signals.NewContinueState(ctx, ch)
		first, err := ch.Receive(ctx)
		require.Equal(t, item{"a", 1}, first)
		require.NoError(t, err)
		return workflow.NewContinueAsNewError(ctx, "again", state)
	})
	require.Equal(t, []item{{"b", 2}}, receivedFrom(t, continuedWith(t, env)), "the first is not received again")
}

func TestSignalAfterNewContinueAsNewErrorIsReported(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	signalstest.SendAfter(t, env, time.Minute, items, item{"a", 1})
	signalstest.SendAfter(t, env, 90*time.Minute, items, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := items.Channel(ctx, signals.Options{})
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		state, _ := signals.NewContinueState(ctx, ch)
		again := workflow.NewContinueAsNewError(ctx, "again", state)
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return err
		}
		return again
	})
	require.Equal(t, 1, continuedWith(t, env).Len(), "the state was encoded before the second came")
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_leftovers", "item"))
}

func TestContinueStateIsZero(t *testing.T) {
	t.Parallel()
	require.True(t, signals.ContinueState{}.IsZero())
	require.False(t, wireState{Version: 1}.state().IsZero())
	require.Error(t, new(signals.ContinueState).UnmarshalJSON([]byte(`{"v":"x"}`)))
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
