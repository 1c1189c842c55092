package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// A run that asked for its budget before its workers had the interceptor continues
// without a budget.
func TestInterceptorAddedToOpenRuns(t *testing.T) {
	t.Parallel()
	stepwise := func(ctx workflow.Context) (string, error) {
		for range 2 {
			left, ok := timeouts.BudgetOf(ctx).Remaining(ctx)
			if ok && left < 2*time.Minute {
				return "no time is left", nil
			}
			if err := workflow.Sleep(ctx, time.Minute); err != nil {
				return "", err
			}
		}
		return "done", nil
	}
	for name, c := range map[string]struct {
		had  bool // the interceptor when the run started
		want string
	}{
		"with the interceptor from the start": {had: true, want: "no time is left"},
		"without it at the start":             {had: false, want: "done"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := historytest.NewWithHeader(t, "stepwise", map[string]historytest.Payload{
				"temporal-patterns.budget": historytest.JSON(t, map[string]any{"v": 1, "deadline": "2026-01-05T09:02:30Z"}),
			})
			if c.had {
				h.MutableSideEffect("temporal-patterns.timeouts.budget", 1, map[string]any{"deadline": "2026-01-05T09:02:30Z"})
			}
			timer := h.TimerStarted(time.Minute)
			h.Pass(time.Minute).TimerFired(timer).Task()
			if !c.had {
				timer = h.TimerStarted(time.Minute)
				h.Pass(time.Minute).TimerFired(timer).Task()
			}
			var got string
			h.Result(&got, stepwise, timeouts.NewInterceptor())
			require.Equal(t, c.want, got)
		})
	}
}
