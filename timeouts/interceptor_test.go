package timeouts_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// starting starts one of each: an activity, a local one, and a child workflow.
var starting = map[string]func(ctx workflow.Context, bad bool) error{
	"activity": func(ctx workflow.Context, bad bool) error {
		o := timeouts.Standard()
		if bad {
			o.RetryPolicy = &policy{BackoffCoefficient: 1} // T006 and no more
			o.ScheduleToCloseTimeout = 0
		}
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Charge").Get(ctx, nil)
	},
	"local activity": func(ctx workflow.Context, bad bool) error {
		o := workflow.LocalActivityOptions{StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 5 * time.Second, RetryPolicy: new(retry.LocalActivity())}
		if bad {
			o.ScheduleToCloseTimeout = 0
		}
		return workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, o), "Charge").Get(ctx, nil)
	},
	"child workflow": func(ctx workflow.Context, bad bool) error {
		o := workflow.ChildWorkflowOptions{WorkflowRunTimeout: time.Hour}
		if bad {
			o.RetryPolicy = &policy{}
		}
		child := workflow.ExecuteChildWorkflow(workflow.WithChildOptions(ctx, o), "Charge")
		if err := child.GetChildWorkflowExecution().Get(ctx, nil); err != nil {
			return err
		}
		return child.Get(ctx, nil)
	},
}

func charging(o timeouts.InterceptorOptions) (*testsuite.TestWorkflowEnvironment, *testenv.Observed) {
	env, observed := testenv.NewObserved(timeouts.NewInterceptor(o))
	env.RegisterActivityWithOptions(func(context.Context) error { return nil }, activityName("Charge"))
	env.RegisterWorkflowWithOptions(func(workflow.Context) error { return nil }, workflow.RegisterOptions{Name: "Charge"})
	return env, observed
}

func TestInterceptor(t *testing.T) {
	t.Parallel()
	for kind, start := range starting {
		code := map[string]string{"activity": "T006", "local activity": "T008", "child workflow": "T006"}[kind]
		t.Run(kind, func(t *testing.T) {
			t.Parallel()

			t.Run("is logged once, and counted each time", func(t *testing.T) {
				t.Parallel()
				env, observed := charging(timeouts.InterceptorOptions{})
				env.ExecuteWorkflow(func(ctx workflow.Context) error {
					for range 3 {
						if err := start(ctx, true); err != nil {
							return err
						}
					}
					return nil
				})
				require.NoError(t, env.GetWorkflowError(), "it is started all the same")
				require.Contains(t, observed.Logs(), `level=WARN msg="The timeouts of the `+kind+` may not do what is meant; `)
				require.Contains(t, observed.Logs(), `Name=Charge Finding="`+code+` `)
				require.Len(t, observed.Lines(code), 1)
				require.Equal(t, int64(3), observed.Counter("temporal_patterns_timeout_findings", code))
			})

			t.Run("good options are not mentioned", func(t *testing.T) {
				t.Parallel()
				env, observed := charging(timeouts.InterceptorOptions{Fail: true})
				env.ExecuteWorkflow(func(ctx workflow.Context) error { return start(ctx, false) })
				require.NoError(t, env.GetWorkflowError())
				require.NotContains(t, observed.Logs(), "timeouts of")
			})

			t.Run("fails in tests", func(t *testing.T) {
				t.Parallel()
				env, _ := charging(timeouts.InterceptorOptions{Fail: true})
				env.ExecuteWorkflow(func(ctx workflow.Context) error { return start(ctx, true) })
				var app *temporal.ApplicationError
				require.ErrorAs(t, env.GetWorkflowError(), &app)
				require.Equal(t, timeouts.ErrTypeBadOptions, app.Type())
				require.True(t, app.NonRetryable())
				require.Contains(t, app.Message(), `timeouts: the `+kind+` "Charge" was not started; correct its options, or accept the finding (timeouts: `+code)
			})

			t.Run("accepted", func(t *testing.T) {
				t.Parallel()
				env, observed := charging(timeouts.InterceptorOptions{Fail: true, Ignore: []timeouts.Code{timeouts.Code(code)}})
				env.ExecuteWorkflow(func(ctx workflow.Context) error { return start(ctx, true) })
				require.NoError(t, env.GetWorkflowError())
				require.NotContains(t, observed.Logs(), "timeouts of")
			})
		})
	}
}

// A warning does not fail, and is no warning in the log either.
func TestInterceptorWarnings(t *testing.T) {
	t.Parallel()
	env, observed := charging(timeouts.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o := timeouts.Standard()
		o.RetryPolicy = new(retry.NoRetry())
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Charge").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, observed.Lines("W105"), 1)
	require.Contains(t, observed.Lines("W105")[0], "level=INFO")
}

// A child that was not started can be asked and waited for, as any.
func TestFailedChild(t *testing.T) {
	t.Parallel()
	env, _ := charging(timeouts.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithChildOptions(ctx, workflow.ChildWorkflowOptions{WorkflowRunTimeout: -1})
		child := workflow.ExecuteChildWorkflow(ctx, "Charge")
		require.ErrorContains(t, child.SignalChildWorkflow(ctx, "more", 1).Get(ctx, nil), "T002")
		require.ErrorContains(t, child.GetChildWorkflowExecution().Get(ctx, nil), "T002")
		ended := false
		workflow.NewSelector(ctx).AddFuture(child, func(workflow.Future) { ended = true }).Select(ctx)
		require.True(t, ended)
		return child.Get(ctx, nil)
	})
	require.ErrorContains(t, env.GetWorkflowError(), "T002")
}

// What is found in a replay is not taken for what was logged.
func TestInterceptorLogsAfterReplay(t *testing.T) {
	t.Parallel()
	i := timeouts.NewInterceptor(timeouts.InterceptorOptions{})
	bad := func(ctx workflow.Context) error { return starting["activity"](ctx, true) }
	require.NoError(t, historytest.New(t, "bad").ActivityScheduled("Charge").Replay(bad, i))
	env, observed := testenv.NewObserved(i)
	env.RegisterActivityWithOptions(func(context.Context) error { return nil }, activityName("Charge"))
	env.ExecuteWorkflow(bad)
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, observed.Lines("T006"), 1)
}
