package failure_test

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

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

func decoded(f *failurepb.Failure) error {
	return temporal.GetDefaultFailureConverter().FailureToError(f)
}

func encoded(err error) *failurepb.Failure {
	return temporal.GetDefaultFailureConverter().ErrorToFailure(err)
}

func activityError(cause error) error {
	return decoded(&failurepb.Failure{
		Message: "activity error", Cause: encoded(cause),
		FailureInfo: &failurepb.Failure_ActivityFailureInfo{ActivityFailureInfo: &failurepb.ActivityFailureInfo{ActivityId: "5"}},
	})
}

func childError(cause error) error {
	return decoded(&failurepb.Failure{
		Message: "child workflow execution error",
		Cause:   encoded(cause),
		FailureInfo: &failurepb.Failure_ChildWorkflowExecutionFailureInfo{
			ChildWorkflowExecutionFailureInfo: &failurepb.ChildWorkflowExecutionFailureInfo{
				WorkflowExecution: &commonpb.WorkflowExecution{}, WorkflowType: &commonpb.WorkflowType{},
			},
		},
	})
}

func nexusError(cause error) error {
	return decoded(&failurepb.Failure{
		Message: "nexus operation completed unsuccessfully",
		Cause:   encoded(cause),
		FailureInfo: &failurepb.Failure_NexusOperationExecutionFailureInfo{
			NexusOperationExecutionFailureInfo: &failurepb.NexusOperationFailureInfo{},
		},
	})
}

// What another execution waits for, gives up or expects is not said of this one.
func TestAnotherExecutionSaysNothing(t *testing.T) {
	t.Parallel()
	theirs := temporal.NewApplicationErrorWithOptions("card stolen", "Stolen", temporal.ApplicationErrorOptions{
		NonRetryable: true, NextRetryDelay: time.Minute, Category: temporal.ApplicationErrorCategoryBenign, Details: []any{7},
	})
	for name, err := range map[string]error{
		"an activity":                    activityError(theirs),
		"a child workflow":               childError(theirs),
		"a child workflow's activity":    childError(activityError(theirs)),
		"a Nexus operation":              nexusError(theirs),
		"a timeout after a failure":      temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE, theirs),
		"an update, or its own activity": remote(theirs),
		"a timeout that arrived":         remote(temporal.NewTimeoutError(enumspb.TIMEOUT_TYPE_HEARTBEAT, theirs)),
		"a server that gives up": decoded(&failurepb.Failure{
			FailureInfo: &failurepb.Failure_ServerFailureInfo{ServerFailureInfo: &failurepb.ServerFailureInfo{NonRetryable: true}},
		}),
		"a termination":                   decoded(&failurepb.Failure{FailureInfo: &failurepb.Failure_TerminatedFailureInfo{}}),
		"an activity that a server reset": remote(activityError(theirs)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{fmt.Errorf("running the other: %w", err), errors.Join(err, errors.New("x"))} {
				for _, classify := range []failure.Classifier{nil, unknown} {
					l, ok := failure.Analyze(t.Context(), err, nil, classify)
					require.True(t, ok)
					require.Equal(t, failure.SourceNone, l.Source)
					require.Zero(t, l.Delay)
					require.False(t, l.Benign)
					require.Same(t, err, l.Render(l.Delay))
				}
			}
			l, ok := failure.Analyze(t.Context(), failure.MarkRetryAfter(fmt.Errorf("w: %w", err), time.Second), nil, nil)
			require.True(t, ok)
			app, _ := l.Render(l.RetryAfter).(*temporal.ApplicationError) //nolint:errorlint // it must be the outermost
			require.Equal(t, "wrapError", app.Type(), "nor is it renamed")
			require.False(t, app.NonRetryable() || app.HasDetails() || app.Category() == temporal.ApplicationErrorCategoryBenign)
		})
	}
}

// What the SDK reads at the top stays as it is, whichever error says it.
func TestAnErrorThatArrivedIsLeftAtTheTop(t *testing.T) {
	t.Parallel()
	err := remote(temporal.NewNonRetryableApplicationError("rejected", "Rejected", nil, 7))
	l, ok := failure.Analyze(t.Context(), err, nil, unknown)
	require.True(t, ok)
	require.Same(t, err, l.Render(l.Delay))
	l, ok = failure.Analyze(t.Context(), failure.MarkBenign(err), nil, nil)
	require.True(t, ok)
	app, _ := l.Render(l.Delay).(*temporal.ApplicationError) //nolint:errorlint // it must be the outermost
	require.True(t, app.NonRetryable())
	require.Equal(t, "Rejected", app.Type())
	n := 0
	require.NoError(t, app.Details(&n))
	require.Equal(t, 7, n, "details that arrived can be read")
}

// A policy may list the name of such an error, which is this activity's own.
func TestTheNameOfAnotherExecutionsErrorMayBeListed(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("w: %w", activityError(errors.New("x")))
	l, ok := failure.Analyze(t.Context(), err, []string{"ActivityError"}, nil)
	require.True(t, ok)
	require.Equal(t, failure.SourcePolicy, l.Source)
	below := fmt.Errorf("w: %w", activityError(temporal.NewApplicationError("x", "Stolen")))
	l, ok = failure.Analyze(t.Context(), below, []string{"Stolen"}, nil)
	require.True(t, ok)
	require.Equal(t, failure.SourceNone, l.Source, "what stands below it is not")
}

// What this activity had recorded is its own, although it arrives as a message.
func TestAReplayedErrorIsOwn(t *testing.T) {
	t.Parallel()
	f := encoded(temporal.NewNonRetryableApplicationError("declined", "Declined", nil))
	f.Source = failure.ReplayedSource
	l, ok := failure.Analyze(t.Context(), fmt.Errorf("charging: %w", decoded(f)), nil, nil)
	require.True(t, ok)
	require.Equal(t, failure.NonRetryable, l.Retryability)
	require.Equal(t, "Declined", l.Type)
}
