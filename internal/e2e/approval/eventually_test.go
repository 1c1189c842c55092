package approval_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// eventually asks until it is so. The last error is part of the message: the
// question runs in a goroutine of its own, which cannot end the test.
func eventually(t *testing.T, ask func(context.Context) (bool, error)) {
	t.Helper()
	var last reason
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		so, err := ask(ctx)
		last.set(err)
		return so && err == nil
	}, time.Minute, 50*time.Millisecond, "the last error: %v", &last)
}

// A reason is why it is not so yet. It is read when the time is over.
type reason struct {
	mu  sync.Mutex
	err error
}

func (r *reason) set(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *reason) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprint(r.err)
}

// answer asks until there is an answer. The server may hand the question to a
// worker that was just killed, and notices that only after a while.
func answer[T any](t *testing.T, ask func(context.Context) (T, error)) (got T) {
	t.Helper()
	eventually(t, func(ctx context.Context) (_ bool, err error) {
		got, err = ask(ctx)
		return true, err
	})
	return got
}

// requireStuck says that the workflow task of a run fails again and again.
func requireStuck(t *testing.T, run client.WorkflowRun) {
	t.Helper()
	eventually(t, func(ctx context.Context) (bool, error) {
		d, err := temporal.DescribeWorkflowExecution(ctx, run.GetID(), run.GetRunID())
		if err == nil && d.GetWorkflowExecutionInfo().GetStatus() != enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING {
			err = errors.New("the run has ended")
		}
		return d.GetPendingWorkflowTask().GetAttempt() >= 3, err
	})
}
