package retry_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// A body is what an activity does in one attempt. It gets its job, since it may
// begin before the test that has started the job has it.
type body func(ctx context.Context, j *job, attempt int32) error

// A job is a run whose activity does what its test wants.
type job struct {
	client.WorkflowRun

	t    *testing.T
	body body

	again func(*job) client.WorkflowRun // starts the workflow once more, with another ID

	mu    sync.Mutex
	last  int32           // the number of the last attempt
	began []time.Time     // the attempts, by the clock of this process
	waits []time.Duration // between them, by the server's own account
	after []*failurepb.Failure
}

// jobs finds the job of an activity by its workflow ID.
var jobs sync.Map

// Act is the activity of all jobs.
func Act(ctx context.Context) error {
	info := activity.GetInfo(ctx)
	found, ok := jobs.Load(strings.TrimSuffix(info.WorkflowExecution.ID, child))
	if !ok {
		return temporal.NewNonRetryableApplicationError("the test is over", "NoJob", nil)
	}
	j := found.(*job)
	j.mu.Lock()
	j.began, j.last = append(j.began, time.Now()), info.Attempt
	j.mu.Unlock()
	return j.body(ctx, j, info.Attempt)
}

// start starts a workflow with a body for its activities. The test's end is its
// end too.
func start(t *testing.T, queue string, do body, workflow any, args ...any) *job {
	t.Helper()
	return startWith(t, client.StartWorkflowOptions{TaskQueue: queue}, do, workflow, args...)
}

func startWith(t *testing.T, o client.StartWorkflowOptions, do body, workflow any, args ...any) *job {
	t.Helper()
	o.ID = e2etest.ID(t) + "-on-" + o.TaskQueue
	j := &job{t: t, body: do}
	j.again = func(j *job) client.WorkflowRun {
		jobs.Store(o.ID, j)
		run, err := server.ExecuteWorkflow(t.Context(), o, workflow, args...)
		o.ID += "-again"
		require.NoError(t, err)
		t.Cleanup(func() {
			_ = server.TerminateWorkflow(context.Background(), run.GetID(), "", "the test is over") // most have ended
		})
		return run
	}
	j.WorkflowRun = j.again(j)
	return j
}

// attempts is how often the activity has begun.
func (j *job) attempts() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.began)
}

// gap is the real time between the beginnings of an attempt, from 1, and the next.
func (j *job) gap(attempt int) time.Duration {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.began[attempt].Sub(j.began[attempt-1])
}

// pending asks the server about the activity of a run; it is nil when there is
// none. A call that fails is made again while there is time: without an answer,
// watch would note a wait of nothing.
func pending(ctx context.Context, workflowID string) *workflowpb.PendingActivityInfo {
	for {
		d, err := server.DescribeWorkflowExecution(ctx, workflowID, "")
		if all := d.GetPendingActivities(); len(all) > 0 {
			return all[0]
		}
		var none *serviceerror.NotFound
		if err == nil || errors.As(err, &none) || ctx.Err() != nil {
			return nil
		}
	}
}

// watch keeps what the server tells, in each attempt, of the one before: when it
// ended, for when it has planned this one, and its failure. Nothing is missed
// in this way, as it may be by asking now and then.
func (j *job) watch(ctx context.Context) {
	info := activity.GetInfo(ctx)
	if info.Attempt == 1 {
		return
	}
	p := pending(ctx, info.WorkflowExecution.ID)
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waits = append(j.waits, p.GetScheduledTime().AsTime().Sub(p.GetLastAttemptCompleteTime().AsTime()))
	j.after = append(j.after, p.GetLastFailure())
}

// waiting waits until the server has planned the wait after that attempt, and
// returns what it tells of it.
func (j *job) waiting(attempt int32) *workflowpb.PendingActivityInfo {
	j.t.Helper()
	var p *workflowpb.PendingActivityInfo
	require.Eventually(j.t, func() bool {
		p = pending(j.t.Context(), j.GetID())
		return p.GetAttempt() == attempt+1 && p.GetNextAttemptScheduleTime() != nil
	}, 2*time.Minute, 20*time.Millisecond)
	return p
}

// types are those of the failures that watch has seen.
func (j *job) types() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var all []string
	for _, f := range j.after {
		all = append(all, f.GetApplicationFailureInfo().GetType())
	}
	return all
}
