package timeouts_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// timers counts the timers of a test run.
type timers struct{ started, canceled, fired int }

// running is how many have not ended.
func (n *timers) running() int { return n.started - n.canceled - n.fired }

func watch(env *testsuite.TestWorkflowEnvironment) *timers {
	n := &timers{}
	env.SetOnTimerScheduledListener(func(string, time.Duration) { n.started++ })
	env.SetOnTimerCanceledListener(func(string) { n.canceled++ })
	env.SetOnTimerFiredListener(func(string) { n.fired++ })
	return n
}

// sleep takes so long, and says whether it was let.
func sleep(d time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		if err := workflow.Sleep(ctx, d); err != nil {
			return "interrupted", err
		}
		return "done", nil
	}
}

// stubborn is not interrupted.
func stubborn(d time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		detached, _ := workflow.NewDisconnectedContext(ctx)
		return sleep(d)(detached)
	}
}

// cleaning takes so long to clean up when it is canceled.
func cleaning(d time.Duration) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		err := workflow.Sleep(ctx, 10*time.Hour)
		_, _ = stubborn(d)(ctx)
		return "cleaned", err
	}
}

// canceledBefore calls nothing, since ctx has ended.
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

func TestDo(t *testing.T) {
	t.Parallel()
	minute := time.Minute
	within := func(d time.Duration, f func(workflow.Context) (string, error)) func(workflow.Context) (string, error) {
		return func(ctx workflow.Context) (string, error) { return timeouts.Do(ctx, d, f) }
	}
	until := func(d, grace time.Duration, f func(workflow.Context) (string, error)) func(workflow.Context) (string, error) {
		return func(ctx workflow.Context) (string, error) {
			deadline := signals.NewDeadline(ctx, d)
			defer deadline.Stop()
			return timeouts.DoUntil(ctx, deadline, grace, f)
		}
	}
	for name, c := range map[string]struct {
		do        func(workflow.Context) (string, error)
		cancel    time.Duration // of the workflow
		value     string
		ends      time.Duration
		timedOut  bool
		abandoned bool
		canceled  bool
		cause     string
		timers    int
	}{
		"in time":              {do: within(time.Hour, sleep(minute)), value: "done", ends: minute, timers: 2},
		"in time, at once":     {do: within(time.Hour, sleep(0)), value: "done", timers: 1},
		"it fails in time":     {do: within(time.Hour, failing(errBroken, minute)), ends: minute, cause: "broken", timers: 2},
		"time is up":           {do: within(time.Hour, sleep(3*time.Hour)), value: "interrupted", ends: time.Hour, timedOut: true, timers: 2},
		"it takes its time":    {do: within(time.Hour, stubborn(3*time.Hour)), value: "done", ends: 3 * time.Hour, timedOut: true, timers: 2},
		"it fails then":        {do: within(time.Hour, failing(errBroken, 3*time.Hour)), ends: time.Hour, timedOut: true, cause: "broken", timers: 2},
		"there is no time":     {do: within(0, sleep(0)), timedOut: true},
		"there is less":        {do: within(-minute, sleep(0)), timedOut: true},
		"there is no deadline": {do: func(ctx workflow.Context) (string, error) { return timeouts.DoUntil(ctx, nil, 0, sleep(3*time.Hour)) }, value: "done", ends: 3 * time.Hour, timers: 1},
		"with grace, in time":  {do: until(time.Hour, minute, sleep(minute)), value: "done", ends: minute, timers: 2},
		"with grace, used":     {do: until(time.Hour, 2*time.Hour, stubborn(2*time.Hour)), value: "done", ends: 2 * time.Hour, timedOut: true, timers: 3},
		"with grace, not used": {do: until(time.Hour, 2*time.Hour, sleep(3*time.Hour)), value: "interrupted", ends: time.Hour, timedOut: true, timers: 3}, // 2 on a server: see TestDoAfterDowntime
		"with grace, too long": {do: until(time.Hour, minute, stubborn(5*time.Hour)), ends: 61 * minute, timedOut: true, abandoned: true, timers: 3},
		"it was canceled":      {do: within(time.Hour, sleep(3*time.Hour)), cancel: minute, value: "interrupted", ends: minute, canceled: true, timers: 2},
		"canceled, it goes on": {do: within(time.Hour, stubborn(30*minute)), cancel: minute, value: "done", ends: 30 * minute, timers: 2},
		"canceled before":      {do: canceledBefore, canceled: true, timers: 1},
		"canceled, then late":  {do: within(time.Hour, stubborn(3*time.Hour)), cancel: minute, value: "done", ends: 3 * time.Hour, timers: 2},
		"it cleans up longer":  {do: within(time.Hour, cleaning(3*time.Hour)), cancel: minute, value: "cleaned", ends: 181 * minute, canceled: true, timers: 3},
		"canceled, with grace": {do: until(time.Hour, 2*minute, cleaning(minute)), cancel: minute, value: "cleaned", ends: 2 * minute, canceled: true, timers: 4},
		"canceled, abandoned":  {do: until(time.Hour, 2*minute, stubborn(5*time.Hour)), cancel: minute, ends: 3 * minute, canceled: true, abandoned: true, timers: 3},
		"late, then canceled":  {do: within(time.Hour, stubborn(3*time.Hour)), cancel: 2 * time.Hour, value: "done", ends: 3 * time.Hour, timedOut: true, timers: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			n := watch(env)
			if c.cancel > 0 {
				env.RegisterDelayedCallback(env.CancelWorkflow, c.cancel)
			}
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				start := workflow.Now(ctx)
				value, err := c.do(ctx)
				require.Equal(t, c.value, value)
				require.Equal(t, c.ends, workflow.Now(ctx).Sub(start))
				require.Equal(t, c.timedOut, isTimedOut(err), "%v", err)
				require.Equal(t, c.canceled, temporal.IsCanceledError(err), "%v", err)
				if c.cause != "" {
					require.ErrorContains(t, err, c.cause)
				} else if !c.timedOut && !c.canceled {
					require.NoError(t, err)
				}
				if detail, ok := timeouts.AsTimedOut(err); ok {
					require.ErrorIs(t, err, timeouts.ReasonTimedOut)
					require.Equal(t, c.abandoned, detail.Abandoned)
					require.False(t, detail.Deadline.After(workflow.Now(ctx)))
					var app *temporal.ApplicationError
					require.ErrorAs(t, err, &app)
					require.False(t, app.NonRetryable())
				}
				detached, _ := workflow.NewDisconnectedContext(ctx)
				require.NoError(t, workflow.Sleep(detached, time.Second)) // the environment cancels timers late
				require.Equal(t, map[bool]int{true: 1}[c.abandoned], n.running(), "none is left running, but what was abandoned")
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, c.timers+1, n.started, "timers, with one of this test's own")
		})
	}
}

// Whoever gets the error learns what has happened, and what to do.
func TestTimedOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		grace time.Duration
		want  string
	}{
		"timed out": {0, "timeouts: step not finished by 2020-01-01T01:00:00Z; raise the limit or do less"},
		"abandoned": {1, "timeouts: step not finished by 2020-01-01T01:00:00Z, and still running after its cancellation; let it block with the context that it receives"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := testenv.New()
			env.SetStartTime(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
			child := func(ctx workflow.Context) (string, error) {
				return timeouts.DoUntil(ctx, signals.NewDeadline(ctx, time.Hour), c.grace, stubborn(2*time.Hour))
			}
			env.RegisterWorkflowWithOptions(child, workflow.RegisterOptions{Name: "child"})
			env.ExecuteWorkflow(func(ctx workflow.Context) error {
				err := workflow.ExecuteChildWorkflow(ctx, "child").Get(ctx, nil)
				require.True(t, isTimedOut(err), "the parent sees it too")
				return err
			})
			require.ErrorContains(t, env.GetWorkflowError(), c.want)
			require.True(t, isTimedOut(env.GetWorkflowError()), "and the client")
		})
	}
	require.False(t, isTimedOut(nil))
	require.False(t, isTimedOut(temporal.NewCanceledError()))
	require.False(t, isTimedOut(context.DeadlineExceeded))
	require.False(t, isTimedOut(temporal.NewHeartbeatTimeoutError()))
}
