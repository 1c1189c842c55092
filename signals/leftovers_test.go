package signals_test

import (
	"errors"
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

// A run that ends without handing its messages to the next run reports them.
func TestLeftoversAreReported(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(ctx workflow.Context, ch *signals.Channel[item]) error
		want int64
	}{
		"a run that completes": {end: func(workflow.Context, *signals.Channel[item]) error { return nil }, want: 3},
		"a run that completes after NewContinueState": {
			end: func(ctx workflow.Context, ch *signals.Channel[item]) error {
				_, ok := signals.NewContinueState(ctx, ch)
				if !ok || ch.Len() != 3 {
					return errors.New("NewContinueState took the messages away")
				}
				return nil
			},
			want: 3,
		},
		"a run that continues as new without a state": {
			end: func(ctx workflow.Context, _ *signals.Channel[item]) error {
				return workflow.NewContinueAsNewError(ctx, "again")
			},
			want: 3,
		},
		"a run that continues as new with a state": {
			end: func(ctx workflow.Context, ch *signals.Channel[item]) error {
				carried, _ := signals.NewContinueState(ctx, ch)
				return workflow.NewContinueAsNewError(ctx, "again", carried)
			},
		},
		"a run that completes after Drain": {
			end: func(ctx workflow.Context, ch *signals.Channel[item]) error {
				ch.Drain(ctx)
				return nil
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, observed := testenv.NewObserved(signals.NewInterceptor())
			signalstest.SendAfter(t, env, time.Minute, items, item{"a", 1}, item{"b", 2}, item{"c", 3})
			env.RegisterDelayedCallback(func() { env.SignalWorkflow("itme", 1) }, time.Minute)
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				ch := items.Channel(ctx, signals.Options{})
				if err := workflow.Sleep(ctx, time.Hour); err != nil {
					return err
				}
				return c.end(ctx, ch)
			})
			require.True(t, env.IsWorkflowCompleted())
			require.Equal(t, c.want, observed.Counter("temporal_patterns_leftovers", "item"))
			require.EqualValues(t, 1, observed.Counter("temporal_patterns_undeclared", ""), "no one has received itme")
			require.Contains(t, observed.Logs(), "SignalNames=[itme]")
		})
	}
}

func TestLeftoversAfterARefusedContinueState(t *testing.T) {
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

// A refused NewContinueState revokes the state before it.
func TestLeftoversWhenTheSecondContinueStateIsRefused(t *testing.T) {
	t.Parallel()
	big := signals.New[string]("big")
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	large := strings.Repeat("x", 200<<10)
	signalstest.SendAfter(t, env, time.Minute, big, "small")
	signalstest.SendAfter(t, env, 2*time.Hour, big, large, large, large)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := big.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		state, first := signals.NewContinueState(ctx, ch)
		_ = workflow.NewContinueAsNewError(ctx, "again", state) // the run goes on after all
		_ = workflow.Sleep(ctx, 2*time.Hour)
		_, second := signals.NewContinueState(ctx, ch)
		require.True(t, first && !second)
		return workflow.NewContinueAsNewError(ctx, "again")
	})
	require.EqualValues(t, 4, observed.Counter("temporal_patterns_leftovers", "big"))
}

// ContinueState messages for which the next run opens no channel are reported when it
// ends, once, unless they are carried on.
func TestMessagesOfUnopenedChannelsAreReported(t *testing.T) {
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
		"a run that ends": {
			workflow: func(ctx workflow.Context, in signals.ContinueState) error {
				a.Channel(ctx, signals.Options{ContinueState: in})
				c.Channel(ctx, signals.Options{ContinueState: in})
				return nil
			},
			reported: 2,
		},
		"a run that carries them on": {
			workflow: func(ctx workflow.Context, in signals.ContinueState) error {
				out, ok := signals.NewContinueState(ctx, a.Channel(ctx, signals.Options{ContinueState: in}))
				require.True(t, ok)
				return workflow.NewContinueAsNewError(ctx, "next", out)
			},
		},
		"a run that creates a state and ends": {
			workflow: func(ctx workflow.Context, in signals.ContinueState) error {
				_, ok := signals.NewContinueState(ctx, a.Channel(ctx, signals.Options{ContinueState: in}))
				require.True(t, ok)
				return nil
			},
			reported: 2,
		},
		"a run that continues as new without a state": {
			workflow: func(ctx workflow.Context, in signals.ContinueState) error {
				a.Channel(ctx, signals.Options{ContinueState: in})
				return workflow.NewContinueAsNewError(ctx, "next", signals.ContinueState{})
			},
			reported: 2,
		},
		"a run that opens the channel": {
			workflow: func(ctx workflow.Context, in signals.ContinueState) error {
				a.Channel(ctx, signals.Options{ContinueState: in})
				b.Channel(ctx, signals.Options{ContinueState: in}).Drain(ctx)
				return nil
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, seen := testenv.NewObserved(signals.NewInterceptor())
			env.ExecuteWorkflow(run.workflow, carried)
			require.EqualValues(t, run.reported, seen.Counter("temporal_patterns_leftovers", "B"))
		})
	}
}

// Any sender chooses names of signals; the log of them is bounded.
func TestLogOfUndeclaredNamesIsBounded(t *testing.T) {
	t.Parallel()
	env, seen := testenv.NewObserved(signals.NewInterceptor())
	for i := range 100 {
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(fmt.Sprintf("name-%d", i), 1) }, time.Second)
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) error { return workflow.Sleep(ctx, time.Minute) })
	require.NoError(t, env.GetWorkflowError())
	require.EqualValues(t, 100, seen.Counter("temporal_patterns_undeclared", ""))
	lines := seen.Lines("names that nothing has received")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "Count=100")
	require.Less(t, len(lines[0]), 1_000)
}
