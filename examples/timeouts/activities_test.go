package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

func newActivityEnv(a *Activities) *testsuite.TestActivityEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(time.Minute)
	env.RegisterActivity(a)
	return env
}

func TestRenderGoesOn(t *testing.T) {
	t.Parallel()
	studio, said := newTestStudio()
	a := &Activities{Studio: studio}
	env := newActivityEnv(a)
	env.SetHeartbeatDetails(3)
	_, err := env.ExecuteActivity(a.Render, Job{Frames: 5})
	require.NoError(t, err)
	frames, interrupted := studio.books()
	require.Equal(t, []int{3, 4}, frames)
	require.Empty(t, interrupted)
	require.Contains(t, said(), "from frame 3 of 5")
}

// Details of an older program are no reason to fail for ever.
func TestRenderBeginsAgain(t *testing.T) {
	t.Parallel()
	studio, _ := newTestStudio()
	a := &Activities{Studio: studio}
	env := newActivityEnv(a)
	env.SetHeartbeatDetails("third")
	_, err := env.ExecuteActivity(a.Render, Job{Frames: 2})
	require.NoError(t, err)
	frames, _ := studio.books()
	require.Equal(t, []int{0, 1}, frames)
}

// The worker is asked to stop while the step runs, and its own time is not over.
func TestRenderStopsWithItsWorker(t *testing.T) {
	t.Parallel()
	studio, _ := newTestStudio()
	studio.frameTime = time.Millisecond
	a := &Activities{Worker: "blue", Studio: studio}
	env := newActivityEnv(a)
	stopping := make(chan struct{})
	env.SetWorkerStopChannel(stopping)
	ended := make(chan error, 1)
	go func() {
		_, err := env.ExecuteActivity(a.Render, Job{Frames: 1_000_000})
		ended <- err
	}()
	require.Eventually(t, func() bool { frames, _ := studio.books(); return len(frames) > 0 }, time.Minute, time.Millisecond)
	close(stopping)
	require.ErrorContains(t, <-ended, context.Canceled.Error())
	frames, interrupted := studio.books()
	require.Equal(t, []interruption{{"blue", len(frames), heartbeat.CauseShutdown}}, interrupted)
}

// Nobody reads reminders any more: the activity ends with its time.
func TestRemindEnds(t *testing.T) {
	t.Parallel()
	studio, _ := newTestStudio()
	a := &Activities{Studio: studio}
	for range cap(studio.reminders) {
		require.NoError(t, a.Remind(t.Context(), Reminder{}))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, a.Remind(ctx, Reminder{}), context.Canceled)
}
