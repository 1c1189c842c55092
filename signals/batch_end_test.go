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
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// Stop ends a batch at once, with the messages that have arrived, also when there are none.
func TestReceiveBatchStopsOnCondition(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent map[time.Duration][]item
		want []int
	}{
		"a batch without messages ends":           {},
		"a batch ends although a duplicate waits": {sent: map[time.Duration][]item{0: {{"known", 0}}}},
		"a batch ends with the messages that came before": {
			sent: map[time.Duration][]item{time.Hour: {{"a", 1}}, 2 * time.Hour: {{"b", 2}}}, want: []int{1, 2},
		},
		"a batch ends without the messages that came after": {
			sent: map[time.Duration][]item{time.Hour: {{"a", 1}}, 25 * time.Hour: {{"b", 2}}}, want: []int{1},
		},
		"a batch ends with at most Max messages of the same task": {
			sent: map[time.Duration][]item{24 * time.Hour: {{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}}}, want: []int{1, 2, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			for after, sent := range c.sent {
				signalstest.SendBatchAfter(t, env, after, items, sent...)
			}
			closing := signals.New[bool]("close")
			signalstest.SendAfter(t, env, 24*time.Hour, closing, true)
			signalstest.SendAfter(t, env, 0, items, item{"known", 0})
			env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
				start := workflow.Now(ctx)
				ch, end := items.Channel(ctx, signals.Options{}), closing.Channel(ctx, signals.Options{})
				if _, err := ch.Receive(ctx); err != nil {
					return nil, err
				}
				batch, err := ch.ReceiveBatch(ctx, signals.BatchOptions{
					Max: 3, IdleTimeout: 48 * time.Hour,
					Stop: func() bool { return end.Len() > 0 },
				})
				var got []int
				for _, i := range batch {
					got = append(got, i.N)
				}
				if after := workflow.Now(ctx).Sub(start); after != 24*time.Hour {
					return nil, fmt.Errorf("it ended after %v", after)
				}
				if err == nil {
					err = workflow.Sleep(ctx, time.Minute)
				}
				return got, err
			})
			var got []int
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
			require.Equal(t, n.started, n.fired+n.canceled, "a timer was left running")
		})
	}
}

// Clocks of servers differ: a timer that has fired ends the batch although the clock of
// the workflow task is earlier.
func TestReceiveBatchEndsWhenItsTimerFires(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]signals.BatchOptions{"by IdleTimeout": {IdleTimeout: time.Minute}, "by MaxWait": {MaxWait: time.Minute}} {
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
