package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// Clocks of servers differ: a timer that has fired ends the batch, although it is
// not so late yet by the clock of the workflow task.
func TestBatchEndsByItsTimer(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]signals.BatchOptions{"quiet": {IdleTimeout: time.Minute}, "at most": {MaxWait: time.Minute}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "batch")
			h.Signal("paid", historytest.JSON(t, payment{Amount: 1})).Task()
			timer := h.TimerStarted(time.Minute)
			h.Pass(59 * time.Second).TimerFired(timer).Task()
			var got int
			h.Result(&got, func(ctx workflow.Context) (int, error) {
				batch, err := paid.Channel(ctx, signals.Options{}).ReceiveBatch(ctx, b)
				return len(batch), err
			}, signals.NewInterceptor())
			require.Equal(t, 1, got)
		})
	}
}

// Names of signals are any sender's: what is logged of them is bounded.
func TestManyNamesThatNothingReceives(t *testing.T) {
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
