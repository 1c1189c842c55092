package retry_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/temporal"

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
	return &failurepb.Failure{
		Message:     "c",
		FailureInfo: &failurepb.Failure_CanceledFailureInfo{CanceledFailureInfo: &failurepb.CanceledFailureInfo{}},
	}
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
		Message: "child error",
		Cause:   cause,
		FailureInfo: &failurepb.Failure_ChildWorkflowExecutionFailureInfo{
			ChildWorkflowExecutionFailureInfo: &failurepb.ChildWorkflowExecutionFailureInfo{
				RetryState: state, WorkflowExecution: &commonpb.WorkflowExecution{}, WorkflowType: &commonpb.WorkflowType{},
			},
		},
	})
}

// reason returns the reason of err, empty for none.
func reason(err error) retry.Reason {
	r, _ := retry.ReasonOf(err)
	return r
}

func TestReasonOf(t *testing.T) {
	t.Parallel()
	const (
		unknown = enumspb.RETRY_STATE_UNSPECIFIED
		maximum = enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED
		timeout = enumspb.RETRY_STATE_TIMEOUT
		final   = enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE
		cancel  = enumspb.RETRY_STATE_CANCEL_REQUESTED
	)
	var (
		app, listed     = appFailure("Busy", false), appFailure("Listed", false)
		startToClose    = timeoutFailure(enumspb.TIMEOUT_TYPE_START_TO_CLOSE)
		scheduleToClose = timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE)
		scheduleToStart = timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START)
		heartbeat       = timeoutFailure(enumspb.TIMEOUT_TYPE_HEARTBEAT)
	)
	policy := retry.Remote()
	policy.NonRetryableErrorTypes = []string{"Listed", "TemporalTimeout:StartToClose"}
	for name, c := range map[string]struct {
		state enumspb.RetryState
		cause *failurepb.Failure
		want  retry.Reason
	}{
		"all attempts failed":                     {state: maximum, cause: app, want: retry.ReasonMaxAttempts},
		"all attempts timed out":                  {state: maximum, cause: startToClose, want: retry.ReasonMaxAttempts},
		"the server gave up early":                {state: timeout, cause: app, want: retry.ReasonDeadline},
		"ScheduleToClose":                         {state: timeout, cause: scheduleToClose, want: retry.ReasonDeadline},
		"ScheduleToClose of a server before 1.29": {state: final, cause: scheduleToClose, want: retry.ReasonDeadline},
		"ScheduleToStart":                         {state: timeout, cause: scheduleToStart, want: retry.ReasonNoWorker},
		"ScheduleToStart of a server before 1.29": {state: final, cause: scheduleToStart, want: retry.ReasonNoWorker},
		"a non-retryable error":                   {state: final, cause: appFailure("Busy", true), want: retry.ReasonNonRetryable},
		"a wait that does not fit": {
			state: final, cause: appFailure("retry.BudgetExceeded", true),
			want: retry.ReasonBudgetExceeded,
		},
		"a short circuit in the last attempt": {
			state: maximum, cause: appFailure("retry.ShortCircuited", false),
			want: retry.ReasonMaxAttempts,
		},
		"a listed type":                               {state: final, cause: listed, want: retry.ReasonNonRetryable},
		"a listed timeout":                            {state: final, cause: startToClose, want: retry.ReasonNonRetryable},
		"a canceled activity":                         {state: cancel, cause: canceledFailure()},
		"no state and a retryable error":              {state: unknown, cause: app, want: retry.ReasonMaxAttempts},
		"no state and a non-retryable error":          {state: unknown, cause: appFailure("Busy", true), want: retry.ReasonNonRetryable},
		"no state and a heartbeat":                    {state: unknown, cause: heartbeat},
		"no state and an error around a cancellation": {state: unknown, cause: below(app, canceledFailure())},
		"no state and a cancellation":                 {state: unknown, cause: canceledFailure()},
		"a non-retryable error around a cancellation": {state: final, cause: below(appFailure("Busy", true), canceledFailure())},
	} {
		for side, make := range map[string]func(enumspb.RetryState, *failurepb.Failure) error{"activity": ofActivity, "child": ofChild} {
			err := make(c.state, c.cause)
			for _, err := range []error{err, fmt.Errorf("while: %w", err), errors.Join(errors.New("x"), err)} {
				require.Equal(t, c.want, reason(err), "%s, %s", name, side)
				got, _ := retry.ReasonUnder(policy, err)
				require.Equal(t, c.want, got, "%s, %s, with the policy", name, side)
			}
		}
	}
	_, ok := retry.ReasonOf(errors.New("x"))
	require.False(t, ok)
	_, ok = retry.ReasonOf(nil)
	require.False(t, ok)
	require.EqualError(t, retry.ReasonMaxAttempts, "retry.MaxAttempts")
}

// A child workflow without a retry policy fails with its activity's error: the parent
// and a client find the same reason as the child, however the child returned it.
func TestReasonIsTheSameInWorkflowParentAndClient(t *testing.T) {
	t.Parallel()
	for want, err := range map[retry.Reason]error{
		retry.ReasonMaxAttempts:    ofActivity(enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, appFailure("Busy", false)),
		retry.ReasonDeadline:       ofActivity(enumspb.RETRY_STATE_TIMEOUT, appFailure("Busy", false)),
		retry.ReasonNoWorker:       ofActivity(enumspb.RETRY_STATE_TIMEOUT, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START)),
		retry.ReasonNonRetryable:   ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("Declined", true)),
		retry.ReasonBudgetExceeded: ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("retry.BudgetExceeded", true)),
	} {
		require.Equal(t, want, reason(err))
		for how, returned := range map[string]error{
			"as it is": err, "wrapped": fmt.Errorf("charging: %w", err),
			"propagated": retry.Propagate(err), "wrapped and propagated": retry.Propagate(fmt.Errorf("charging: %w", err)),
		} {
			require.Equal(t, want, reason(returned), "%s, in the workflow", how)
			sent := temporal.GetDefaultFailureConverter().ErrorToFailure(returned)
			require.Equal(t, want, reason(temporal.GetDefaultFailureConverter().FailureToError(sent)), "%s, in a client", how)
			parent := ofChild(enumspb.RETRY_STATE_RETRY_POLICY_NOT_SET, sent)
			require.Equal(t, want, reason(parent), "%s, in the parent", how)
			require.Equal(t, want, reason(retry.Propagate(parent)), "%s, propagated by the parent", how)
		}
	}
}

// A workflow that fails with an application error of its own has handled its
// activity's error, which says nothing more.
func TestReasonStopsAtAnApplicationErrorOfTheWorkflow(t *testing.T) {
	t.Parallel()
	exhausted := ofActivity(enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, appFailure("Busy", false))
	rejected := temporal.NewApplicationErrorWithCause("rejected", "Rejected", exhausted)
	final := temporal.NewNonRetryableApplicationError("rejected", "Rejected", exhausted)
	for want, own := range map[retry.Reason]error{"": rejected, retry.ReasonNonRetryable: final} {
		sent := temporal.GetDefaultFailureConverter().ErrorToFailure(own)
		require.Equal(t, want, reason(own))
		require.Equal(t, want, reason(ofChild(enumspb.RETRY_STATE_RETRY_POLICY_NOT_SET, sent)))
	}
}
