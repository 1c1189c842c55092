package timeouts_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/timeouts/heartbeat"
)

// Resumed is what an attempt that is not the first finds when it begins.
type Resumed struct {
	Attempt   int32
	Page      int // from the details of the former attempt's last heartbeat
	Heartbeat time.Time
	Started   time.Time // both by the server's clock
	Worker    string
}

// resumed asks the server about the attempt that asks, before it has sent a
// heartbeat of its own.
func resumed(ctx context.Context) (Resumed, error) {
	info := activity.GetInfo(ctx)
	r := Resumed{Attempt: info.Attempt}
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &r.Page); err != nil {
			return r, err
		}
	}
	p := pending(ctx, activity.GetClient(ctx), info.WorkflowExecution.ID)
	r.Heartbeat, r.Started, r.Worker = p.GetLastHeartbeatTime().AsTime(), p.GetLastStartedTime().AsTime(), p.GetLastWorkerIdentity()
	return r, nil
}

// Crawl hangs in its first attempt, and counts pages. Later ones say where they
// resume.
func Crawl(ctx context.Context) (Resumed, error) {
	if activity.GetInfo(ctx).Attempt > 1 {
		return resumed(ctx)
	}
	var page atomic.Int64
	stop := heartbeat.Start(ctx, heartbeat.Options{Progress: func() any { return page.Add(1) }})
	defer stop()
	<-ctx.Done()
	return Resumed{}, ctx.Err()
}

// page is the number in the details of a heartbeat.
func page(details *commonpb.Payloads) int {
	n := 0
	_ = converter.GetDefaultDataConverter().FromPayloads(details, &n)
	return n
}

// polls waits until the server has heard of a worker of that name.
func polls(t *testing.T, queue, name string) {
	t.Helper()
	require.Eventually(t, func() bool {
		d, err := server.DescribeTaskQueue(t.Context(), queue, enumspb.TASK_QUEUE_TYPE_ACTIVITY)
		if err != nil {
			return false
		}
		for _, p := range d.GetPollers() {
			if p.GetIdentity() == name {
				return true
			}
		}
		return false
	}, time.Minute, 50*time.Millisecond)
}

// A worker dies, and another one is there: it takes over soon after the
// heartbeats stay out, where the last of them was.
func TestKilledWorker(t *testing.T) {
	t.Parallel()
	const (
		wait  = time.Second
		bound = beat + wait + 2*time.Second
		busy  = 15 * time.Second // how much a busy machine may add
	)
	crawling := func(ctx workflow.Context, queue string) (r Resumed, err error) {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			TaskQueue: queue, StartToCloseTimeout: time.Hour, HeartbeatTimeout: beat,
			RetryPolicy: &temporal.RetryPolicy{InitialInterval: wait},
		})
		return r, workflow.ExecuteActivity(ctx, "Crawl").Get(ctx, &r)
	}
	startWorker(t, server, e2etest.ID(t), worker.Options{LocalActivityWorkerOnly: true}, functions{"Workflow": crawling})
	const times = 3
	type crawl struct {
		queue string
		kill  func()
		run   client.WorkflowRun
		page  int
	}
	var crawls [times]crawl
	for i := range crawls {
		r := &crawls[i]
		r.queue = fmt.Sprintf("%s-%d", e2etest.ID(t), i)
		r.kill = e2etest.StartProcess(t, r.queue, nameEnv+"=dies").Kill
	}
	for i := range crawls {
		r := &crawls[i]
		polls(t, r.queue, "dies")
		var err error
		r.run, err = server.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: r.queue, TaskQueue: e2etest.ID(t)}, "Workflow", r.queue)
		require.NoError(t, err)
	}
	for i := range crawls {
		r := &crawls[i]
		r.page = page(eventually(t, r.run, func(p *workflowpb.PendingActivityInfo) bool {
			return page(p.GetHeartbeatDetails()) > 0
		}).GetHeartbeatDetails())
		e2etest.StartProcess(t, r.queue, nameEnv+"=lives")
	}
	for _, r := range crawls {
		polls(t, r.queue, "lives")
		r.kill()
	}
	var gaps []time.Duration
	for _, r := range crawls {
		var got Resumed
		require.NoError(t, result(t, r.run, &got))
		require.Equal(t, "lives", got.Worker)
		require.EqualValues(t, 2, got.Attempt)
		require.GreaterOrEqual(t, got.Page, r.page, "not where the last heartbeat was")
		gap := got.Started.Sub(got.Heartbeat)
		require.GreaterOrEqual(t, gap, beat, "no one was to notice before")
		gaps = append(gaps, gap)
	}
	t.Log("from the last heartbeat to the next attempt:", gaps)
	least := gaps[0]
	for _, gap := range gaps {
		require.LessOrEqual(t, gap, bound+busy)
		least = min(least, gap)
	}
	require.LessOrEqual(t, least, bound)
}
