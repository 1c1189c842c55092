package signals_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// Over the budget the run goes on, with nothing lost, and carries later.
func TestCarryOverBudget(t *testing.T) {
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
		_, all := signals.Carry(ctx, ch)
		_, _ = ch.ReceiveAsync(ctx)
		second := signals.New[string]("second").Channel(ctx, signals.Options{})
		carried, rest := signals.Carry(ctx, second, ch)
		text, err := json.Marshal(carried)
		return []bool{all, rest, len(text) < 512<<10, ch.Len() == 2}, err
	})
	var got []bool
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []bool{false, true, true, true}, got)
}

// The budget is one for all channels: the server has one limit for the input.
func TestCarryOverBudgetTogether(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved()
	one, two := signals.New[string]("one"), signals.New[string]("two")
	large := strings.Repeat("x", 200<<10)
	signalstest.SendAfter(t, env, time.Minute, one, large)
	signalstest.SendAfter(t, env, time.Minute, two, large)
	env.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
		a, b := one.Channel(ctx, signals.Options{}), two.Channel(ctx, signals.Options{})
		err := workflow.Sleep(ctx, time.Hour)
		_, first := signals.Carry(ctx, a)
		_, second := signals.Carry(ctx, b)
		_, both := signals.Carry(ctx, a, b)
		return []bool{first, second, both}, err
	})
	var got []bool
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, []bool{true, true, false}, got)
	require.Contains(t, observed.Logs(), "too much to be carried")
}
