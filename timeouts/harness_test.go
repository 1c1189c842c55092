package timeouts_test

import (
	"errors"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

type activity = workflow.ActivityOptions

// run calls f in a workflow.
func run(t require.TestingT, f func(ctx workflow.Context) error) error {
	env := testenv.New()
	env.ExecuteWorkflow(f)
	require.True(t, env.IsWorkflowCompleted())
	return env.GetWorkflowError()
}

// timers counts the timers of a test run.
type timers struct{ started, canceled, fired int }

// running returns how many have not ended.
func (n *timers) running() int { return n.started - n.canceled - n.fired }

func watch(env *testsuite.TestWorkflowEnvironment) *timers {
	n := &timers{}
	env.SetOnTimerScheduledListener(func(string, time.Duration) { n.started++ })
	env.SetOnTimerCanceledListener(func(string) { n.canceled++ })
	env.SetOnTimerFiredListener(func(string) { n.fired++ })
	return n
}

// sleep returns a step that sleeps for d.
func sleep(d time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		if err := workflow.Sleep(ctx, d); err != nil {
			return "interrupted", err
		}
		return "done", nil
	}
}

// stubborn returns a step that sleeps for d even when it is canceled.
func stubborn(d time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		detached, _ := workflow.NewDisconnectedContext(ctx)
		return sleep(d)(detached)
	}
}

// cleaning returns a step that cleans up for d when it is canceled.
func cleaning(d time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		err := workflow.Sleep(ctx, 10*time.Hour)
		_, _ = stubborn(d)(ctx)
		return "cleaned", err
	}
}

// canceledBefore calls Do with a context that has ended.
func canceledBefore(ctx workflow.Context) (string, error) {
	ctx, cancel := workflow.WithCancel(ctx)
	cancel()
	return timeouts.Do(ctx, time.Hour, func(workflow.Context) (string, error) { return "called", nil })
}

func failing(err error, after time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		_ = workflow.Sleep(ctx, after)
		return "", err
	}
}

var errBroken = errors.New("broken")

func isTimedOut(err error) bool {
	reason, _ := timeouts.ReasonOf(err)
	return reason == timeouts.ReasonTimedOut
}
