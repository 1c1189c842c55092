package retry_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/retry"
)

// bigNumber is one that no float64 has.
const bigNumber = "9007199254740993"

func appFailure(typ string, final bool) *failurepb.Failure {
	return &failurepb.Failure{Message: "m", FailureInfo: &failurepb.Failure_ApplicationFailureInfo{
		ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: typ, NonRetryable: final, Details: &commonpb.Payloads{
			Payloads: []*commonpb.Payload{{Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: []byte(bigNumber)}},
		}},
	}}
}

func below(outer, cause *failurepb.Failure) *failurepb.Failure {
	return &failurepb.Failure{Message: outer.GetMessage(), FailureInfo: outer.GetFailureInfo(), Cause: cause}
}

func timeoutFailure(kind enumspb.TimeoutType) *failurepb.Failure {
	return &failurepb.Failure{Message: "t", FailureInfo: &failurepb.Failure_TimeoutFailureInfo{
		TimeoutFailureInfo: &failurepb.TimeoutFailureInfo{TimeoutType: kind},
	}}
}

func canceledFailure() *failurepb.Failure {
	return &failurepb.Failure{Message: "c", FailureInfo: &failurepb.Failure_CanceledFailureInfo{CanceledFailureInfo: &failurepb.CanceledFailureInfo{}}}
}

// ofActivity and ofChild are what a workflow gets, as a server writes it.
func ofActivity(state enumspb.RetryState, cause *failurepb.Failure) error {
	return temporal.GetDefaultFailureConverter().FailureToError(&failurepb.Failure{
		Message: "activity error", Cause: cause,
		FailureInfo: &failurepb.Failure_ActivityFailureInfo{ActivityFailureInfo: &failurepb.ActivityFailureInfo{RetryState: state}},
	})
}

func ofChild(state enumspb.RetryState, cause *failurepb.Failure) error {
	return temporal.GetDefaultFailureConverter().FailureToError(&failurepb.Failure{
		Message: "child error", Cause: cause,
		FailureInfo: &failurepb.Failure_ChildWorkflowExecutionFailureInfo{ChildWorkflowExecutionFailureInfo: &failurepb.ChildWorkflowExecutionFailureInfo{
			RetryState: state, WorkflowExecution: &commonpb.WorkflowExecution{}, WorkflowType: &commonpb.WorkflowType{},
		}},
	})
}

// Why there was no further attempt.
func TestOutcomes(t *testing.T) {
	t.Parallel()
	const (
		untold  = enumspb.RETRY_STATE_UNSPECIFIED
		maximum = enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED
		timeout = enumspb.RETRY_STATE_TIMEOUT
		final   = enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE
		cancel  = enumspb.RETRY_STATE_CANCEL_REQUESTED
	)
	app, listed := appFailure("Busy", false), appFailure("Listed", false)
	policy := retry.Remote()
	policy.NonRetryableErrorTypes = []string{"Listed", "TemporalTimeout:StartToClose"}
	type answers struct{ exhausted, deadline, noWorker, final bool }
	for name, c := range map[string]struct {
		state enumspb.RetryState
		cause *failurepb.Failure
		want  answers
	}{
		"all attempts used":                     {maximum, app, answers{exhausted: true}},
		"all attempts used by time-outs":        {maximum, timeoutFailure(enumspb.TIMEOUT_TYPE_START_TO_CLOSE), answers{exhausted: true}},
		"the server gave up early":              {timeout, app, answers{deadline: true}},
		"ScheduleToClose ended it":              {timeout, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE), answers{deadline: true}},
		"the same of a server before 1.29":      {final, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE), answers{deadline: true}},
		"no worker took it":                     {timeout, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START), answers{noWorker: true}},
		"the same of a server before 1.29, too": {final, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START), answers{noWorker: true}},
		"a final error":                         {final, appFailure("Busy", true), answers{final: true}},
		"a downstream that asks for more time":  {final, appFailure(retry.ErrTypeBudget, true), answers{deadline: true}},
		"a listed error":                        {final, listed, answers{final: true}},
		"a listed time-out":                     {final, timeoutFailure(enumspb.TIMEOUT_TYPE_START_TO_CLOSE), answers{final: true}},
		"canceled":                              {cancel, canceledFailure(), answers{}},
		"not told, a retryable error":           {untold, app, answers{exhausted: true}},
		"not told, a final one":                 {untold, appFailure("Busy", true), answers{final: true}},
		"not told, a heartbeat":                 {untold, timeoutFailure(enumspb.TIMEOUT_TYPE_HEARTBEAT), answers{}},
		"not told, canceled below":              {untold, below(app, canceledFailure()), answers{}},
		"not told, canceled":                    {untold, canceledFailure(), answers{}},
	} {
		for side, make := range map[string]func(enumspb.RetryState, *failurepb.Failure) error{"activity": ofActivity, "child": ofChild} {
			err := make(c.state, c.cause)
			for _, err := range []error{err, fmt.Errorf("while: %w", err)} {
				got := answers{retry.Exhausted(err), retry.DeadlineExceeded(err), retry.NoWorker(err), retry.IsNonRetryable(err, policy)}
				require.Equal(t, c.want, got, "%s, %s", name, side)
			}
		}
	}
	other := errors.New("x")
	require.False(t, retry.Exhausted(other) || retry.DeadlineExceeded(other) || retry.NoWorker(other) || retry.IsNonRetryable(other, policy))
	require.Same(t, other, retry.LastFailure(other))
	var busy *temporal.ApplicationError
	require.ErrorAs(t, retry.LastFailure(ofActivity(maximum, app)), &busy)
	require.Equal(t, "Busy", busy.Type())
}

func TestSurface(t *testing.T) {
	t.Parallel()
	err := ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("NoSuchCard", true))
	surfaced := retry.Propagate(fmt.Errorf("charging: %w", err))
	wire := temporal.GetDefaultFailureConverter().ErrorToFailure(surfaced)
	info := wire.GetApplicationFailureInfo()
	require.Equal(t, "NoSuchCard", info.GetType(), "at the top, where a retry policy looks")
	require.True(t, info.GetNonRetryable())
	require.Equal(t, []byte(bigNumber), info.GetDetails().GetPayloads()[0].GetData())
	require.Contains(t, wire.GetMessage(), "charging: ")
	require.ErrorIs(t, surfaced, err, "nothing is cut off")

	for _, err := range []error{
		nil, errors.New("x"), temporal.NewCanceledError(), appError(),
		ofActivity(enumspb.RETRY_STATE_TIMEOUT, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE)),
		ofActivity(enumspb.RETRY_STATE_CANCEL_REQUESTED, canceledFailure()),
		ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, below(appFailure("X", true), canceledFailure())),
	} {
		require.Equal(t, err, retry.Propagate(err))
	}
}

func appError() error { return temporal.NewApplicationError("x", "X") }

// The test environment does not tell why there was no further attempt.
func TestOutcomesInTheTestEnvironment(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"exhausted": errors.New("x"),
		"final":     fmt.Errorf("w: %w", temporal.NewNonRetryableApplicationError("x", "X", nil)),
	} {
		env := testenv.New(retry.NewInterceptor(retry.InterceptorOptions{}))
		failing := func() error { return err }
		env.RegisterActivity(failing)
		env.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
			ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute, RetryPolicy: new(retry.Transient())})
			err := workflow.ExecuteActivity(ctx, failing).Get(ctx, nil)
			return fmt.Sprint(retry.Exhausted(err), retry.IsNonRetryable(err, retry.Transient())), nil
		})
		var got string
		require.NoError(t, env.GetWorkflowResult(&got))
		require.Equal(t, map[string]string{"exhausted": "true false", "final": "false true"}[want], got)
	}
}
