package signals_test

import (
	"fmt"
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

func TestContinueStateIncludesMessagesUntilItIsEncoded(t *testing.T) {
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

func TestContinueStateExcludesMessagesReceivedAfterIt(t *testing.T) {
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

func TestContinueStateBesideServe(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, plainItems, item{"a", 1}, item{"a", 2}, item{"a", 3})
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		ch := plainItems.Channel(ctx, signals.Options{})
		workflow.Go(ctx, func(ctx workflow.Context) {
			_ = signals.Serve(ctx, []signals.Handler{signals.HandleByKey(ch, idOf, func(ctx workflow.Context,
				_ item,
			) error {
				return workflow.Sleep(ctx, 5*time.Hour)
			})}, signals.ServeOptions{})
		})
		_ = workflow.Sleep(ctx, time.Hour)
		c, ok := signals.NewContinueState(ctx, ch)
		return fmt.Sprint(ok, c.Len(), ch.Len()), nil
	})
	var got string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Contains(t, []string{"true 2 2", "false 0 2"}, got)
}

func TestServeDoesNotSpinAfterARefusedContinueState(t *testing.T) {
	t.Parallel()
	env, u, loops := testenv.New(), signals.NewUpdate[int, int]("slow"), 0
	env.SetCurrentHistoryLength(9000)
	signalstest.UpdateAfter(env, 0, u, "x", 1)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		_ = u.Handle(ctx, nil, func(ctx workflow.Context, i int) (int, error) { return i, workflow.Sleep(ctx, time.Hour) })
		ch := plainItems.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Minute)
		for ; loops < 100_000; loops++ {
			if err := signals.Serve(ctx, []signals.Handler{
				signals.Handle(ch, func(workflow.Context, item) error { return nil }),
			}, signals.ServeOptions{Stop: func() bool { return signals.ShouldContinueAsNew(ctx) }}); err != nil {
				return err
			}
			if _, ok := signals.NewContinueState(ctx, ch); ok {
				return nil
			}
		}
		return nil
	})
	require.Less(t, loops, 10)
}

// A message that reaches a selector while Serve ends is in the state, and in the channel
// when Serve has returned.
func TestSelectorWhileServeEndsLosesNoMessage(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, plainItems, item{"a", 1})
	signalstest.SendAfter(t, env, 2*time.Hour, plainItems, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) (got []int, err error) {
		ch := plainItems.Channel(ctx, signals.Options{})
		workflow.Go(ctx, func(ctx workflow.Context) {
			_ = workflow.Sleep(ctx, 90*time.Minute)
			addTo(ctx, ch, workflow.NewSelector(ctx), func(item) {}).Select(ctx)
			c, _ := signals.NewContinueState(ctx, ch)
			got = append(got, c.Len(), ch.Len())
		})
		slow := signals.HandleByKey(ch, idOf, func(ctx workflow.Context, _ item) error { return workflow.Sleep(ctx, 5*time.Hour) })
		err = signals.Serve(ctx, []signals.Handler{slow}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, time.Hour)})
		for _, i := range ch.Drain(ctx) {
			got = append(got, i.N)
		}
		return got, err
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{1, 1, 2}, got)
}
