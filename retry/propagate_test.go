package retry_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

func appError() error { return temporal.NewApplicationError("x", "X") }

func TestPropagate(t *testing.T) {
	t.Parallel()
	err := ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, appFailure("NoSuchCard", true))
	propagated := retry.Propagate(fmt.Errorf("charging: %w", err))
	wire := temporal.GetDefaultFailureConverter().ErrorToFailure(propagated)
	info := wire.GetApplicationFailureInfo()
	require.Equal(t, "NoSuchCard", info.GetType(), "at the top, where a retry policy looks")
	require.True(t, info.GetNonRetryable())
	require.Equal(t, []byte(bigNumber), info.GetDetails().GetPayloads()[0].GetData())
	require.Contains(t, wire.GetMessage(), "charging: ")
	require.ErrorIs(t, propagated, err, "nothing is cut off")

	for _, err := range []error{
		nil, errors.New("x"), temporal.NewCanceledError(), appError(),
		ofActivity(enumspb.RETRY_STATE_TIMEOUT, timeoutFailure(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE)),
		ofActivity(enumspb.RETRY_STATE_CANCEL_REQUESTED, canceledFailure()),
		ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, below(appFailure("X", true), canceledFailure())),
	} {
		require.Equal(t, err, retry.Propagate(err))
	}
}

// The delay was for another attempt of the activity, not for the workflow.
func TestPropagateDropsTheDelay(t *testing.T) {
	t.Parallel()
	later := appFailure("Later", false)
	delayed := temporal.NewApplicationErrorWithOptions("later", "Later", temporal.ApplicationErrorOptions{NextRetryDelay: time.Hour})
	later.FailureInfo = temporal.GetDefaultFailureConverter().ErrorToFailure(delayed).FailureInfo
	propagated := retry.Propagate(ofActivity(enumspb.RETRY_STATE_TIMEOUT, later))
	var app *temporal.ApplicationError
	require.ErrorAs(t, propagated, &app)
	require.Equal(t, "Later", app.Type())
	require.Zero(t, app.NextRetryDelay())
}

// Each level adds its own text, and the text of the failure appears once.
func TestPropagateRepeatsNoText(t *testing.T) {
	t.Parallel()
	declined := appFailure("Declined", true)
	declined.Message = "card declined"
	activity := ofActivity(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, declined)
	propagated := retry.Propagate(fmt.Errorf("charging: %w", activity))
	inParent := ofChild(enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, temporal.GetDefaultFailureConverter().ErrorToFailure(propagated))
	again := retry.Propagate(fmt.Errorf("ordering: %w", inParent))
	for want, err := range map[string]error{"charging: card declined": propagated, "ordering: charging: card declined": again} {
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.Equal(t, want, app.Message())
		wire := temporal.GetDefaultFailureConverter()
		for _, err := range []error{err, wire.FailureToError(wire.ErrorToFailure(err))} {
			require.Equal(t, 1, strings.Count(err.Error(), "card declined"), "%v", err)
			var act *temporal.ActivityError
			require.ErrorAs(t, err, &act, "the activity can still be found")
		}
	}
	var child *temporal.ChildWorkflowExecutionError
	require.ErrorAs(t, again, &child)
	n := ""
	require.NoError(t, firstDetail(again, &n))
	require.Equal(t, bigNumber, n)
}

func firstDetail(err error, into *string) error {
	wire := temporal.GetDefaultFailureConverter()
	*into = string(wire.ErrorToFailure(err).GetApplicationFailureInfo().GetDetails().GetPayloads()[0].GetData())
	return nil
}
