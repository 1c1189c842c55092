package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

func TestShouldContinueAsNew(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		suggested bool
		length    int
		want      bool
	}{
		"a short history":            {length: 7_999},
		"a suggestion of the server": {suggested: true, length: 10, want: true},
		"8,000 events":               {length: 8_000, want: true},
		"more than 8,000 events":     {length: 20_000, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.SetContinueAsNewSuggested(c.suggested)
			env.SetCurrentHistoryLength(c.length)
			env.ExecuteWorkflow(func(ctx workflow.Context) (bool, error) { return signals.ShouldContinueAsNew(ctx), nil })
			var got bool
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.want, got)
		})
	}
}

// A run that is pinned to an old version of the workers learns that it may upgrade.
func TestShouldContinueAsNewForANewVersion(t *testing.T) {
	t.Parallel()
	for name, outdated := range map[string]bool{"the version is the target": false, "the version is no longer the target": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.New(t, "pinned")
			if outdated {
				h.Outdated()
			}
			h.Signal("paid", historytest.JSON(t, payment{Amount: 1})).Task()
			var should bool
			h.Result(&should, func(ctx workflow.Context) (bool, error) {
				_, err := paid.Channel(ctx, signals.Options{}).Receive(ctx)
				return signals.ShouldContinueAsNew(ctx), err
			})
			require.Equal(t, outdated, should)
		})
	}
}

// Update handlers that overlap do not keep a run until the server ends it.
func TestShouldContinueAsNewWithOverlappingHandlers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		events int
		want   bool
	}{
		"100 events":                    {events: 100},
		"8,000 events":                  {events: 8_000},
		"40,000 events, near the limit": {events: 40_000, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.SetCurrentHistoryLength(c.events)
			signalstest.UpdateAfter(env, time.Second, refund, "1", payment{Amount: 1})
			env.ExecuteWorkflow(func(ctx workflow.Context) ([]bool, error) {
				ch := paid.Channel(ctx, signals.Options{})
				err := refund.Handle(ctx, nil, func(ctx workflow.Context, _ payment) (string, error) { return "", workflow.Sleep(ctx, time.Hour) })
				if err != nil {
					return nil, err
				}
				if err := workflow.Sleep(ctx, time.Minute); err != nil {
					return nil, err
				}
				_, carries := signals.NewContinueState(ctx, ch)
				return []bool{signals.ShouldContinueAsNew(ctx), carries}, nil
			})
			var got []bool
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, []bool{c.want, c.want}, got)
		})
	}
}
