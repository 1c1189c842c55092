package timeouts_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdkactivity "go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"
	"go.uber.org/goleak"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

func TestResume(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		details []any
		want    string
		ok      bool
	}{
		"none":            {nil, "", false},
		"there are some":  {[]any{"page 7"}, "page 7", true},
		"of another type": {[]any{7}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBeating(t, time.Hour)
			if c.details != nil {
				b.SetHeartbeatDetails(c.details[0])
			}
			b.run(func(ctx context.Context) error {
				page, ok := timeouts.Progress[string](ctx)
				require.Equal(t, c.want, page)
				require.Equal(t, c.ok, ok)
				return nil
			})
		})
	}
}

// The context ends when the worker begins to stop, with its cause, and leaves no
// goroutine behind.
func TestUntilStopped(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	stopping := make(chan struct{})
	b := newBeating(t, time.Hour)
	b.SetWorkerStopChannel(stopping)
	b.run(func(ctx context.Context) error {
		canceled, cancel := timeouts.WithWorkerStop(ctx)
		cancel()
		<-canceled.Done()
		require.Equal(t, timeouts.CauseOther, timeouts.CauseOf(canceled))

		work, cancel := timeouts.WithWorkerStop(ctx)
		defer cancel()
		require.NoError(t, work.Err())
		close(stopping)
		<-work.Done()
		require.Equal(t, timeouts.CauseShutdown, timeouts.CauseOf(work))
		require.NoError(t, ctx.Err(), "there is still WorkerStopTimeout")
		return nil
	})
}

// An activity that returns as soon as its worker begins to stop loses nothing,
// also before the first heartbeat.
func TestHeartbeatOfAnActivityThatStopsAtOnce(t *testing.T) {
	t.Parallel()
	for range 50 {
		b := newBeating(t, time.Hour)
		stopping := make(chan struct{})
		b.SetWorkerStopChannel(stopping)
		b.run(func(ctx context.Context) error {
			defer timeouts.Heartbeat(ctx, func() any { return "page 7" })()
			close(stopping)
			<-sdkactivity.GetWorkerStopChannel(ctx)
			return nil
		})
		require.NotEmpty(t, b.beats)
		require.Equal(t, "page 7", <-b.beats)
	}
}

func TestAtMost(t *testing.T) {
	t.Parallel()
	require.NoError(t, run(t, func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, time.Hour).Reserve(10 * time.Minute)
		require.Equal(t, time.Minute, budget.AtMost(ctx, time.Minute))
		require.Equal(t, 50*time.Minute, budget.AtMost(ctx, 3*time.Hour))
		require.Equal(t, 3*time.Hour, timeouts.Budget{}.AtMost(ctx, 3*time.Hour))
		return nil
	}))
}

// What a budget has cut down is short by intention.
func TestInterceptorAndBudget(t *testing.T) {
	t.Parallel()
	env, observed := charging(timeouts.InterceptorOptions{Fail: true})
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		budget := timeouts.NewBudget(ctx, 20*time.Second)
		long, err := timeouts.Long(time.Hour, 9*time.Hour)
		require.NoError(t, err)
		for _, o := range []activity{timeouts.Standard(), timeouts.Quick(), long} {
			step, err := budget.Activity(ctx, o)
			require.NoError(t, err)
			require.NoError(t, workflow.ExecuteActivity(step, "Charge").Get(ctx, nil))
		}
		local, err := budget.LocalActivity(ctx, timeouts.Must(timeouts.LocalActivity(5*time.Second, timeouts.Options{Total: 9 * time.Second})))
		require.NoError(t, err)
		require.NoError(t, workflow.ExecuteLocalActivity(local, "Charge").Get(ctx, nil))

		// What was wrong before is wrong still.
		step, err := timeouts.NewBudget(ctx, 20*time.Minute).Activity(ctx, with(func(o *activity) { o.ScheduleToCloseTimeout = 30 * time.Second }))
		require.NoError(t, err)
		require.ErrorContains(t, workflow.ExecuteActivity(step, "Charge").Get(ctx, nil), "T005")
		return nil
	})
	require.NoError(t, env.GetWorkflowError())
	require.Len(t, observed.Lines("Finding="), 1)
}

func TestWaitForCancellation(t *testing.T) {
	t.Parallel()
	o, err := timeouts.Activity(time.Second, timeouts.Options{Total: time.Minute, WaitForCancellation: true})
	require.NoError(t, err)
	require.True(t, o.WaitForCancellation)
	child, err := timeouts.ChildWorkflow(time.Second, timeouts.Options{WaitForCancellation: true})
	require.NoError(t, err)
	require.True(t, child.WaitForCancellation)
	long, err := timeouts.Long(time.Hour, 9*time.Hour)
	require.NoError(t, err)
	require.True(t, long.WaitForCancellation)
	require.False(t, timeouts.Standard().WaitForCancellation)
}
