package patterns_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

var paid = signals.New[int]("paid")

// exact waits a minute for one payment that is in time, in a run that looks
// only after two.
func exact(ctx workflow.Context) (string, error) {
	ch := paid.Channel(ctx, signals.Options{DeadlinePolicy: signals.DeadlineHistoryOrder})
	deadline := signals.NewDeadline(ctx, time.Minute)
	if err := workflow.Sleep(ctx, 2*time.Minute); err != nil {
		return "", err
	}
	euros, inTime, err := ch.ReceiveUntil(ctx, deadline)
	return fmt.Sprint(euros, " ", inTime), err
}

// strict drops signals whose amount is 13, as an interceptor of a user's may.
type strict struct {
	interceptor.WorkerInterceptorBase
}

func (*strict) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	i := &strictInbound{}
	i.Next = next
	return i
}

type strictInbound struct {
	interceptor.WorkflowInboundInterceptorBase
}

func (i *strictInbound) HandleSignal(ctx workflow.Context, in *interceptor.HandleSignalInput) error {
	if string(in.Arg.GetPayloads()[0].GetData()) == "13" {
		return nil
	}
	return i.Next.HandleSignal(ctx, in)
}

// renaming is a user's interceptor of activities.
type renaming struct {
	interceptor.WorkerInterceptorBase
	interceptor.ActivityInboundInterceptorBase

	saw bool
}

func (r *renaming) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	r.ActivityInboundInterceptorBase.Next = next
	return r
}

func (r *renaming) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	result, err := r.ActivityInboundInterceptorBase.ExecuteActivity(ctx, in)
	var app *temporal.ApplicationError
	r.saw = errors.As(err, &app) && app.NonRetryable()
	return result, err
}

func environment(t *testing.T, interceptors ...interceptor.WorkerInterceptor) *testsuite.TestWorkflowEnvironment {
	t.Helper()
	plugin, err := patterns.NewPlugin(patterns.Options{})
	require.NoError(t, err)
	env := testenv.New()
	env.SetWorkerOptions(worker.Options{Interceptors: interceptors, Plugins: []worker.Plugin{plugin}})
	return env
}

func TestPlugin(t *testing.T) {
	t.Parallel()

	t.Run("signals in history order work", func(t *testing.T) {
		t.Parallel()
		env := environment(t)
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(paid.Name(), 20) }, 30*time.Second)
		env.ExecuteWorkflow(exact)
		var got string
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, "20 true", got)
	})

	t.Run("signals that a user's interceptor drops do not count", func(t *testing.T) {
		t.Parallel()
		env := environment(t, &strict{})
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(paid.Name(), 20) }, 30*time.Second)
		env.RegisterDelayedCallback(func() { env.SignalWorkflow(paid.Name(), 13) }, 90*time.Second)
		env.ExecuteWorkflow(exact)
		var got string
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, "20 true", got)
	})

	t.Run("errors of activities are classified inside the user's interceptors", func(t *testing.T) {
		t.Parallel()
		attempts := 0
		final := func(context.Context) error {
			attempts++
			return fmt.Errorf("while: %w", retry.NonRetryable(errors.New("no such card")))
		}
		renamed := &renaming{}
		env := environment(t, renamed)
		env.RegisterActivity(final)
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			return workflow.ExecuteActivity(ctx, final).Get(ctx, nil)
		})
		require.ErrorContains(t, env.GetWorkflowError(), "no such card")
		require.Equal(t, 1, attempts)
		require.True(t, renamed.saw, "the user's interceptor sees the classified error")
	})

	t.Run("budgets reach activities and timeouts are checked", func(t *testing.T) {
		t.Parallel()
		plugin, err := patterns.NewPlugin(patterns.Options{Lint: lint.InterceptorOptions{Fail: true}})
		require.NoError(t, err)
		env := testenv.New()
		env.SetWorkerOptions(worker.Options{Plugins: []worker.Plugin{plugin}})
		limited := func(ctx context.Context) (bool, error) { _, ok := heartbeat.Remaining(ctx); return ok, nil }
		env.RegisterActivity(limited)
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			endless := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
			require.ErrorContains(t, workflow.ExecuteActivity(endless, limited).Get(ctx, nil), "T006")
			quick, err := timeouts.NewBudget(ctx, time.Hour).Activity(ctx, timeouts.Quick())
			require.NoError(t, err)
			found := false
			require.NoError(t, workflow.ExecuteActivity(quick, limited).Get(ctx, &found))
			require.True(t, found)
			return nil
		})
		require.NoError(t, env.GetWorkflowError())
	})

	t.Run("without the plugin history order fails the workflow task", func(t *testing.T) {
		t.Parallel()
		env := testenv.New()
		env.ExecuteWorkflow(exact)
		require.ErrorContains(t, env.GetWorkflowError(), "signals.NewInterceptor()")
	})
}

// A worker with the plugin; its client's options would do as well.
func ExampleNewPlugin() {
	plugin, err := patterns.NewPlugin(patterns.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	options := worker.Options{Plugins: []worker.Plugin{plugin}}
	fmt.Println(options.Plugins[0].Name())
	// Output: temporal-patterns
}
