package signals_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// What came to a selector while a serving ended is carried, and is there when
// the serving has ended.
func TestWhatASelectorSetAside(t *testing.T) {
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

// Batches that no one here can read are kept up to 256 KB.
func TestNewerBatchesAreBounded(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	env.RegisterDelayedCallback(func() {
		for range 3 {
			env.SignalWorkflow("item", markedRaw(strings.Repeat("x", 100<<10), "2"))
		}
	}, time.Minute)
	env.ExecuteWorkflow(drainAfter(items, signals.Options{}))
	require.NoError(t, env.GetWorkflowError())
	status, err := items.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
	require.NoError(t, err)
	require.Equal(t, 2, status.Newer)
	require.Equal(t, 1, status.DeadLetters.Count)
}

// A Carry that is refused takes back what the one before it has said.
func TestLeftoversAfterASecondCarry(t *testing.T) {
	t.Parallel()
	big := signals.New[string]("big")
	env, observed := testenv.NewObserved(signals.NewInterceptor())
	large := strings.Repeat("x", 200<<10)
	signalstest.SendAfter(t, env, time.Minute, big, "small")
	signalstest.SendAfter(t, env, 2*time.Hour, big, large, large, large)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ch := big.Channel(ctx, signals.Options{})
		_ = workflow.Sleep(ctx, time.Hour)
		_, first := signals.NewContinueState(ctx, ch)
		_ = workflow.Sleep(ctx, 2*time.Hour)
		_, second := signals.NewContinueState(ctx, ch)
		require.True(t, first && !second)
		return workflow.NewContinueAsNewError(ctx, "again")
	})
	require.EqualValues(t, 4, observed.Counter("temporal_patterns_leftovers", "big"))
}
