package timeouts

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// A Reason is why a function of this package failed. It is an error, so errors.Is
// finds it in the workflow that received the error.
type Reason string

// The reasons.
const (
	// ReasonTimedOut: the time of a [Do] or [DoUntil] is up. The error can be retried.
	ReasonTimedOut Reason = "TimedOut"
	// ReasonBudgetExhausted: a [Budget] has no time left for a step. The error cannot
	// be retried.
	ReasonBudgetExhausted Reason = "BudgetExhausted"
)

// Error returns the error type on the wire.
func (r Reason) Error() string { return "timeouts." + string(r) }

// ReasonOf returns the reason of err. It works alike in the workflow, its parent
// and a client. ok is false when err is not an error of this package. [KindOf]
// tells the timeouts of activities apart.
func ReasonOf(err error) (reason Reason, ok bool) { return apperr.ReasonOf[Reason](err) }

// A TimedOut is the detail of an error with [ReasonTimedOut].
type TimedOut struct {
	// Deadline says when the time was up.
	Deadline time.Time `json:"deadline"`
	// Abandoned reports that the step had not ended within the grace.
	Abandoned bool `json:"abandoned,omitempty"`
}

// AsTimedOut returns the detail of an error with [ReasonTimedOut].
func AsTimedOut(err error) (detail TimedOut, ok bool) {
	return apperr.As[TimedOut](err, ReasonTimedOut)
}

// withoutCancellation returns err without the cancellations in its tree: the SDK
// would close a workflow that returns one as canceled. It returns nil when nothing
// else is in it. An application error that has a cancellation as its cause is a
// failure of its own and stays.
func withoutCancellation(err error) error {
	if !temporal.IsCanceledError(err) {
		return err
	}
	switch e := err.(type) { //nolint:errorlint // takes the tree apart
	case interface{ Unwrap() []error }:
		var rest []error
		for _, one := range e.Unwrap() {
			if one = withoutCancellation(one); one != nil {
				rest = append(rest, one)
			}
		}
		if len(rest) == 1 {
			return rest[0] // keeps its type on the wire
		}
		return errors.Join(rest...)
	case *temporal.ApplicationError:
		return temporal.NewApplicationErrorWithOptions(e.Message(), e.Type(), temporal.ApplicationErrorOptions{
			NonRetryable: e.NonRetryable(), NextRetryDelay: e.NextRetryDelay(), Category: e.Category(),
			Cause: withoutCancellation(e.Unwrap()), Details: failure.Details(e),
		})
	}
	inner := withoutCancellation(errors.Unwrap(err))
	if inner == nil {
		return nil
	}
	return &wrapError{text: err.Error(), inner: inner}
}

// A wrapError is what fmt.Errorf made of an error from which cancellations were
// removed. It has the name that such an error has on the wire.
type wrapError struct {
	text  string
	inner error
}

func (e *wrapError) Error() string { return e.text }
func (e *wrapError) Unwrap() error { return e.inner }
