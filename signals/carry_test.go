package signals_test

import (
	"errors"
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

// carrying is the input of a run in a chain, and what it has done.
type carrying struct {
	Carried signals.ContinueState
	Handled []string
}

// handleSome handles what has come after an hour, at most n, and continues as
// new with the rest.
func handleSome(ctx workflow.Context, in carrying, n int) error {
	ch := items.Channel(ctx, signals.Options{ContinueState: in.Carried})
	other := paid.Channel(ctx, signals.Options{ContinueState: in.Carried})
	if err := workflow.Sleep(ctx, time.Hour); err != nil {
		return err
	}
	for range n {
		if v, ok := ch.TryReceive(ctx); ok {
			in.Handled = append(in.Handled, fmt.Sprint(v.ID, v.N))
		}
	}
	if p, ok := other.TryReceive(ctx); ok && n > 5 {
		in.Handled = append(in.Handled, fmt.Sprint("paid", p.Amount))
	}
	next, ok := signals.NewContinueState(ctx, ch, other)
	if !ok {
		return errors.New("nothing was carried")
	}
	in.Carried = next
	return workflow.NewContinueAsNewError(ctx, "again", in, n)
}

// next is the input of the run after this one.
func next(t *testing.T, env *testsuite.TestWorkflowEnvironment) (in carrying) {
	t.Helper()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, env.GetWorkflowError(), &again)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &in))
	return in
}

// What was not received goes on to the next run, in order, and so does what is
// known about duplicates.
func TestCarry(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	signalstest.SendAfter(t, env, time.Minute, items, item{"a", 1}, item{"b", 2})
	signalstest.SendBatchAfter(t, env, 2*time.Minute, items, item{"c", 3}, item{"d", 4})
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", "garbage") }, 3*time.Minute)
	signalstest.SendAfter(t, env, 4*time.Minute, items, item{"e", 5})
	env.ExecuteWorkflow(handleSome, carrying{}, 3)
	first := next(t, env)
	require.Equal(t, []string{"a1", "b2", "c3"}, first.Handled)
	require.Zero(t, observed.Counter("temporal_patterns_leftovers", "item"), "what is carried is not left over")

	env, observed = testenv.NewObserved(signals.NewInterceptor())
	signalstest.SendAfter(t, env, time.Minute, items, item{"a", 6}, item{"f", 7})
	signalstest.SendAfter(t, env, time.Minute, paid, payment{Amount: 8})
	env.ExecuteWorkflow(handleSome, first, 10)
	second := next(t, env)
	require.Equal(t, []string{"a1", "b2", "c3", "d4", "e5", "f7", "paid8"}, second.Handled)
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_dead_letters", "item"), "a message that was not looked at is carried as "+
		"it is")
}

// A run that carries and then ends otherwise, or carries nothing, leaves its
// messages to no one, and says so.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		end  func(ctx workflow.Context, ch *signals.Channel[item]) error
		want int64
	}{
		"completed": {func(workflow.Context, *signals.Channel[item]) error { return nil }, 3},
		"completed after Carry": {func(ctx workflow.Context, ch *signals.Channel[item]) error {
			_, ok := signals.NewContinueState(ctx, ch)
			if !ok || ch.Len() != 3 {
				return errors.New("Carry took the messages away")
			}
			return nil
		}, 3},
		"continued as new without Carry": {func(ctx workflow.Context, _ *signals.Channel[item]) error {
			return workflow.NewContinueAsNewError(ctx, "again")
		}, 3},
		"continued as new with Carry": {func(ctx workflow.Context, ch *signals.Channel[item]) error {
			carried, _ := signals.NewContinueState(ctx, ch)
			return workflow.NewContinueAsNewError(ctx, "again", carried)
		}, 0},
		"completed after Drain": {func(ctx workflow.Context, ch *signals.Channel[item]) error {
			ch.Drain(ctx)
			return nil
		}, 0},
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

// A run is not continued under an update handler.
func TestCarryWaitsForHandlers(t *testing.T) {
	t.Parallel()
	slow := signals.NewUpdate[int, int]("slow")
	env := testenv.New()
	answer := signalstest.UpdateAfter(env, time.Minute, slow, "", 1)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
		err := slow.Handle(ctx, nil, func(ctx workflow.Context, n int) (int, error) { return n, workflow.Sleep(ctx, time.Hour) })
		if err != nil {
			return nil, err
		}
		ch := items.Channel(ctx, signals.Options{})
		var got []bool
		for range 3 {
			_, ok := signals.NewContinueState(ctx, ch)
			got = append(got, ok)
			if err := workflow.Sleep(ctx, 40*time.Minute); err != nil {
				return nil, err
			}
		}
		return got, nil
	})
	var got []bool
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []bool{true, false, true}, got)
	_, err := answer.Get()
	require.NoError(t, err)
}
