package wait_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/internal/wait"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

// What is registered runs when the workflow function has returned, in order and
// with its error: first what may wait, and the run ends when that has; then the rest.
func TestEnd(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]error{"a workflow that completes": nil, "a workflow that fails": errors.New("no stock")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var steps []string
			var lasted time.Duration
			env := testenv.New(wait.NewInterceptor())
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				begin := workflow.Now(ctx)
				step := func(what string, pause time.Duration) func(workflow.Context, error) {
					return func(ctx workflow.Context, err error) {
						if pause > 0 {
							sleep(t, ctx, pause)
						}
						lasted = workflow.Now(ctx).Sub(begin)
						steps = append(steps, fmt.Sprint(what, " after ", lasted, ": ", err))
					}
				}
				run := wait.FromContext(ctx)
				run.AtClose(step("close", 0))
				run.AtEnd(step("end", time.Hour))
				run.AtClose(step("close last", 0))
				run.AtEnd(step("end last", time.Minute))
				steps = append(steps, "returns")
				return fails
			})
			require.Equal(t, []string{
				"returns",
				fmt.Sprint("end after 1h0m0s: ", fails), fmt.Sprint("end last after 1h1m0s: ", fails),
				fmt.Sprint("close after 1h1m0s: ", fails), fmt.Sprint("close last after 1h1m0s: ", fails),
			}, steps)
			if fails == nil {
				require.NoError(t, env.GetWorkflowError())
			} else {
				require.ErrorContains(t, env.GetWorkflowError(), fails.Error())
			}
		})
	}
}

// A run has one channel of each signal, and other runs have theirs.
func TestOpen(t *testing.T) {
	t.Parallel()
	run := wait.NewRun()
	require.True(t, run.Open("a"))
	require.True(t, run.Open("b"))
	require.False(t, run.Open("a"))
	require.True(t, wait.NewRun().Open("a"))
}

// What needs the interceptor fails the workflow task of a worker without it, and
// says what to add. The replay fails in the same way, and a worker with it goes on.
func TestRequire(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		require func(workflow.Context)
		want    string
	}{
		"the order of arrivals": {wait.RequireOrder, "add signals.NewInterceptor() to worker.Options.Interceptors and redeploy"},
		"what runs at the end":  {wait.RequireEnd, "add patterns.NewPlugin() or signals.NewInterceptor() to the worker and redeploy"},
	} {
		for missing, interceptors := range map[bool][]interceptor.WorkerInterceptor{true: nil, false: {wait.NewInterceptor()}} {
			t.Run(fmt.Sprint(name, ", missing: ", missing), func(t *testing.T) {
				t.Parallel()
				h := historytest.New(t, "needs")
				h.TimerStarted(time.Hour)
				err := h.Signal("any").Task().Replay(func(ctx workflow.Context) error {
					c.require(ctx)
					return workflow.Sleep(ctx, time.Hour)
				}, interceptors...)
				if missing {
					require.ErrorContains(t, err, c.want)
				} else {
					require.NoError(t, err)
				}
			})
		}
	}
}

// A run that ends reports the names of signals that nothing received, sorted and
// bounded, and only those.
func TestUndeclared(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved(wait.NewInterceptor())
	env.RegisterDelayedCallback(func() {
		for i := 20; i > 0; i-- {
			env.SignalWorkflow(fmt.Sprintf("typo %02d", i), 1)
		}
		env.SignalWorkflow("declared", 1)
		env.SignalWorkflow("declared twice", 1)
		env.SignalWorkflow("a "+strings.Repeat("n", 1000), 1)
	}, time.Minute)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		wait.NewSource(ctx, "declared")
		return workflow.Sleep(ctx, time.Hour)
	})
	require.NoError(t, env.GetWorkflowError())
	lines := observed.Lines("signals of names that nothing has received")
	require.Len(t, lines, 1)
	require.Contains(t, lines[0], "Count=22")
	require.Contains(t, lines[0], "… (cut, it has 1002 bytes) declared twice typo 01 typo 02")
	require.Contains(t, lines[0], "typo 14]")
	require.EqualValues(t, 22, observed.Counter("temporal_patterns_undeclared", ""))

	env, observed = testenv.NewObserved(wait.NewInterceptor())
	env.ExecuteWorkflow(func(workflow.Context) error { return nil })
	require.Empty(t, observed.Logs(), "nothing is wrong, so nothing is said")
}

// Dead letters and leftovers are logged and counted by the name of the message;
// what was in them is not told.
func TestReports(t *testing.T) {
	t.Parallel()
	env, observed := testenv.NewObserved()
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		wait.ReportLeftovers(ctx, "none", 0)
		wait.ReportLeftovers(ctx, "paid", 3)
		wait.ReportDeadLetter(ctx, wire.DeadLetter{Message: "refund", Reason: "not JSON", Size: 12})
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Empty(t, observed.Lines("none"))
	require.Len(t, observed.Lines("Message=paid Count=3"), 1)
	require.Len(t, observed.Lines(`Message=refund Reason="not JSON" Size=12`), 1)
	require.EqualValues(t, 3, observed.Counter("temporal_patterns_leftovers", "paid"))
	require.EqualValues(t, 1, observed.Counter("temporal_patterns_dead_letters", "refund"))
	require.Zero(t, observed.Counter("temporal_patterns_leftovers", "none"))
}
