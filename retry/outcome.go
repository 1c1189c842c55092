package retry

import (
	"errors"
	"slices"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Exhausted reports whether an activity or a child workflow failed since its
// MaximumAttempts were used up. In the SDK's test environment, which does not
// tell why there was no further attempt, it is true for every failure that
// could be retried; list of NonRetryableErrorTypes only what [NewInterceptor]
// sees there. For workflow code.
func Exhausted(err error) bool {
	state, cause, ok := outcome(err)
	switch {
	case !ok:
		return false
	case state != enumspb.RETRY_STATE_UNSPECIFIED:
		return state == enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED
	}
	var app *temporal.ApplicationError
	return errors.As(cause, &app) && !app.NonRetryable() && !temporal.IsCanceledError(cause)
}

// DeadlineExceeded reports whether an activity or a child workflow failed since
// its time was over: ScheduleToCloseTimeout ended an attempt, or the next one
// would have begun after it. In the second case a server gives up at once, with
// the last attempt's error and no time-out in the chain. It is also true when a
// downstream asked for more time than there was, see [OverBudget]. An activity
// that no worker took in time is no such case, see [NoWorker]. For workflow code.
func DeadlineExceeded(err error) bool {
	if _, over := OverBudget(err); over {
		return true
	}
	state, _, ok := outcome(err)
	if !ok || NoWorker(err) {
		return false
	}
	return timedOut(err, enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE) || state == enumspb.RETRY_STATE_TIMEOUT
}

// OverBudget reports whether an activity failed since its downstream asked to
// wait for longer than the activity had left, and how long both were. For
// workflow code.
func OverBudget(err error) (b BudgetExceeded, ok bool) {
	if "retry."+apperr.Condition(err, "retry") != ErrTypeBudget {
		return b, false
	}
	apperr.Details(err, ErrTypeBudget, &b) // zero when a codec cannot read them
	return b, true
}

// NoWorker reports whether an activity failed since no worker took it within
// its ScheduleToStartTimeout. For workflow code.
func NoWorker(err error) bool { return timedOut(err, enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START) }

func timedOut(err error, kind enumspb.TimeoutType) bool {
	var timeout *temporal.TimeoutError
	return errors.As(err, &timeout) && timeout.TimeoutType() == kind
}

// IsNonRetryable reports whether an activity or a child workflow failed with an
// error that p does not retry: it is marked so, its type is listed in p, or it
// is a time-out that is. Cancellation is none, nor is what [DeadlineExceeded]
// knows. For workflow code.
func IsNonRetryable(err error, p temporal.RetryPolicy) bool {
	state, cause, ok := outcome(err)
	if _, over := OverBudget(err); !ok || over || temporal.IsCanceledError(err) {
		return false
	}
	if state == enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE && !DeadlineExceeded(err) && !NoWorker(err) {
		return true
	}
	var (
		app     *temporal.ApplicationError
		timeout *temporal.TimeoutError
	)
	switch {
	case errors.As(cause, &timeout):
		return slices.Contains(p.NonRetryableErrorTypes, timeoutPrefix+timeout.TimeoutType().String())
	case errors.As(cause, &app):
		return app.NonRetryable() || slices.Contains(p.NonRetryableErrorTypes, app.Type())
	}
	return false
}

// LastFailure is the error of the last attempt: what the activity or the child
// workflow returned, or the time-out that ended it. It is err itself when that
// comes from neither. For workflow code.
func LastFailure(err error) error {
	if _, cause, ok := outcome(err); ok && cause != nil {
		return cause
	}
	return err
}

// Surface makes of the error of an activity or a child workflow what a workflow
// returns when its own RetryPolicy, or its parent's, is to judge that error: an
// application error at the top with its type, details and whether it can be
// retried. As it is, the error of an activity counts as retryable whatever it
// wraps. Cancellation, time-outs and other errors stay as they are. For
// workflow code.
func Surface(err error) error {
	_, cause, ok := outcome(err)
	var app *temporal.ApplicationError
	if !ok || temporal.IsCanceledError(err) || !errors.As(cause, &app) {
		return err
	}
	return failure.Rewrap(err, app)
}

// outcome is why there was no further attempt, and the last one's error; ok is
// false for errors of neither activities nor child workflows.
func outcome(err error) (state enumspb.RetryState, cause error, ok bool) {
	var (
		act   *temporal.ActivityError
		child *temporal.ChildWorkflowExecutionError
	)
	switch {
	case errors.As(err, &act):
		return act.RetryState(), act.Unwrap(), true
	case errors.As(err, &child):
		return child.RetryState(), child.Unwrap(), true
	}
	return 0, nil, false
}
