package signals_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

func TestNewerBlocksCarry(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", markedRaw(strings.Repeat("x", 1<<20), "2")) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) {
		ch := plainItems.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		ch.Drain(ctx)
		_, ok := signals.NewContinueState(ctx, ch)
		return ok, nil
	})
	var ok bool
	require.NoError(t, env.GetWorkflowResult(&ok))
	require.True(t, ok)
}

func TestCarryBesideServe(t *testing.T) {
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

func TestCarriedOfUnopenedChannel(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, paid, payment{Amount: 10})
	env.ExecuteWorkflow(func(ctx workflow.Context) (signals.ContinueState, error) {
		a, b := items.Channel(ctx, signals.Options{}), paid.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		c, _ := signals.NewContinueState(ctx, a, b)
		return c, nil
	})
	var in signals.ContinueState
	require.NoError(t, env.GetWorkflowResult(&in))
	env, seen := testenv.NewObserved(signals.NewInterceptor())
	env.ExecuteWorkflow(func(ctx workflow.Context) (n int, err error) {
		a := items.Channel(ctx, signals.Options{ContinueState: in}) // paid is not opened in this run
		c, _ := signals.NewContinueState(ctx, a)
		return c.Len(), nil
	})
	var n int
	require.NoError(t, env.GetWorkflowResult(&n))
	require.Equal(t, 1, n, "carried on")
	require.EqualValues(t, 1, seen.Counter("temporal_patterns_leftovers", "paid"), "and reported, as the run did not continue as new")
}

func TestLeftoversAfterRefusedCarry(t *testing.T) {
	t.Parallel()
	big := signals.New[string]("big")
	env, seen := testenv.NewObserved(signals.NewInterceptor())
	env.RegisterDelayedCallback(func() {
		for range 4 {
			env.SignalWorkflow("big", strings.Repeat("x", 200<<10))
		}
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := big.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		c, ok := signals.NewContinueState(ctx, ch)
		require.False(t, ok)
		require.Zero(t, c.Len())
		return workflow.NewContinueAsNewError(ctx, "again") // with nothing
	})
	require.EqualValues(t, 4, seen.Counter("temporal_patterns_leftovers", "big"))
}

func TestServeUntilAndRefusedCarry(t *testing.T) {
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

func TestNewerOrder(t *testing.T) {
	t.Parallel()
	env := testenv.New() // without the interceptor
	env.RegisterDelayedCallback(func() {
		env.SignalWorkflow("item", item{"a", 1})
		env.SignalWorkflow("item", item{"a", 2})
		env.SignalWorkflow("item", markedRaw("[3]", "2"))
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (c signals.ContinueState, err error) {
		ch, stop := plainItems.Channel(ctx, signals.Options{}), false
		workflow.Go(ctx, func(ctx workflow.Context) { _ = workflow.Sleep(ctx, time.Hour); stop = true })
		err = signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, idOf,
				func(ctx workflow.Context, _ item) error { return workflow.Sleep(ctx, 2*time.Hour) }),
		}, signals.ServeOptions{Stop: func() bool { return stop }})
		c, _ = signals.NewContinueState(ctx, ch)
		return c, err
	})
	var c signals.ContinueState
	require.NoError(t, env.GetWorkflowResult(&c))
	require.Equal(t, "[3]", string(sentState(c).Signals[0].Messages[1].Data), "it came last")
}

func TestTwoChannels(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendBatchAfter(t, env, time.Minute, plainItems, item{"a", 1}, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) (c signals.ContinueState, err error) {
		a, b := plainItems.Channel(ctx, signals.Options{}), plainItems.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		a.TryReceive(ctx)
		c, _ = signals.NewContinueState(ctx, a, b)
		return c, nil
	})
	var c signals.ContinueState
	require.NoError(t, env.GetWorkflowResult(&c))
	env = testenv.New()
	env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
		return plainItems.Channel(ctx, signals.Options{ContinueState: c}).Len(), nil
	})
	var n int
	require.NoError(t, env.GetWorkflowResult(&n))
	require.Equal(t, 1, n)
}

// A channel that is named twice is carried once.
func TestCarryOneChannelTwice(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, plainItems, item{"a", 1})
	env.ExecuteWorkflow(func(ctx workflow.Context) (int, error) {
		ch := plainItems.Channel(ctx, signals.Options{})
		err := workflow.Sleep(ctx, time.Hour)
		c, _ := signals.NewContinueState(ctx, ch, ch)
		return len(sentState(c).Signals), err
	})
	var parts int
	require.NoError(t, env.GetWorkflowResult(&parts))
	require.Equal(t, 1, parts)
}
