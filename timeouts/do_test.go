package timeouts_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

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
		"step ends in time":    {do: within(time.Hour, sleep(minute)), value: "done", ends: minute, timers: 2},
		"step ends at once":    {do: within(time.Hour, sleep(0)), value: "done", timers: 1},
		"step fails in time":   {do: within(time.Hour, failing(errBroken, minute)), ends: minute, cause: "broken", timers: 2},
		"zero limit":           {do: within(0, sleep(0)), timedOut: true},
		"negative limit":       {do: within(-minute, sleep(0)), timedOut: true},
		"context has ended":    {do: canceledBefore, canceled: true, timers: 1},
		"step ends in a grace": {do: until(time.Hour, minute, sleep(minute)), value: "done", ends: minute, timers: 2},
		"nil deadline": {
			do:    func(ctx workflow.Context) (string, error) { return timeouts.DoUntil(ctx, nil, 0, sleep(3*time.Hour)) },
			value: "done", ends: 3 * time.Hour, timers: 1,
		},
		"step ends when it is canceled": {
			do:    within(time.Hour, sleep(3*time.Hour)),
			value: "interrupted", ends: time.Hour, timedOut: true, timers: 2,
		},
		"step goes on after the timeout": {
			do:    within(time.Hour, stubborn(3*time.Hour)),
			value: "done", ends: 3 * time.Hour, timedOut: true, timers: 2,
		},
		"step fails after the timeout": {
			do:   within(time.Hour, failing(errBroken, 3*time.Hour)),
			ends: time.Hour, timedOut: true, cause: "broken", timers: 2,
		},
		"step uses the grace": {
			do:    until(time.Hour, 2*time.Hour, stubborn(2*time.Hour)),
			value: "done", ends: 2 * time.Hour, timedOut: true, timers: 3,
		},
		"step does not need the grace": {
			do:    until(time.Hour, 2*time.Hour, sleep(3*time.Hour)),
			value: "interrupted", ends: time.Hour, timedOut: true, timers: 3, // 2 on a server: see TestDoAfterDowntime
		},
		"step outlasts the grace": {
			do:   until(time.Hour, minute, stubborn(5*time.Hour)),
			ends: 61 * minute, timedOut: true, abandoned: true, timers: 3,
		},
		"workflow is canceled": {
			do: within(time.Hour, sleep(3*time.Hour)), cancel: minute,
			value: "interrupted", ends: minute, canceled: true, timers: 2,
		},
		"workflow is canceled and the step ends in time": {
			do: within(time.Hour, stubborn(30*minute)), cancel: minute,
			value: "done", ends: 30 * minute, timers: 2,
		},
		"workflow is canceled and the step ends late": {
			do: within(time.Hour, stubborn(3*time.Hour)), cancel: minute,
			value: "done", ends: 3 * time.Hour, timers: 2,
		},
		"workflow is canceled and the clean-up outlasts the limit": {
			do: within(time.Hour, cleaning(3*time.Hour)), cancel: minute,
			value: "cleaned", ends: 181 * minute, canceled: true, timers: 3,
		},
		"workflow is canceled and the step cleans up in the grace": {
			do: until(time.Hour, 2*minute, cleaning(minute)), cancel: minute,
			value: "cleaned", ends: 2 * minute, canceled: true, timers: 4,
		},
		"workflow is canceled and the step outlasts the grace": {
			do: until(time.Hour, 2*minute, stubborn(5*time.Hour)), cancel: minute,
			ends: 3 * minute, canceled: true, abandoned: true, timers: 3,
		},
		"workflow is canceled after the timeout": {
			do: within(time.Hour, stubborn(3*time.Hour)), cancel: 2 * time.Hour,
			value: "done", ends: 3 * time.Hour, timedOut: true, timers: 2,
		},
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
				require.Equal(t, map[bool]int{true: 1}[c.abandoned], n.running(), "only an abandoned step has a timer")
				return nil
			})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, c.timers+1, n.started, "timers, with one of this test")
		})
	}
}
