package signals_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// A run whose messages exceed the budget loses none, and continues as new later.
func TestContinueStateOverBudgetLosesNothing(t *testing.T) {
	t.Parallel()
	notes := signals.New[string]("note")
	env := testenv.New()
	large := strings.Repeat("x", 200<<10)
	signalstest.SendAfter(t, env, time.Minute, notes, large, large, "small")
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
		ch := notes.Channel(ctx, signals.Options{})
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return nil, err
		}
		_, all := signals.NewContinueState(ctx, ch)
		_, _ = ch.TryReceive(ctx)
		second := signals.New[string]("second").Channel(ctx, signals.Options{})
		carried, rest := signals.NewContinueState(ctx, second, ch)
		text, err := json.Marshal(carried)
		return []bool{all, rest, len(text) < 512<<10, ch.Len() == 2}, err
	})
	var got []bool
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []bool{false, true, true, true}, got)
}

// The budget is one for all channels: the server has one limit for the input.
func TestContinueStateBudgetIsSharedByChannels(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved()
	one, two := signals.New[string]("one"), signals.New[string]("two")
	large := strings.Repeat("x", 200<<10)
	signalstest.SendAfter(t, env, time.Minute, one, large)
	signalstest.SendAfter(t, env, time.Minute, two, large)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
		a, b := one.Channel(ctx, signals.Options{}), two.Channel(ctx, signals.Options{})
		err := workflow.Sleep(ctx, time.Hour)
		_, first := signals.NewContinueState(ctx, a)
		_, second := signals.NewContinueState(ctx, b)
		_, both := signals.NewContinueState(ctx, a, b)
		return []bool{first, second, both}, err
	})
	var got []bool
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []bool{true, true, false}, got)
	require.Contains(t, observed.Logs(), "too large for the next run")
}

// IDs never keep a run from being continued as new: they get the room that the
// messages leave, and the latest are kept.
func TestContinueStateKeepsTheLatestIDs(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ channels, ids, least, most int }{
		"100 IDs":                   {channels: 1, ids: 100, least: 100, most: 100},
		"the default number of IDs": {channels: 1, ids: 10_000, least: 10_000, most: 10_000},
		"the default number of IDs in four channels": {channels: 4, ids: 10_000, least: 6_000, most: 7_000},
		"more IDs than fit":                          {channels: 1, ids: 40_000, least: 24_000, most: 25_000},
		"the default number of IDs in 30 channels":   {channels: 30, ids: 10_000, least: 1_000, most: 1_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			var in signals.ContinueState
			seen := make([]byte, 16*c.ids)
			for i := range c.ids {
				binary.BigEndian.PutUint32(seen[16*i:], uint32(i))
			}
			text, err := json.Marshal(map[string]any{"v": 1, "signals": []any{map[string]any{"name": "n", "seen": seen}}})
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &in))
			env.ExecuteWorkflow(func(ctx workflow.Context) ([]int, error) {
				var channels []signals.AnyChannel
				for range c.channels {
					channels = append(channels, signals.New[int]("n").WithID(strconv.Itoa).Channel(ctx, signals.Options{MaxIDs: c.ids, ContinueState: in}))
				}
				out, ok := signals.NewContinueState(ctx, channels...)
				if !ok {
					return nil, errors.New("nothing was carried")
				}
				kept := sentState(out).Signals[0].Seen
				text, err := json.Marshal(out)
				return []int{len(kept) / 16, int(binary.BigEndian.Uint32(kept[len(kept)-16:])), len(text)}, err
			})
			var got []int
			require.NoError(t, env.GetWorkflowResult(&got))
			require.GreaterOrEqual(t, got[0], c.least)
			require.LessOrEqual(t, got[0], c.most)
			require.Equal(t, c.ids-1, got[1], "the latest is kept")
			require.LessOrEqual(t, got[2], 512<<10+22<<10*c.channels)
		})
	}
}

func TestSelectorAfterARefusedContinueState(t *testing.T) {
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
