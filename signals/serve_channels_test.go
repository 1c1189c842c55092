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
func TestServeMixed(t *testing.T) {
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

// One busy key holds up the others only when 100 of its messages wait, and a
// message whose key cannot be taken holds up no one.
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
