package main

import (
	"log/slog"
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

// newEnv returns an environment for Video. An activity with invalid options fails.
func newEnv(s *studio) *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{
		DeadlockDetectionTimeout: time.Minute,
		Interceptors: []interceptor.WorkerInterceptor{
			lint.NewInterceptor(lint.InterceptorOptions{Fail: true}),
			timeouts.NewInterceptor(),
		},
	})
	env.RegisterWorkflow(Video)
	env.RegisterActivity(&s.Activities)
	return env
}

// An hour to answer, and a reminder a quarter before it is over.
func longJob() Job {
	return Job{ID: "v", Frames: 5, Total: 3 * time.Hour, Confirm: time.Hour, Remind: 15 * time.Minute}
}

func TestVideoEndsAsTheEditorAnswers(t *testing.T) {
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
		"the editor agrees":                    {answers: at{minute: {Publish: true}}, url: url, answered: true},
		"the editor agrees after a reminder":   {answers: at{50 * minute: {Publish: true}}, url: url, answered: true, reminders: 1},
		"the editor rejects the video":         {answers: at{minute: {}}, answered: true},
		"the editor does not answer":           {reminders: 1},
		"the editor sends an invalid answer":   {answers: at{minute: {MoreSeconds: -1}}, reminders: 1},
		"the editor agrees after the deadline": {answers: at{61 * minute: {Publish: true}}, reminders: 1},
		"the deadline moves after a reminder": {
			answers: at{50 * minute: {MoreSeconds: 3600}, 110 * minute: {Publish: true}},
			url:     url, moved: time.Hour, answered: true, reminders: 2,
		},
		"the deadline moves before the reminder": {
			answers: at{minute: {MoreSeconds: 60}, 60*minute + 30*time.Second: {Publish: true}},
			url:     url, moved: minute, answered: true, reminders: 1,
		},
		"the deadline moves twice": {
			answers: at{minute: {MoreSeconds: 60}, 2 * minute: {MoreSeconds: 60}}, moved: 2 * minute, reminders: 1,
		},
		"the deadline does not move beyond the budget": {answers: at{minute: {MoreSeconds: 7200}}, reminders: 1},
		"the editor agrees within a short " +
			"budget": {total: 45 * minute, answers: at{minute: {Publish: true}}, url: url, answered: true},
		"the editor does not answer within a short budget": {total: 45 * minute, reminders: 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStudio()
			env := newEnv(s)
			for after, answer := range c.answers {
				if answer.MoreSeconds < 0 { // Send would reject it
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
			require.NoError(t, env.GetWorkflowResult(&got))
			require.Equal(t, c.url, got.URL)
			require.Equal(t, c.moved, got.LastDeadline.Sub(got.FirstDeadline))
			require.Equal(t, c.answered, !got.Answered.IsZero())
			require.Len(t, s.reminders, c.reminders)
			require.Equal(t, []int{0, 1, 2, 3, 4}, s.rendered())
			require.Equal(t, "clean up", s.lines[len(s.lines)-1])
		})
	}
}

func TestWaitLeavesTimeToPublish(t *testing.T) {
	t.Parallel()
	s := newStudio()
	env := newEnv(s)
	job := longJob()
	job.Total = 30 * time.Minute
	env.ExecuteWorkflow(Video, job)
	var got Result
	require.NoError(t, env.GetWorkflowResult(&got))
	require.Equal(t, cleanUp.ScheduleToCloseTimeout, got.Budget.Reserved)
	latest := got.Budget.Deadline.Add(-got.Budget.Reserved - publish.StartToCloseTimeout)
	require.WithinDuration(t, latest, got.LastDeadline, 10*time.Millisecond)
}

func TestExhaustedBudgetStillCleansUp(t *testing.T) {
	t.Parallel()
	for name, total := range map[string]time.Duration{
		"only the reserve is left": cleanUp.ScheduleToCloseTimeout,
		"nothing is left":          time.Nanosecond,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStudio()
			env := newEnv(s)
			job := longJob()
			job.Total = total
			env.ExecuteWorkflow(Video, job)
			reason, _ := timeouts.ReasonOf(env.GetWorkflowError())
			require.Equal(t, timeouts.ReasonBudgetExhausted, reason)
			require.Equal(t, []string{"clean up"}, s.lines)
		})
	}
}

func TestCleanUpRunsInAnyCase(t *testing.T) {
	t.Parallel()
	refused := temporal.NewNonRetryableApplicationError("refused", "Refused", nil)

	t.Run("after a cancellation", func(t *testing.T) {
		t.Parallel()
		s := newStudio()
		env := newEnv(s)
		env.RegisterDelayedCallback(env.CancelWorkflow, time.Minute)
		env.ExecuteWorkflow(Video, longJob())
		require.True(t, temporal.IsCanceledError(env.GetWorkflowError()), "%v", env.GetWorkflowError())
		require.Contains(t, s.lines, "clean up")
	})
	t.Run("after a failed step, whose error remains", func(t *testing.T) {
		t.Parallel()
		s := newStudio()
		env := newEnv(s)
		env.OnActivity("Fetch", mock.Anything, mock.Anything).Return(refused)
		env.OnActivity("CleanUp", mock.Anything, mock.Anything).Return(temporal.NewNonRetryableApplicationError("full", "Full", nil)).Once()
		env.ExecuteWorkflow(Video, longJob())
		require.ErrorContains(t, env.GetWorkflowError(), "refused")
		env.AssertExpectations(t)
		require.Empty(t, s.rendered())
	})
	t.Run("its failure fails the workflow", func(t *testing.T) {
		t.Parallel()
		s := newStudio()
		env := newEnv(s)
		env.OnActivity("CleanUp", mock.Anything, mock.Anything).Return(refused)
		env.ExecuteWorkflow(Video, longJob())
		require.ErrorContains(t, env.GetWorkflowError(), "refused")
	})
}
