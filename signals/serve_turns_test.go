package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// Several channels take turns, so that a flood of one does not hold up another.
func TestServeTakesTurns(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, plainItems, item{"a", 1}, item{"a", 2}, item{"a", 3})
	signalstest.SendAfter(t, env, time.Minute, paid, payment{Amount: 10}, payment{Amount: 20})
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
		var got []int
		in, pay := plainItems.Channel(ctx, signals.Options{}), paid.Channel(ctx, signals.Options{})
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return nil, err
		}
		err := signals.Serve(ctx, []signals.Handler{
			signals.Handle(in, func(_ workflow.Context, i item) error { got = append(got, i.N); return nil }),
			signals.Handle(pay, func(_ workflow.Context, p payment) error { got = append(got, p.Amount); return nil }),
		}, signals.ServeOptions{Stop: func() bool { return len(got) == 5 }})
		return got, err
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{1, 10, 2, 20, 3}, got)
}

// A handler without keys runs one at a time beside those that have keys, and
// two channels share the keys.
func TestServeMixesKeyedAndUnkeyedHandlers(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	others := signals.New[item]("other")
	signalstest.SendAfter(t, env, 0, plainItems, item{"a", 1}, item{"b", 2})
	signalstest.SendAfter(t, env, 0, others, item{"a", 3})
	signalstest.SendAfter(t, env, 0, paid, payment{Amount: 10}, payment{Amount: 20})
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]string, error) {
		w := work{start: workflow.Now(ctx)}
		key := func(i item) string { return i.ID }
		deadline := signals.NewDeadline(ctx, 24*time.Hour)
		err := signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(plainItems.Channel(ctx, signals.Options{}), key, w.handle),
			signals.HandleByKey(others.Channel(ctx, signals.Options{}), key, w.handle),
			signals.Handle(paid.Channel(ctx, signals.Options{}), func(ctx workflow.Context, p payment) error {
				return w.handle(ctx, item{"paid", p.Amount})
			}),
		}, signals.ServeOptions{Stop: deadline.Passed})
		return w.Log, err
	})
	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.ElementsMatch(t, []string{
		"+a1@0", "+b2@0", "+paid10@0", "-a1@1", "-b2@1", "-paid10@1",
		"+a3@1", "+paid20@1", "-a3@2", "-paid20@2",
	}, got)
}

// One busy key delays the others only when 100 of its messages wait, and a
// message whose key function panics delays none.
func TestServeLooksAhead(t *testing.T) {
	t.Parallel()
	pointers := signals.New[*item]("pointer")
	run := func(hot int) map[string]float64 {
		env := testenv.New()
		var sent []*item
		for n := range hot {
			sent = append(sent, &item{"hot", n})
		}
		sent = append(sent, &item{"", 1}, &item{"cold", 1})
		signalstest.SendBatchAfter(t, env, 0, pointers, sent...)
		env.ExecuteWorkflow(func(ctx workflow.Context) (map[string]float64, error) {
			began := map[string]float64{}
			start := workflow.Now(ctx)
			key := func(i *item) string { return fmt.Sprint(i.ID[0]) } // panics without an ID
			deadline := signals.NewDeadline(ctx, 90*time.Minute)
			err := signals.Serve(ctx, []signals.Handler{
				signals.HandleByKey(pointers.Channel(ctx, signals.Options{}), key, func(ctx workflow.Context, i *item) error {
					began[i.ID] = workflow.Now(ctx).Sub(start).Hours()
					return workflow.Sleep(ctx, time.Hour)
				}),
			}, signals.ServeOptions{Stop: deadline.Passed})
			return began, err
		})
		var began map[string]float64
		require.NoError(t, env.GetWorkflowResult(&began))
		status, err := pointers.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
		require.NoError(t, err)
		require.Equal(t, 1, status.DeadLetters.Count)
		require.Contains(t, status.DeadLetters.Last[0].Reason, "taking the key out of a *signals_test.item panicked")
		return began
	}
	require.Equal(t, map[string]float64{"hot": 1, "cold": 0}, run(100))
	require.Equal(t, map[string]float64{"hot": 1, "cold": 0}, run(900))
}

// A key of which many messages wait delays no other key and no other channel.
func TestServeBusyKeyDelaysNoOther(t *testing.T) {
	t.Parallel()
	busy, other := signals.New[string]("busy"), signals.New[string]("other")
	for name, second := range map[string]signals.Signal[string]{"a key of another channel": other, "a key of the same channel": busy} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			signalstest.SendAfter(t, env, time.Second, busy, make([]string, 150)...)
			signalstest.SendAfter(t, env, 2*time.Second, second, "b")
			env.ExecuteWorkflow(func(ctx workflow.Context) (time.Duration, error) {
				begin := workflow.Now(ctx)
				var after time.Duration
				key := func(s string) string { return s }
				handle := func(ctx workflow.Context, s string) error {
					if s == "b" {
						after = workflow.Now(ctx).Sub(begin)
						return nil
					}
					return workflow.Sleep(ctx, time.Minute)
				}
				first, second := busy.Channel(ctx, signals.Options{}), other.Channel(ctx, signals.Options{})
				err := signals.Serve(ctx, []signals.Handler{
					signals.HandleByKey(first, key, handle),
					signals.HandleByKey(second, key, handle),
				}, signals.ServeOptions{Stop: func() bool { return after > 0 }})
				left := first.Drain(ctx)
				require.Len(t, left, 149)
				return after, err
			})
			var after time.Duration
			require.NoError(t, env.GetWorkflowResult(&after))
			require.Equal(t, 2*time.Second, after)
		})
	}
}

// Messages of one key are handled in order, and what was set aside goes back in
// the order of all.
func TestServeReturnsMessagesInOrder(t *testing.T) {
	t.Parallel()
	s := signals.New[item]("set-aside").WithID(func(i item) string { return i.ID + string(rune('0'+i.N)) })
	env := testenv.New()
	signalstest.SendAfter(t, env, 0, s, item{"a", 1}, item{"b", 1}, item{"a", 2}, item{"b", 2}, item{"a", 3}, item{"b", 3}, item{"c", 1},
		item{"a", 4})
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]item, error) {
		ch := s.Channel(ctx, signals.Options{})
		var handled []item
		err := signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, func(i item) string { return i.ID }, func(ctx workflow.Context, i item) error {
				handled = append(handled, i)
				return workflow.Sleep(ctx, time.Minute)
			}),
		}, signals.ServeOptions{Parallel: 3, Stop: func() bool { return len(handled) == 4 }})
		return append(handled, ch.Drain(ctx)...), err
	})
	var got []item
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []item{{"a", 1}, {"b", 1}, {"c", 1}, {"a", 2}, {"b", 2}, {"a", 3}, {"b", 3}, {"a", 4}}, got)
}

func TestMessageWhoseKeyPanicsCanBeSentAgainWithItsID(t *testing.T) {
	t.Parallel()
	type keyed struct{ ID, Key string }
	env, s := testenv.New(), signals.New[keyed]("keyed").WithID(func(k keyed) string { return k.ID })
	signalstest.SendAfter(t, env, time.Minute, s, keyed{"1", ""}, keyed{"1", "k"})
	env.ExecuteWorkflow(func(ctx workflow.Context) (got []string, err error) {
		err = signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(s.Channel(ctx, signals.Options{}), func(k keyed) string { return string(k.Key[0]) },
				func(_ workflow.Context, k keyed) error { got = append(got, k.Key); return nil }),
		}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, time.Hour)})
		return got, err
	})
	var got []string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []string{"k"}, got)
}
