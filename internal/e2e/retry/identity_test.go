package retry_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/internal/e2e/e2etest"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

type cardDeclined struct{ code string }

func (e *cardDeclined) Error() string { return "card declined: " + e.code }

// ownFailures is a failure converter that a team has already: it knows its errors
// by their types.
type ownFailures struct{ converter.FailureConverter }

func (o ownFailures) ErrorToFailure(err error) *failurepb.Failure {
	var declined *cardDeclined
	if errors.As(err, &declined) {
		return o.FailureConverter.ErrorToFailure(temporal.NewNonRetryableApplicationError(declined.Error(), "CardDeclined", nil, declined.code))
	}
	return o.FailureConverter.ErrorToFailure(err)
}

// A failure converter finds the errors that it knows, whatever the interceptor
// does: the card is charged once.
func TestFailureConverterFindsItsErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options retry.InterceptorOptions
		err     error
	}{
		"as it is": {retry.InterceptorOptions{}, &cardDeclined{"51"}},
		"wrapped":  {retry.InterceptorOptions{}, fmt.Errorf("charging: %w", &cardDeclined{"51"})},
		"a join":   {retry.InterceptorOptions{}, errors.Join(errors.New("x"), &cardDeclined{"51"})},
		"a mark":   {retry.InterceptorOptions{}, retry.After(&cardDeclined{"51"}, time.Second)},
		"a jitter": {retry.InterceptorOptions{Jitter: retry.JitterEqual}, fmt.Errorf("charging: %w", &cardDeclined{"51"})},
		"an answer": {retry.InterceptorOptions{Classify: classify.Default}, errors.Join(&classify.ResponseError{StatusCode: 503},
			&cardDeclined{"51"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			own, err := client.NewClientFromExisting(server, client.Options{FailureConverter: ownFailures{temporal.GetDefaultFailureConverter()}})
			require.NoError(t, err)
			queue := e2etest.ID(t)
			w := worker.New(own, queue, worker.Options{Interceptors: []interceptor.WorkerInterceptor{retry.NewInterceptor(c.options)}})
			w.RegisterActivity(Act)
			w.RegisterWorkflow(Once)
			require.NoError(t, w.Start())
			t.Cleanup(w.Stop)
			j := start(t, queue, func(context.Context, *job, int32) error { return c.err }, Once,
				Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 3)})
			seen := j.end()
			require.Equal(t, "CardDeclined", seen.Last)
			require.Equal(t, 1, j.attempts())
		})
	}
}

// An activity that waits for another workflow and returns its error is retried as
// its own policy says, whatever that workflow was told to wait, or gave up.
func TestAnotherExecutionSaysNothing(t *testing.T) {
	t.Parallel()
	queue := startWorker(t, retry.InterceptorOptions{})
	for name, theirs := range map[string]error{
		"a delay": retry.After(errors.New("busy"), time.Minute),
		"final":   temporal.NewNonRetryableApplicationError("no such card", "NoSuchCard", nil),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := start(t, queue, func(ctx context.Context, j *job, n int32) error {
				o := client.StartWorkflowOptions{ID: fmt.Sprint(e2etest.ID(t), "-theirs-", n), TaskQueue: queue}
				jobs.Store(o.ID, &job{t: t, body: func(context.Context, *job, int32) error { return theirs }})
				run, err := server.ExecuteWorkflow(ctx, o, Order, Call{StartToClose: time.Minute, Policy: retry.NoRetry()}, "")
				if err != nil {
					return err
				}
				return fmt.Errorf("running the other workflow: %w", run.Get(ctx, nil))
			}, Once, Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 3)})
			seen := j.end()
			require.Equal(t, 3, j.attempts())
			require.Equal(t, "wrapError", seen.Last)
		})
	}
}
