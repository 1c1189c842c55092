package retry_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
)

// runs is how often a job is run until the worker has got all of its attempts.
const runs = 3

// end waits for the result of the workflow. A server under load can count an attempt
// that no worker gets: it writes that the attempt has begun, and its answer is lost
// with a request that is canceled or takes too long. The attempt ends as its
// StartToClose does. What a job with such an attempt has seen says nothing about
// package retry, so it is run again.
func (j *job) end() Seen {
	j.t.Helper()
	for range runs {
		seen := j.seen()
		counted := counted(j.t, j.GetID(), j.GetRunID())
		if j.attempts() >= counted {
			return seen
		}
		j.t.Logf("%s is run again: the server has counted %d attempts, and %d have arrived", j.GetID(), counted, j.attempts())
		j.mu.Lock()
		j.began, j.waits, j.after = nil, nil, nil
		j.mu.Unlock()
		j.WorkflowRun = j.again(j)
	}
	require.FailNow(j.t, "the server has lost attempts in all runs")
	return Seen{}
}

// seen waits for the result of the workflow.
func (j *job) seen() (seen Seen) {
	j.t.Helper()
	require.NoError(j.t, j.Get(j.t.Context(), &seen))
	return seen
}

// counted returns how many attempts of activities the server has counted, in all runs
// of a workflow that has ended, and of its child.
func counted(t *testing.T, id, run string) (n int) {
	t.Helper()
	for _, e := range e2etest.History(t, server, id, run) {
		n += int(e.GetActivityTaskStartedEventAttributes().GetAttempt())
		if next := e.GetWorkflowExecutionFailedEventAttributes().GetNewExecutionRunId(); next != "" {
			n += counted(t, id, next)
		}
		if c := e.GetChildWorkflowExecutionStartedEventAttributes().GetWorkflowExecution(); c != nil {
			n += counted(t, c.GetWorkflowId(), c.GetRunId())
		}
	}
	return n
}
