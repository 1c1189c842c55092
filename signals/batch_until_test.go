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

// A condition ends a batch at once, with all that has arrived, also when what
// has arrived is nothing that can be received.
func TestReceiveBatchUntil(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		sent map[time.Duration][]item
		want []int
	}{
		"before its first message": {nil, nil},
		"though a duplicate waits": {map[time.Duration][]item{0: {{"known", 0}}}, nil},
		"with those that came before": {
			map[time.Duration][]item{time.Hour: {{"a", 1}}, 2 * time.Hour: {{"b", 2}}},
			[]int{1, 2},
		},
		"and not those that came after": {
			map[time.Duration][]item{time.Hour: {{"a", 1}}, 25 * time.Hour: {{"b", 2}}},
			[]int{1},
		},
		"with those that came with it, and no more than Max": {map[time.Duration][]item{24 * time.Hour: {{"a", 1}, {"b", 2}, {"c", 3}, {
			"d",
			4,
		}}}, []int{1, 2, 3}},
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
