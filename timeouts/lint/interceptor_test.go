package lint_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// starts starts an activity, a local activity and a child workflow.
var starts = map[string]struct {
	start func(ctx workflow.Context, bad bool) error
	code  lint.Code // of the finding in bad options
}{
	"activity": {
		start: func(ctx workflow.Context, bad bool) error {
			o := timeouts.Standard()
			if bad {
				o.RetryPolicy = &policy{BackoffCoefficient: 1}
				o.ScheduleToCloseTimeout = 0
			}
			return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Charge").Get(ctx, nil)
		},
		code: lint.CodeUnboundedRetry,
	},
	"local activity": {
		start: func(ctx workflow.Context, bad bool) error {
			o := workflow.LocalActivityOptions{
				StartToCloseTimeout: time.Second, ScheduleToCloseTimeout: 5 * time.Second,
				RetryPolicy: new(retry.LocalActivity()),
			}
			if bad {
				o.ScheduleToCloseTimeout = 0
			}
			return workflow.ExecuteLocalActivity(workflow.WithLocalActivityOptions(ctx, o), "Charge").Get(ctx, nil)
		},
		code: lint.CodeLocalWithoutRetry,
	},
	"child workflow": {
		start: func(ctx workflow.Context, bad bool) error {
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
		code: lint.CodeUnboundedRetry,
	},
}

// newEnv returns an environment with an activity and a workflow named Charge.
func newEnv(o lint.InterceptorOptions) (*testsuite.TestWorkflowEnvironment, *testenv.Observed) {
	env, observed := testenv.NewObserved(lint.NewInterceptor(o))
	env.RegisterActivityWithOptions(func(context.Context) error { return nil }, sdkactivity.RegisterOptions{Name: "Charge"})
	env.RegisterWorkflowWithOptions(func(workflow.Context) error { return nil }, workflow.RegisterOptions{Name: "Charge"})
	return env, observed
}

func TestInterceptorLogsOnceAndCountsEachTime(t *testing.T) {
	t.Parallel()
	for kind, c := range starts {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			env, observed := newEnv(lint.InterceptorOptions{})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				for range 3 {
					if err := c.start(ctx, true); err != nil {
						return err
					}
				}
				return nil
			})
			require.NoError(t, env.GetWorkflowError(), "bad options start too")
			require.Contains(t, observed.Logs(), `level=WARN msg="The timeout or retry options of the `+kind+` have a finding; `)
			require.Contains(t, observed.Logs(), `Name=Charge Finding="`+string(c.code)+` `)
			require.Len(t, observed.Lines(string(c.code)), 1)
			require.Equal(t, int64(3), observed.Counter("temporal_patterns_timeout_findings", string(c.code)))
		})
	}
}

func TestInterceptorIsSilentAboutGoodAndIgnoredOptions(t *testing.T) {
	t.Parallel()
	for kind, c := range starts {
		for name, bad := range map[string]bool{"good": false, "ignored": true} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				o := lint.InterceptorOptions{Fail: true}
				if bad {
					o.Ignore = []lint.Code{c.code}
				}
				env, observed := newEnv(o)
				env.ExecuteWorkflow(func(ctx workflow.Context) error { return c.start(ctx, bad) })
				require.NoError(t, env.GetWorkflowError())
				require.NotContains(t, observed.Logs(), "have a finding")
			})
		}
	}
}

func TestInterceptorFailsInTests(t *testing.T) {
	t.Parallel()
	for kind, c := range starts {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			env, _ := newEnv(lint.InterceptorOptions{Fail: true})
			env.ExecuteWorkflow(func(ctx workflow.Context) error { return c.start(ctx, true) })
			var app *temporal.ApplicationError
			require.ErrorAs(t, env.GetWorkflowError(), &app)
			require.Equal(t, "timeouts/lint.InvalidOptions", app.Type())
			require.True(t, app.NonRetryable())
			require.Contains(t, app.Message(),
				`timeouts/lint: the `+kind+` "Charge" was not started; correct its options, or ignore the finding (timeouts/lint: `+
					``+string(c.code))
		})
	}
}

func TestInterceptorLogsWarningsAsInfo(t *testing.T) {
	t.Parallel()
	env, observed := newEnv(lint.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o := timeouts.Standard()
		o.HeartbeatTimeout = time.Second
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Charge").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, observed.Lines("W106"), 1)
	require.Contains(t, observed.Lines("W106")[0], "level=INFO")
}

func TestInterceptorDoesNotLogRetryOnce(t *testing.T) {
	t.Parallel()
	env, observed := newEnv(lint.InterceptorOptions{})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		o := timeouts.Standard()
		o.RetryPolicy = new(retry.NoRetry())
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, o), "Charge").Get(ctx, nil)
	})
	require.NoError(t, env.GetWorkflowError())
	require.NotContains(t, observed.Logs(), "have a finding")
}

// Without any timeout the run is stuck.
func TestInterceptorLogsMissingTimeoutsAsError(t *testing.T) {
	t.Parallel()
	env, observed := newEnv(lint.InterceptorOptions{})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		// The server rejects these; a test environment panics.
		defer func() { _ = recover() }()
		return workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{}), "Charge").Get(ctx, nil)
	})
	require.Len(t, observed.Lines("T001"), 1)
	require.Contains(t, observed.Lines("T001")[0], "level=ERROR")
}
