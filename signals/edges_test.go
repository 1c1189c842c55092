package signals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

func markedRaw(data, batch string) converter.RawValue {
	return converter.NewRawValue(&commonpb.Payload{Metadata: map[string][]byte{
		"encoding":                []byte("json/plain"),
		"temporal-patterns.batch": []byte(batch),
	}, Data: []byte(data)})
}

func idOf(i item) string { return i.ID }

func TestSelectorAndHeld(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	signalstest.SendBatchAfter(t, env, time.Minute, plainItems, item{"a", 1}, item{"b", 2}, item{"c", 3})
	env.ExecuteWorkflow(func(ctx workflow.Context) (got []int, err error) {
		ch, done := plainItems.Channel(ctx, signals.Options{}), false
		s := addTo(ctx, ch, workflow.NewSelector(ctx), func(i item) { got = append(got, i.N) })
		s.AddFuture(workflow.NewTimer(ctx, time.Hour), func(workflow.Future) { done = true })
		first, _ := ch.Receive(ctx)
		for got = append(got, first.N); !done; {
			s.Select(ctx)
		}
		return got, nil
	})
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []int{1, 2, 3}, got)
}

func TestSelectorAndRefusedCarry(t *testing.T) {
	t.Parallel()
	env, big := testenv.New(), signals.New[string]("big")
	env.RegisterDelayedCallback(func() {
		for range 4 {
			env.SignalWorkflow("big", strings.Repeat("x", 200<<10))
		}
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) (n int, err error) {
		ch, done := big.Channel(ctx, signals.Options{}), false
		s := addTo(ctx, ch, workflow.NewSelector(ctx), func(string) { n++ })
		s.AddFuture(workflow.NewTimer(ctx, time.Hour), func(workflow.Future) { done = true })
		_ = workflow.Sleep(ctx, 2*time.Minute)
		_, ok := signals.NewContinueState(ctx, ch)
		require.False(t, ok, "must go on and receive some more")
		for !done {
			s.Select(ctx)
		}
		return n, nil
	})
	var n int
	require.NoError(t, env.GetWorkflowResult(&n))
	require.Equal(t, 4, n)
}

func TestSelectorBesideSealed(t *testing.T) {
	t.Parallel()
	env, loops := testenv.New(), 0
	signalstest.SendAfter(t, env, time.Minute, plainItems, item{"a", 1})
	signalstest.SendAfter(t, env, 2*time.Hour, plainItems, item{"b", 2})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := plainItems.Channel(ctx, signals.Options{})
		workflow.Go(ctx, func(ctx workflow.Context) {
			_ = workflow.Sleep(ctx, 90*time.Minute)
			s := addTo(ctx, ch, workflow.NewSelector(ctx), func(item) {})
			for ; loops < 100_000; loops++ {
				s.Select(ctx)
			}
		})
		return signals.Serve(ctx, []signals.Handler{
			signals.HandleByKey(ch, idOf, func(ctx workflow.Context, _ item) error { return workflow.Sleep(ctx, 5*time.Hour) }),
		}, signals.ServeOptions{Deadline: signals.NewDeadline(ctx, time.Hour)})
	})
	require.Less(t, loops, 10)
}

func TestKeyPanicThenCorrected(t *testing.T) {
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

func TestNullBatch(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() { env.SignalWorkflow("item", markedRaw("null", "1")) }, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := plainItems.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		ch.Drain(ctx)
		return nil
	})
	st, err := plainItems.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 1, st.DeadLetters.Count)
}
