package main

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

// newTestStudio renders in no time. said returns what the story has told.
func newTestStudio() (studio *Studio, said func() string) {
	var mu sync.Mutex
	var lines []string
	say := func(_, format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		lines = append(lines, fmt.Sprintf(format, args...))
	}
	return newStudio(0, say), func() string {
		mu.Lock()
		defer mu.Unlock()
		return strings.Join(lines, "\n")
	}
}

// newEnv is Video without a server. An activity with bad options fails.
func newEnv(studio *Studio) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{
		DeadlockDetectionTimeout: time.Minute,
		Interceptors:             []interceptor.WorkerInterceptor{lint.NewInterceptor(lint.InterceptorOptions{Fail: true}), timeouts.NewInterceptor()},
	})
	register(env, &Activities{Studio: studio})
	return env
}

// An hour to answer, and a reminder a quarter before it is over.
func longJob() Job {
	return Job{ID: "v", Frames: 5, Total: 3 * time.Hour, Confirm: time.Hour, Remind: 15 * time.Minute}
}

func TestVideo(t *testing.T) {
	t.Parallel()
	const url = "https://videos.example/v"
	minute := time.Minute
	type at map[time.Duration]Answer
	cases := map[string]struct {
		total     time.Duration // 3 hours when zero
		answers   at
		url       string
		moved     time.Duration
		answered  bool
		reminders int
	}{
		"is published":                       {0, at{minute: {Publish: true}}, url, 0, true, 0},
		"is published after a reminder":      {0, at{50 * minute: {Publish: true}}, url, 0, true, 1},
		"is not wanted":                      {0, at{minute: {}}, "", 0, true, 0},
		"nobody answers":                     {0, nil, "", 0, false, 1},
		"an answer that is none":             {0, at{minute: {MoreSeconds: -1}}, "", 0, false, 1},
		"more time, and two reminders":       {0, at{50 * minute: {MoreSeconds: 3600}, 110 * minute: {Publish: true}}, url, time.Hour, true, 2},
		"more time, before the reminder":     {0, at{minute: {MoreSeconds: 60}, 60*minute + 30*time.Second: {Publish: true}}, url, minute, true, 1},
		"more time, twice":                   {0, at{minute: {MoreSeconds: 60}, 2 * minute: {MoreSeconds: 60}}, "", 2 * minute, false, 1},
		"more time than the budget has":      {0, at{minute: {MoreSeconds: 7200}}, "", 0, false, 1},
		"an answer comes too late":           {0, at{61 * minute: {Publish: true}}, "", 0, false, 1},
		"less than an hour of the budget":    {45 * minute, at{minute: {Publish: true}}, url, 0, true, 0},
		"no answer within the budget either": {45 * minute, nil, "", 0, false, 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			studio, said := newTestStudio()
			env := newEnv(studio)
			for after, answer := range c.answers {
				if answer.MoreSeconds < 0 { // what no sender of ours sends
					env.RegisterDelayedCallback(func() { env.SignalWorkflow(Answers.Name(), answer) }, after)
					continue
				}
				signalstest.SendAfter(t, env, after, Answers, answer)
			}
			job := longJob()
			if c.total > 0 {
				job.Total = c.total
			}
			env.ExecuteWorkflow(Video, job)
			var got Result
			require.NoError(t, env.GetWorkflowResult(&got), said())
			require.Equal(t, c.url, got.URL)
			require.Equal(t, c.moved, got.Deadline.Sub(got.Asked))
			require.Equal(t, c.answered, !got.Answered.IsZero())
			require.Len(t, studio.reminders, c.reminders)
			frames, _ := studio.books()
			require.Equal(t, []int{0, 1, 2, 3, 4}, frames)
			require.Equal(t, 1, strings.Count(said(), "clean up"))
		})
	}
}

// Who waits for an answer does not wait until there is no time to publish.
func TestWaitLeavesTimeToPublish(t *testing.T) {
	t.Parallel()
	studio, _ := newTestStudio()
	env := newEnv(studio)
	job := longJob()
	job.Total = 30 * time.Minute
	env.ExecuteWorkflow(Video, job)
	var got Result
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, cleanUp.ScheduleToCloseTimeout, got.Budget.Reserved)
	latest := got.Budget.Deadline.Add(-got.Budget.Reserved - publish.StartToCloseTimeout)
	require.WithinDuration(t, latest, got.Deadline, 10*time.Millisecond)
}

// A budget that is used up fails the video, and the clean-up comes all the same.
func TestNoTimeLeft(t *testing.T) {
	t.Parallel()
	for name, total := range map[string]time.Duration{"but for the clean-up": cleanUp.ScheduleToCloseTimeout, "at all": time.Nanosecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			studio, said := newTestStudio()
			env := newEnv(studio)
			job := longJob()
			job.Total = total
			env.ExecuteWorkflow(Video, job)
			var app *temporal.ApplicationError
			require.ErrorAs(t, env.GetWorkflowError(), &app)
			require.Equal(t, timeouts.ReasonBudgetExhausted.Error(), app.Type())
			require.Equal(t, "clean up", said())
		})
	}
}

func TestCleanUp(t *testing.T) {
	t.Parallel()
	refused := temporal.NewNonRetryableApplicationError("refused", "Refused", nil)

	t.Run("comes when the workflow is canceled", func(t *testing.T) {
		t.Parallel()
		studio, said := newTestStudio()
		env := newEnv(studio)
		env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
		env.ExecuteWorkflow(Video, longJob())
		require.True(t, temporal.IsCanceledError(env.GetWorkflowError()), "%v", env.GetWorkflowError())
		require.Contains(t, said(), "clean up")
	})
	t.Run("comes when a step fails, and its own failure does not hide that", func(t *testing.T) {
		t.Parallel()
		studio, said := newTestStudio()
		env := newEnv(studio)
		env.OnActivity("Fetch", mock.Anything, mock.Anything).Return(refused)
		env.OnActivity("CleanUp", mock.Anything, mock.Anything).Return(temporal.NewNonRetryableApplicationError("full", "Full", nil)).Once()
		env.ExecuteWorkflow(Video, longJob())
		require.ErrorContains(t, env.GetWorkflowError(), "refused")
		env.AssertExpectations(t)
		require.NotContains(t, said(), "render")
	})
	t.Run("that fails fails the workflow", func(t *testing.T) {
		t.Parallel()
		studio, _ := newTestStudio()
		env := newEnv(studio)
		env.OnActivity("CleanUp", mock.Anything, mock.Anything).Return(refused)
		env.ExecuteWorkflow(Video, longJob())
		require.ErrorContains(t, env.GetWorkflowError(), "refused")
	})
}
