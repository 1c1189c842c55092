//go:build observe

package observe_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
)

// A planted fault. What plant returns ends it, for a fault that the metrics forget then.
type planted struct {
	alert string
	plant func() (end func())
}

// planted returns the faults, in the order in which they are planted.
func (s *stage) planted(t *testing.T) []planted {
	t.Helper()
	return append(s.plantedOrders(t), append(s.plantedCalls(t), s.plantedWorkers(t)...)...)
}

// plantedOrders are faults of orders.
func (s *stage) plantedOrders(t *testing.T) []planted {
	t.Helper()
	return []planted{
		{alert: "ApprovalVotesRefused", plant: func() func() {
			submit(t, s.Client, "wanted", large)
			for range 30 {
				require.ErrorContains(t, s.decide(t, "ada", "wanted", policy.ChoiceApprove), "HTTP 403")
				time.Sleep(tick / 4) // Prometheus reads meanwhile: it cannot know the first ones
			}
			return nil
		}},
		{alert: "DeadLetters", plant: func() func() {
			require.NoError(t, s.decide(t, "sam", "wanted", policy.ChoiceApprove))
			reaches(t, s.Client, "wanted", orders.StateCollecting)
			require.NoError(t, s.temporal.SignalWorkflow(t.Context(), service.WorkflowID("wanted"), "", "order.item", "no item"))
			return nil
		}},
		{alert: "ApprovalNoticesUndelivered", plant: func() func() {
			s.silent.Store(true)
			submit(t, s.Client, "silence", large)
			s.until(t, "ApprovalNoticesUndelivered", func() {})
			s.silent.Store(false)
			require.NoError(t, s.decide(t, "sam", "silence", policy.ChoiceReject))
			return nil
		}},
		{alert: "ApprovalsExpire", plant: func() func() {
			for _, ids := range [][]string{{"hasty-1"}, {"hasty-2", "hasty-3", "hasty-4"}} {
				for _, id := range ids {
					submit(t, s.Client, id, large)
				}
				for _, id := range ids {
					reaches(t, s.Client, id, orders.StateRefused)
				}
			}
			return nil
		}},
		{alert: "ActivitiesGiveUp", plant: func() func() {
			for i := range 10 {
				id := fmt.Sprint(partners.PrefixNoAddress, i)
				submit(t, s.Client, id, small)
				reaches(t, s.Client, id, orders.StateCollecting)
				require.NoError(t, s.ReportItem(t.Context(), id, "item"))
				reaches(t, s.Client, id, orders.StateRefunded)
			}
			return nil
		}},
		{alert: "ApprovalsOverdue", plant: func() func() {
			api, stop := s.startService(t, "away")
			submit(t, api, "hasty-away", large)
			reaches(t, api, "hasty-away", orders.StateApproving)
			stop()
			return func() { s.startService(t, "away") }
		}},
	}
}

// plantedCalls are faults of activities and signals.
func (s *stage) plantedCalls(t *testing.T) []planted {
	t.Helper()
	repeat := func(alert, name string, attempts int32) planted {
		return planted{alert: alert, plant: func() func() {
			s.until(t, alert, func() {
				var all sync.WaitGroup
				for range 4 {
					all.Go(func() { s.run(t, name, 0, attempts) })
				}
				all.Wait()
			})
			return nil
		}}
	}
	return []planted{
		repeat("ActivitiesKeepFailing", "Busy", 10),
		repeat("IdempotencyNeedsReview", "Unclear", 2),
		repeat("IdempotencyStoreFails", "Away", 3),
		repeat("IdempotencyLeaseLost", "Lost", 1),
		{alert: "IdempotencyMisused", plant: func() func() {
			for range 2 {
				s.run(t, "Keyed", 0, 1) // the second one is a replay
			}
			s.run(t, "Keyed", 1, 1)
			return nil
		}},
		{alert: "MessagesLeftOver", plant: func() func() {
			r, err := s.temporal.SignalWithStartWorkflow(t.Context(), "leaves", "left", 7, client.StartWorkflowOptions{TaskQueue: queue}, "Leave")
			require.NoError(t, err)
			require.NoError(t, r.Get(t.Context(), nil))
			return nil
		}},
	}
}

// plantedWorkers are faults of workers and of the server, which does not come back.
func (s *stage) plantedWorkers(t *testing.T) []planted {
	t.Helper()
	return []planted{
		{alert: "WorkflowTasksFail", plant: func() func() {
			r := s.start(t, queue, "Panic")
			s.until(t, "WorkflowTasksFail", func() {})
			s.terminate(t, r)
			return nil
		}},
		{alert: "WorkflowNotDeterministic", plant: func() func() {
			r := s.start(t, queue, "Change")
			require.Eventually(t, func() bool { return s.waitsForTask(t, r) }, soon, tick)
			s.trouble.changed.Store(true)
			worker.PurgeStickyWorkflowCache()
			require.NoError(t, s.temporal.SignalWorkflow(t.Context(), r.GetID(), "", "go on", nil))
			s.until(t, "WorkflowNotDeterministic", func() {})
			s.terminate(t, r)
			return nil
		}},
		{alert: "TaskSlotsExhausted", plant: func() func() {
			s.start(t, narrow, "Run", "Hang", 0, int32(1))
			return func() { close(s.trouble.release) }
		}},
		{alert: "TasksWaitLong", plant: func() func() {
			s.startWorker(t, late)
			s.runOn(t, late, "Keyed", 0, 1) // Prometheus cannot know the first task
			s.stop[late]()
			waits := s.start(t, late, "Run", "Keyed", 0, 1)
			time.Sleep(6 * time.Second) // the fault is that it waits
			s.startWorker(t, late)
			require.NoError(t, waits.Get(t.Context(), nil))
			return nil
		}},
		{alert: "WorkerDoesNotPoll", plant: func() func() { s.stop[ended](); return nil }},
		{alert: "WorkerDown", plant: func() func() { s.doomed(); return nil }},
		{alert: "TemporalDoesNotAnswer", plant: func() func() {
			s.server.Kill()
			s.until(t, "TemporalDoesNotAnswer", func() { s.ask(t) })
			return nil
		}},
	}
}

// waitsForTask reports whether a workflow has completed its first task.
func (s *stage) waitsForTask(t *testing.T, r client.WorkflowRun) bool {
	t.Helper()
	d, err := s.temporal.DescribeWorkflowExecution(t.Context(), r.GetID(), "")
	require.NoError(t, err)
	return d.GetPendingWorkflowTask() == nil && d.GetWorkflowExecutionInfo().GetHistoryLength() > 3
}

// ask sends many requests that get no answer.
func (s *stage) ask(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tick)
	defer cancel()
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { _, _ = s.temporal.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{}) })
	}
	all.Wait()
}
