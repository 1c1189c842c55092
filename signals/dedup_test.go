package signals_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

type item struct {
	ID string `json:"id"`
	N  int    `json:"n"`
}

var (
	items      = signals.New[item]("item").WithID(func(i item) string { return i.ID })
	plainItems = signals.New[item]("item")
)

// drainAfter takes what has come after a day.
func drainAfter(s signals.Signal[item], o signals.Options) func(workflow.Context) ([]int, error) {
	return func(ctx workflow.Context) ([]int, error) {
		ch := s.Channel(ctx, o)
		if err := workflow.Sleep(ctx, 24*time.Hour); err != nil {
			return nil, err
		}
		all := []int{}
		for _, i := range ch.Drain(ctx) {
			all = append(all, i.N)
		}
		return all, nil
	}
}

func TestDuplicatesAreDropped(t *testing.T) {
	t.Parallel()
	sent := []item{{"a", 1}, {"b", 2}, {"a", 3}, {"", 4}, {"", 5}, {"c", 6}, {"a", 7}}
	for name, c := range map[string]struct {
		signal     signals.Signal[item]
		seen       int
		want       []int
		duplicates int
	}{
		"the first message of each ID is received, and each without an ID": {signal: items, want: []int{1, 2, 4, 5, 6}, duplicates: 2},
		"a forgotten ID is received again": {
			signal: items, seen: 2, want: []int{1, 2, 4, 5, 6, 7}, duplicates: 1,
		},
		"a signal without WithID has no duplicates": {signal: plainItems, want: []int{1, 2, 3, 4, 5, 6, 7}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			signalstest.SendAfter(t, env, time.Hour, c.signal, sent...)
			env.ExecuteWorkflow(drainAfter(c.signal, signals.Options{MaxIDs: c.seen}))
			var got []int
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
			status, err := c.signal.Status(t.Context(), signalstest.NewClient(env), signals.Ref{})
			require.NoError(t, err)
			require.Equal(t, len(c.want), status.Received)
			require.Equal(t, c.duplicates, status.Duplicates)
		})
	}
}

// 10,000 IDs are remembered unless the options say otherwise.
func TestDuplicatesByDefault(t *testing.T) {
	t.Parallel()
	var sent []item
	for n := range 10_001 {
		sent = append(sent, item{ID: fmt.Sprint("id-", n), N: n})
	}
	sent = append(sent, item{"id-1", 50_000}, item{"id-0", 60_000})
	env := testenv.New()
	signalstest.SendBatchAfter(t, env, time.Hour, items, sent...)
	env.ExecuteWorkflow(drainAfter(items, signals.Options{}))
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Len(t, got, 10_002)
	require.Equal(t, 60_000, got[10_001], "id-0 was the oldest of 10,001; id-1 is still known")
}

// The IDs of the largest batch are remembered although other messages come.
func TestBatchSentTwiceIsReceivedOnce(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	for round := range 3 {
		var sent []item
		for n := range 1_000 {
			sent = append(sent, item{ID: fmt.Sprint("id-", n), N: n})
		}
		signalstest.SendBatchAfter(t, env, time.Hour, items, sent...)
		signalstest.SendAfter(t, env, time.Hour, items, item{fmt.Sprint("beside-", round), round})
	}
	env.ExecuteWorkflow(drainAfter(items, signals.Options{}))
	var got []int
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Len(t, got, 1_003)
}

// A duplicate does not restart the idle timeout of a batch.
func TestDuplicatesDoNotRestartIdleTimeout(t *testing.T) {
	t.Parallel()
	env := testenv.New()
	for second := range 10 {
		signalstest.SendAfter(t, env, time.Duration(second)*time.Second, items, item{"a", second})
	}
	env.ExecuteWorkflow(func(ctx workflow.Context) (float64, error) {
		start := workflow.Now(ctx)
		_, err := items.Channel(ctx, signals.Options{}).ReceiveBatch(ctx, signals.BatchOptions{IdleTimeout: 5 * time.Second})
		return workflow.Now(ctx).Sub(start).Seconds(), err
	})
	var seconds float64
	require.NoError(t, env.GetWorkflowResult(&seconds))
	require.InDelta(t, 5, seconds, 0)
}

// A message whose ID function panics is a dead letter; the next one is received.
func TestMessageWhoseIDPanicsIsADeadLetter(t *testing.T) {
	t.Parallel()
	deep := signals.New[*struct{ Inner *item }]("deep").WithID(func(v *struct{ Inner *item }) string { return v.Inner.ID })
	env := testenv.New()
	signalstest.SendAfter(t, env, time.Minute, deep, &struct{ Inner *item }{}, &struct{ Inner *item }{&item{ID: "good"}})
	var letters []signals.DeadLetter
	env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
		ch := deep.Channel(ctx, signals.Options{OnDeadLetter: func(l signals.DeadLetter, _ converter.RawValue) { letters = append(letters, l) }})
		v, err := ch.Receive(ctx)
		return v.Inner.ID, err
	})
	var got string
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, "good", got)
	require.Len(t, letters, 1)
	require.Contains(t, letters[0].Reason, "taking the ID out of a")
}
