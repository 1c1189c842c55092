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
func TestContinueStateCarriesMessagesAndIDs(t *testing.T) {
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

// A run is not continued under an update handler.
func TestContinueStateWaitsForUpdateHandlers(t *testing.T) {
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

func TestContinueStateCarriesMessagesOfUnopenedChannels(t *testing.T) {
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

func TestContinueStateOfTwoChannelsOfOneSignal(t *testing.T) {
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
func TestContinueStateListsAChannelOnce(t *testing.T) {
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

func TestContinueStateIsZero(t *testing.T) {
	t.Parallel()
	require.True(t, signals.ContinueState{}.IsZero())
	require.False(t, wireState{Version: 1}.state().IsZero())
	require.Error(t, new(signals.ContinueState).UnmarshalJSON([]byte(`{"v":"x"}`)))
}
