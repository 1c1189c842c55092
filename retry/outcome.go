package retry

import (
	"slices"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Exhausted reports whether an activity or a child workflow failed since its
// MaximumAttempts were used up. In the SDK's test environment, which does not
// tell why there was no further attempt, it is true for every failure that
// could be retried. A local activity does not tell either; of it this is never
// true. For workflow code.
func Exhausted(err error) bool {
	o := outcomeOf(err)
	if o.state != enumspb.RETRY_STATE_UNSPECIFIED || o.remote == nil {
		return o.state == enumspb.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED
	}
	return o.app != nil && !o.app.NonRetryable() && !temporal.IsCanceledError(o.app)
}

// DeadlineExceeded reports whether an activity or a child workflow failed since
// its time was over: ScheduleToCloseTimeout ended an attempt, or the next one
// would have begun after it. In the second case a server gives up at once, with
// the last attempt's error and no time-out in the chain. It is also true when a
// downstream asked for more time than there was, see [AsBudgetExceeded]. An activity
// that no worker took in time is no such case, see [NoWorker]. For workflow code.
func DeadlineExceeded(err error) bool {
	if _, over := AsBudgetExceeded(err); over {
		return true
	}
	o := outcomeOf(err)
	switch {
	case o.timedOut(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START):
		return false
	case o.timedOut(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE):
		return true
	}
	return o.state == enumspb.RETRY_STATE_TIMEOUT
}

// AsBudgetExceeded reports whether an activity failed since its downstream asked to
// wait for longer than the activity had left, and how long both were. The
// durations are for people, and nothing to branch on: while a payload codec
// cannot decode them they are zero, and a replay may see others. For workflow
// code.
func AsBudgetExceeded(err error) (b BudgetExceeded, ok bool) {
	app := outcomeOf(err).app
	if app == nil || app.Type() != ErrTypeBudget {
		return b, false
	}
	apperr.Details(app, ErrTypeBudget, &b) // zero when a codec cannot read them
	return b, true
}

// NoWorker reports whether an activity failed since no worker took it within
// its ScheduleToStartTimeout. For workflow code.
func NoWorker(err error) bool {
	return outcomeOf(err).timedOut(enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START)
}

// IsNonRetryable reports whether an activity or a child workflow failed with an
// error that p does not retry: it is marked so, its type is listed in p, or it
// is a time-out that is. Cancellation is none, nor is what [DeadlineExceeded]
// knows. For workflow code.
func IsNonRetryable(err error, p temporal.RetryPolicy) bool {
	o := outcomeOf(err)
	switch {
	case temporal.IsCanceledError(err) || DeadlineExceeded(err) || NoWorker(err):
		return false
	case o.state != enumspb.RETRY_STATE_UNSPECIFIED:
		return o.state == enumspb.RETRY_STATE_NON_RETRYABLE_FAILURE
	case o.timeout != nil:
		return slices.Contains(p.NonRetryableErrorTypes, timeoutPrefix+o.timeout.TimeoutType().String())
	case o.app != nil:
		return o.app.NonRetryable() || slices.Contains(p.NonRetryableErrorTypes, o.app.Type())
	}
	return false
}

// LastFailure is the error of the last attempt: what the activity or the child
// workflow returned, or the time-out that ended it. It is err itself when that
// comes from neither. For workflow code.
func LastFailure(err error) error {
	if o := outcomeOf(err); o.remote != nil && o.cause != nil {
		return o.cause
	}
	return err
}

// Propagate makes of the error of an activity or a child workflow what a workflow
// returns when its own RetryPolicy, or its parent's, is to judge that error: an
// application error at the top with its type, details and whether it can be
// retried. As it is, the error of an activity counts as retryable whatever it
// wraps. Cancellation, timeouts and other errors stay as they are. errors.Is and
// errors.As find err below the result. For workflow code.
func Propagate(err error) error {
	o := outcomeOf(err)
	if o.app == nil || error(o.app) == err || temporal.IsCanceledError(err) { //nolint:errorlint // whether it is the outermost
		return err
	}
	return failure.Propagate(err, o.remote, o.app)
}

// An outcome is what the outermost error of an activity or a child workflow
// says.
type outcome struct {
	state  enumspb.RetryState // why there was no further attempt
	remote error              // that error; those of local activities stand alone
	cause  error              // of the last attempt
	// The first of these in cause, or neither.
	app     *temporal.ApplicationError
	timeout *temporal.TimeoutError
}

func (o outcome) timedOut(kind enumspb.TimeoutType) bool {
	return o.timeout != nil && o.timeout.TimeoutType() == kind
}

func outcomeOf(err error) (o outcome) {
	o.cause = err
	failure.Walk(err, func(err error) bool {
		switch e := err.(type) { //nolint:errorlint // Walk takes the tree apart
		case *temporal.ActivityError:
			o.state, o.cause, o.remote = e.RetryState(), e.Unwrap(), e
		case *temporal.ChildWorkflowExecutionError:
			o.state, o.cause, o.remote = e.RetryState(), e.Unwrap(), e
		}
		return o.remote != nil
	})
	failure.Walk(o.cause, func(err error) bool {
		switch e := err.(type) { //nolint:errorlint // Walk takes the tree apart
		case *temporal.ApplicationError:
			o.app = e
		case *temporal.TimeoutError:
			o.timeout = e
		case *temporal.CanceledError:
		default:
			return false
		}
		return true
	})
	return o
}
