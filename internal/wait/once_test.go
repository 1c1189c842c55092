package wait_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// own makes a claim as its owners do: each settles it in a coroutine of its own.
func own(ctx workflow.Context, name string) *wait.Claim {
	c := wait.NewClaim(ctx, name)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for workflow.Await(ctx, c.Waiting) == nil {
			c.TakeTokens()
		}
	})
	return c
}

// The second owner of a name learns of the first, at latest when the first has had its
// turn. The first and the owners of other names learn of nothing, and no token is left.
func TestClaim(t *testing.T) {
	t.Parallel()
	with := []interceptor.WorkerInterceptor{wait.NewInterceptor()}
	for name, c := range map[string]struct {
		interceptors []interceptor.WorkerInterceptor
		between      time.Duration
		atOnce       bool
	}{
		"with the interceptor, in the same turn":             {with, 0, true},
		"with the interceptor, in another task":              {with, time.Second, true},
		"without the interceptor, in the same turn":          {nil, 0, true},
		"without it, when the first has taken its own token": {nil, time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env, observed := testenv.NewObserved(c.interceptors...)
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				first, other := own(ctx, "gates"), own(ctx, "another name")
				if c.between > 0 {
					sleep(t, ctx, c.between)
				}
				require.False(t, first.Again() || other.Again())
				second := own(ctx, "gates")
				require.Equal(t, c.atOnce, second.Again())
				require.True(t, own(ctx, "gates").Again(), "the third comes in the same turn as the second")
				sleep(t, ctx, time.Second)
				require.True(t, second.Again())
				require.False(t, first.Again() || other.Again() || first.Waiting())
				require.Zero(t, workflow.GetSignalChannel(ctx, "gates").Len(), "a token is left")
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			require.Empty(t, observed.Lines("WARN"), "the run ends as if a signal was not handled")
		})
	}
}

// What is sent from outside under the name of a claim is no one's claim, in whatever
// form and whenever it arrives.
func TestClaimBesideSignalsOfItsName(t *testing.T) {
	t.Parallel()
	for name, payloads := range map[string][]historytest.Payload{
		"a text":           {historytest.JSON(t, "from elsewhere")},
		"an object":        {historytest.JSON(t, map[string]any{"again": true, "channel": "x"})},
		"null":             {historytest.JSON(t, nil)},
		"the SDK's nil":    {historytest.Raw("binary/null", nil)},
		"without argument": nil,
	} {
		for moment, before := range map[string]bool{"before": true, "after": false} {
			t.Run(name+", "+moment, func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "claims")
				timer := h.TimerStarted(time.Minute)
				if before {
					h.Signal("gates", payloads...)
				}
				h.TimerFired(timer).Task()
				timer = h.TimerStarted(time.Minute)
				if !before {
					h.Signal("gates", payloads...)
				}
				h.TimerFired(timer).Task()
				var again []bool
				h.Result(&again, func(ctx workflow.Context) ([]bool, error) {
					sleep(t, ctx, time.Minute)
					first := own(ctx, "gates")
					sleep(t, ctx, time.Minute)
					second := own(ctx, "gates")
					err := wait.Yield(ctx, second.Again)
					return []bool{first.Again(), second.Again()}, err
				})
				require.Equal(t, []bool{false, true}, again)
			})
		}
	}
}
