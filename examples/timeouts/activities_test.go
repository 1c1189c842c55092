package main

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// A studio records what its activities do.
type studio struct {
	Activities

	reminders chan Reminder
	mu        sync.Mutex
	frames    []int
	lines     []string
	causes    []heartbeat.Cause
}

func newStudio() *studio {
	s := &studio{reminders: make(chan Reminder, 10)}
	s.Activities = Activities{
		Worker:    "blue",
		Reminders: s.reminders,
		RenderFrame: func(frame int) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.frames = append(s.frames, frame)
		},
		Printf: func(_, format string, args ...any) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.lines = append(s.lines, format)
			for _, arg := range args {
				if cause, ok := arg.(heartbeat.Cause); ok {
					s.causes = append(s.causes, cause)
				}
			}
		},
	}
	return s
}

func (s *studio) rendered() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]int(nil), s.frames...)
}

func (s *studio) env() *testsuite.TestActivityEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestActivityEnvironment()
	env.SetTestTimeout(time.Minute)
	env.RegisterActivity(&s.Activities)
	return env
}

func TestRenderContinuesWithTheProgress(t *testing.T) {
	t.Parallel()
	s := newStudio()
	env := s.env()
	env.SetHeartbeatDetails(3)
	_, err := env.ExecuteActivity(s.Render, Job{Frames: 5})
	require.NoError(t, err)
	require.Equal(t, []int{3, 4}, s.rendered())
}

// Details of an older version of the program must not fail all attempts.
func TestRenderIgnoresProgressOfAnotherType(t *testing.T) {
	t.Parallel()
	s := newStudio()
	env := s.env()
	env.SetHeartbeatDetails("third")
	_, err := env.ExecuteActivity(s.Render, Job{Frames: 2})
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, s.rendered())
}

func TestRenderEndsWhenItsWorkerStops(t *testing.T) {
	t.Parallel()
	s := newStudio()
	stopping := make(chan struct{})
	env := s.env()
	env.SetWorkerStopChannel(stopping)
	record := s.RenderFrame
	s.RenderFrame = func(frame int) {
		record(frame)
		if frame == 2 {
			close(stopping)
		}
		time.Sleep(time.Millisecond)
	}
	_, err := env.ExecuteActivity(s.Render, Job{Frames: 1_000_000})
	require.ErrorContains(t, err, context.Canceled.Error())
	require.GreaterOrEqual(t, len(s.rendered()), 3)
	require.Equal(t, []heartbeat.Cause{heartbeat.CauseShutdown}, s.causes)
}

func TestRemindEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newStudio()
	for range cap(s.reminders) {
		require.NoError(t, s.Remind(t.Context(), Reminder{}))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, s.Remind(ctx, Reminder{}), context.Canceled)
}
