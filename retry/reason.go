package retry

import (
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A Reason says why there was no further attempt of an activity or a child
// workflow. See [ReasonOf].
type Reason string

// The reasons.
const (
	// ReasonMaxAttempts means that MaximumAttempts of the policy were used up.
	ReasonMaxAttempts Reason = "MaxAttempts"
	// ReasonDeadline means that the time was over: ScheduleToCloseTimeout ended an
	// attempt, or the next one would have begun after it. In the second case the
	// server gives up at once, with the error of the last attempt.
	ReasonDeadline Reason = "Deadline"
	// ReasonNoWorker means that no worker took the activity within its
	// ScheduleToStartTimeout.
	ReasonNoWorker Reason = "NoWorker"
	// ReasonNonRetryable means that the failure is not retried: the error says so,
	// or the policy lists its type.
	ReasonNonRetryable Reason = "NonRetryable"
	// ReasonBudgetExceeded means that the failure asked for a longer wait than the
	// activity had time left. See [AsBudgetExceeded].
	ReasonBudgetExceeded Reason = "BudgetExceeded"
	// ReasonShortCircuited means that [InterceptorOptions].Before kept the attempt
	// from running. Such an attempt is retried, so this is the reason of
	// [LastFailure], and not of the activity's error.
	ReasonShortCircuited Reason = "ShortCircuited"
)

// Error returns the type of the application error that has the reason, such as
// "retry.BudgetExceeded".
func (r Reason) Error() string { return "retry." + string(r) }

// ReasonOf returns why an activity or a child workflow was given up. It returns
// false for other errors and for cancellation. It gives the same answer in the
// workflow, its parent and a client, if the workflow returned the error as it is,
// wrapped by fmt.Errorf, or by [Propagate]. An application error of the workflow's
// own says nothing about the activity whose error it wraps.
//
// A local activity does not report that its attempts were used up. The SDK's test
// environment reports no reason: there a failure that could be retried has
// ReasonMaxAttempts. For types that a policy lists, see [ReasonUnder].
func ReasonOf(err error) (Reason, bool) { return reasonOf(err, nil) }

// ReasonUnder returns [ReasonOf] for an activity with the policy p. It differs where
// Temporal reports no reason, in the SDK's test environment and for local
// activities: a failure whose type p lists has ReasonNonRetryable.
func ReasonUnder(p temporal.RetryPolicy, err error) (Reason, bool) {
	return reasonOf(err, p.NonRetryableErrorTypes)
}

func reasonOf(err error, listed []string) (Reason, bool) {
	switch e := err.(type) { //nolint:errorlint // this takes the tree apart
	case *temporal.ActivityError:
		return reasonOfState(e.RetryState(), e.Unwrap(), listed)
	case *temporal.ChildWorkflowExecutionError:
		if r, ok := reasonOfState(e.RetryState(), e.Unwrap(), listed); ok {
			return r, true
		}
		return reasonOf(e.Unwrap(), listed)
	case *temporal.ApplicationError:
		return reasonOfApplication(e, listed)
	case *temporal.TimeoutError:
		return reasonOfState(enumspb.RETRY_STATE_UNSPECIFIED, e, listed)
	case interface{ Unwrap() error }:
		return reasonOf(e.Unwrap(), listed)
	case interface{ Unwrap() []error }:
		for _, part := range e.Unwrap() {
			if r, ok := reasonOf(part, listed); ok {
				return r, true
			}
		}
	}
	return "", false
}

// reasonOfApplication looks below an application error that says nothing of its own:
// the SDK made it of an error of fmt.Errorf, or Propagate of the error of an
// activity or a child workflow.
func reasonOfApplication(app *temporal.ApplicationError, listed []string) (Reason, bool) {
	if name, ok := strings.CutPrefix(app.Type(), Reason("").Error()); ok {
		return Reason(name), true
	}
	if inner := app.Unwrap(); app.Type() == "wrapError" && inner != nil {
		return reasonOf(inner, listed)
	}
	if e := outermostExecution(app.Unwrap()); e.err != nil && failure.IsPropagated(app) {
		if r, ok := reasonOfState(e.state, app, listed); ok {
			return r, true
		}
		return reasonOf(e.cause, listed)
	}
	return when(lastFailure{app: app}.isNonRetryable(listed), ReasonNonRetryable)
}

// reasonOfState returns the reason of an activity or a child workflow. The
// first rule that applies decides.
func reasonOfState(state enumspb.RetryState, cause error, listed []string) (Reason, bool) {
	last := lastFailureIn(cause)
	unknown := state == enumspb.RETRY_STATE_UNSPECIFIED
	for _, rule := range []struct {
		applies bool
		reason  Reason
	}{
		{last.app != nil && last.app.Type() == ReasonBudgetExceeded.Error(), ReasonBudgetExceeded},
		{last.timedOut(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START), ReasonNoWorker},
		{last.timedOut(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE), ReasonDeadline},
		{state == enumspb.RETRY_STATE_TIMEOUT, ReasonDeadline},
		{state == enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED, ReasonMaxAttempts},
		{temporal.IsCanceledError(cause), ""},
		{state == enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE, ReasonNonRetryable},
		{unknown && last.isNonRetryable(listed), ReasonNonRetryable},
		{unknown && last.app != nil, ReasonMaxAttempts},
	} {
		if rule.applies {
			return when(rule.reason != "", rule.reason)
		}
	}
	return "", false
}

func when(ok bool, r Reason) (Reason, bool) {
	if !ok {
		return "", false
	}
	return r, true
}

// A BudgetExceeded is the detail of [ReasonBudgetExceeded]. The durations are for
// people: do not branch on them in a workflow. They are zero while a payload codec
// fails on them, and a replay may see other values.
type BudgetExceeded struct {
	RetryAfter time.Duration `json:"retryAfter"` // the wait that was asked for
	Remaining  time.Duration `json:"remaining"`  // of ScheduleToCloseTimeout
}

// AsBudgetExceeded returns the detail of an error with [ReasonBudgetExceeded], and
// false for any other error.
func AsBudgetExceeded(err error) (BudgetExceeded, bool) {
	if r, ok := ReasonOf(err); !ok || r != ReasonBudgetExceeded {
		return BudgetExceeded{}, false
	}
	return apperr.As[BudgetExceeded](err, ReasonBudgetExceeded)
}

// A lastFailure is the outermost application error or timeout of a cause; at most
// one of the two is set.
type lastFailure struct {
	app     *temporal.ApplicationError
	timeout *temporal.TimeoutError
}

func lastFailureIn(cause error) (last lastFailure) {
	failure.Walk(cause, func(err error) bool {
		switch e := err.(type) { //nolint:errorlint // Walk takes the tree apart
		case *temporal.ApplicationError:
			last.app = e
		case *temporal.TimeoutError:
			last.timeout = e
		case *temporal.CanceledError:
		default:
			return false
		}
		return true
	})
	return last
}

func (l lastFailure) timedOut(kind enumspb.TimeoutType) bool {
	return l.timeout != nil && l.timeout.TimeoutType() == kind
}

// isNonRetryable reports whether the failure itself or a list says so.
func (l lastFailure) isNonRetryable(listed []string) bool {
	switch {
	case l.timeout != nil:
		return slices.Contains(listed, timeoutPrefix+l.timeout.TimeoutType().String())
	case l.app != nil:
		return !temporal.IsCanceledError(l.app) && (l.app.NonRetryable() || slices.Contains(listed, l.app.Type()))
	}
	return false
}
