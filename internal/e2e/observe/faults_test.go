//go:build observe

package observe_test

const (
	closed    = `temporal_patterns_approvals_closed_total`
	refused   = `temporal_patterns_approvals_refused_total`
	failures  = `temporal_patterns_activity_failures_total{activity_type="Charge",retryability=`
	attempts  = `temporal_activity_execution_latency_seconds_count{activity_type="Charge"}`
	guarded   = `temporal_patterns_idempotency_total{activity_type="Charge",outcome=`
	taskFails = `temporal_workflow_task_execution_failed_total{workflow_type="Order",failure_reason=`
	requests  = `temporal_request_failure_total{status_code=`
	slots     = `temporal_worker_task_slots_available{task_queue="orders",worker_type="ActivityWorker",instance=`
	pollers   = `temporal_num_pollers{task_queue="orders",poller_type=`
	waited    = `temporal_activity_schedule_to_start_latency_seconds_bucket{task_queue="orders",le=`
	taskWaits = `temporal_workflow_task_schedule_to_start_latency_seconds_bucket{task_queue="orders",le=`
)

// healthy are series of two workers whose orders go well, one value each minute. What
// must not alarm is among them: single refusals, failures that a retry mends.
var healthy = map[string]string{
	`up{job="orders",instance="a"}`:                              "1x60",
	`up{job="orders",instance="b"}`:                              "1x60",
	`temporal_patterns_approvals_waiting`:                        "7x60",
	`temporal_patterns_approvals_overdue`:                        "0x60",
	closed + `{state="approved"}`:                                "0+1x60",
	closed + `{state="expired"}`:                                 "0x29 1x31",
	refused + `{reason="NotEligible"}`:                           "0+0.2x60",
	refused + `{reason="Duplicate"}`:                             "0+5x60",
	`temporal_patterns_notices_undelivered_total{message="due"}`: "3x60",
	`temporal_patterns_dead_letters_total{message="item"}`:       "2x60",
	`temporal_patterns_leftovers_total{message="item"}`:          "2x60",
	attempts:                            "0+10x60",
	failures + `"retryable"}`:           "0+2x60",
	failures + `"non_retryable"}`:       "0+0.2x60",
	guarded + `"started"}`:              "0+10x60",
	guarded + `"replayed"}`:             "0+1x60",
	guarded + `"in_progress"}`:          "0+1x60",
	guarded + `"needs_review"}`:         "1x60",
	guarded + `"store_unavailable"}`:    "0x29 1x31",
	taskFails + `"WorkflowError"}`:      "2x60",
	requests + `"NOT_FOUND"}`:           "0+20x60",
	requests + `"UNAVAILABLE"}`:         "0+0.2x60",
	`temporal_request_total`:            "0+60x60",
	slots + `"a"}`:                      "0x60",
	slots + `"b"}`:                      "900x60",
	pollers + `"activity_task"}`:        "2x60",
	pollers + `"workflow_task"}`:        "2x60",
	pollers + `"workflow_sticky_task"}`: "0x60",
	waited + `"1"}`:                     "0+10x60",
	waited + `"5"}`:                     "0+10x60",
	waited + `"10"}`:                    "0+10x60",
	waited + `"+Inf"}`:                  "0+10x60",
	taskWaits + `"1"}`:                  "0+10x60",
	taskWaits + `"5"}`:                  "0+10x60",
	taskWaits + `"10"}`:                 "0+10x60",
	taskWaits + `"+Inf"}`:               "0+10x60",
}

// faults are the series that differ from the healthy ones; an empty one is not there.
// The alert fires at the minute, 42 unless another is set.
var faults = []struct {
	name, alert string
	minute      int
	series      map[string]string
}{
	{name: "deadlines pass without a worker", alert: "ApprovalsOverdue", series: map[string]string{
		`temporal_patterns_approvals_overdue`: "0x29 3x31",
	}},
	{name: "people do not decide", alert: "ApprovalsExpire", minute: 55, series: map[string]string{
		closed + `{state="expired"}`: "0x29 0+1x31", closed + `{state="approved"}`: "0+1x30 30x30",
	}},
	{name: "a stranger votes", alert: "ApprovalVotesRefused", series: map[string]string{
		refused + `{reason="NotEligible"}`: "0x29 0+5x31",
	}},
	{name: "one notice is given up, the first of its kind", alert: "ApprovalNoticesUndelivered", series: map[string]string{
		`temporal_patterns_notices_undelivered_total{message="asked"}`: "_x29 1x31",
	}},
	{name: "one notice is given up, and others before", alert: "ApprovalNoticesUndelivered", series: map[string]string{
		`temporal_patterns_notices_undelivered_total{message="due"}`: "3x29 4x31",
	}},
	{name: "one signal cannot be decoded", alert: "DeadLetters", series: map[string]string{
		`temporal_patterns_dead_letters_total{message="vote"}`: "_x29 1x31",
	}},
	{name: "one run ends with a message", alert: "MessagesLeftOver", series: map[string]string{
		`temporal_patterns_leftovers_total{message="item"}`: "2x29 3x31",
	}},
	{name: "a right is missing", alert: "ActivitiesGiveUp", series: map[string]string{
		failures + `"non_retryable"}`: "0x29 0+9x31",
	}},
	{name: "a service is away", alert: "ActivitiesKeepFailing", minute: 58, series: map[string]string{
		failures + `"retryable"}`: "0x29 0+9x31",
	}},
	{name: "a worker is killed in an effect", alert: "IdempotencyNeedsReview", series: map[string]string{
		guarded + `"needs_review"}`: "1x29 2x31",
	}},
	{name: "the store does not answer", alert: "IdempotencyStoreFails", series: map[string]string{
		guarded + `"store_unavailable"}`: "0x29 0+3x31",
	}},
	{name: "the store does not keep results", alert: "IdempotencyStoreFails", series: map[string]string{
		guarded + `"not_recorded"}`: "_x29 1+3x31",
	}},
	{name: "an attempt is taken over", alert: "IdempotencyLeaseLost", series: map[string]string{guarded + `"lease_lost"}`: "_x29 1x31"}},
	{name: "a key is used for two requests", alert: "IdempotencyMisused", series: map[string]string{guarded + `"mismatch"}`: "_x29 1x31"}},
	{name: "a worker is down", alert: "WorkerDown", series: map[string]string{`up{job="orders",instance="a"}`: "1x29 0x31"}},
	{name: "no worker is known", alert: "WorkerDown", series: map[string]string{
		`up{job="orders",instance="a"}`: "1x29 _x31", `up{job="orders",instance="b"}`: "1x29 _x31",
	}},
	{name: "a worker has stopped in its process", alert: "WorkerDoesNotPoll", series: map[string]string{
		pollers + `"activity_task"}`: "2x29 0x31", pollers + `"workflow_task"}`: "2x29 0x31",
	}},
	{name: "a workflow panics once", alert: "WorkflowTasksFail", minute: 37, series: map[string]string{
		taskFails + `"WorkflowError"}`: "2x29 3x31",
	}},
	{name: "a deployment changes a workflow", alert: "WorkflowNotDeterministic", minute: 37, series: map[string]string{
		taskFails + `"NonDeterminismError"}`: "_x29 1x31",
	}},
	{name: "activities hang on all workers", alert: "TaskSlotsExhausted", series: map[string]string{
		slots + `"b"}`: "900x29 0x31", pollers + `"activity_task"}`: "2x29 0x31",
	}},
	{name: "activities wait for a worker", alert: "TasksWaitLong", minute: 50, series: map[string]string{
		waited + `"1"}`: "0+10x30 300x30", waited + `"5"}`: "0+10x30 300x30",
	}},
	{name: "workflow tasks wait for a worker", alert: "TasksWaitLong", minute: 50, series: map[string]string{
		taskWaits + `"1"}`: "0+10x30 300x30", taskWaits + `"5"}`: "0+10x30 300x30",
	}},
	{name: "the server is away", alert: "TemporalDoesNotAnswer", series: map[string]string{requests + `"UNAVAILABLE"}`: "0x29 0+30x31"}},
}
