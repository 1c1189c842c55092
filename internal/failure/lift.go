package failure

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// A Lifted error is what an activity returns, taken apart.
type Lifted struct {
	Verdict
	// Delay is what an application error in the chain asks for by its
	// NextRetryDelay.
	Delay time.Duration

	err error
	app *temporal.ApplicationError // the outermost in the chain, or nil
}

// Lift finds what err's chain says about itself, and asks classify when it says
// nothing. In this order: a type that is in nonRetryable, wherever it stands;
// a mark; an application error; classify. ok is false for errors that must pass
// untouched: none, a pending result, and cancellation, when the activity is
// canceled or nothing else is known.
func Lift(ctx context.Context, err error, nonRetryable []string, classify Classifier) (l Lifted, ok bool) {
	if err == nil || errors.Is(err, activity.ErrResultPending) {
		return Lifted{}, false
	}
	var canceled *temporal.CanceledError
	cancellation := errors.As(err, &canceled) || errors.Is(err, context.Canceled)
	if cancellation && ctx.Err() != nil {
		return Lifted{}, false
	}
	l = Lifted{err: err}
	l.app = application(err)
	marks := Marked(err)
	switch listed := Listed(err, nonRetryable); {
	case listed != "":
		l.Verdict = Verdict{Class: NonRetryable, Type: listed}
	case marks.Class != Unknown:
		l.Verdict = marks
	case l.app != nil && l.app.NonRetryable():
		l.Class = NonRetryable
	case l.app != nil:
		l.Class = Retryable
	default:
		l.Verdict = judge(ctx, err, classify)
	}
	if cancellation && l.app == nil && l.Class == Unknown {
		return Lifted{}, false
	}
	l.Benign = l.Benign || expected(err, true)
	if l.app != nil {
		l.Delay = l.app.NextRetryDelay()
		if l.Type == "" {
			l.Type = l.app.Type()
		}
	}
	if l.Type == "" {
		l.Type = TypeName(err)
	}
	return l, true
}

// judge asks classify, which may be the user's: one that panics knows nothing.
func judge(ctx context.Context, err error, classify Classifier) (v Verdict) {
	defer func() {
		if recover() != nil {
			v = Verdict{}
		}
	}()
	return classify(ctx, err)
}

// Failure is the error as Temporal understands it: an application error at the
// top, with the whole message and the details. With delay it asks for the next
// attempt after so long. An error about which nothing is known, and for which
// no delay is wanted, is returned as it was.
func (l Lifted) Failure(delay time.Duration) error {
	top, isTop := l.err.(*temporal.ApplicationError) //nolint:errorlint // whether it is the outermost
	switch {
	case isTop && top.NonRetryable() == (l.Class == NonRetryable) && delay == top.NextRetryDelay() && top.Type() == l.Type &&
		l.Benign == (top.Category() == temporal.ApplicationErrorCategoryBenign):
		return l.err
	case !isTop && l.app == nil && l.Class == Unknown && !l.Benign && delay == 0:
		return WithoutNoEffect(l.err)
	}
	o := temporal.ApplicationErrorOptions{NonRetryable: l.Class == NonRetryable, NextRetryDelay: delay, Cause: Bare(errors.Unwrap(l.err))}
	message := l.err.Error()
	if l.app != nil {
		o.Cause = l.app.Unwrap()
		if o.Details = details(l.app); o.Details == nil && l.app.HasDetails() {
			o.Cause = l.app // they cannot be handed on, so they stay where they are
		}
		// Its own text names type and cause, which the new error does again.
		message = strings.Replace(message, l.app.Error(), l.app.Message(), 1)
	}
	if l.Benign {
		o.Category = temporal.ApplicationErrorCategoryBenign
	}
	return temporal.NewApplicationErrorWithOptions(message, l.Type, o)
}

// Rewrap is an application error at the top that says of err what app, which is
// in its chain, says of itself, but for its delay, which was that of another
// attempt. The cause is err.
func Rewrap(err error, app *temporal.ApplicationError) error {
	return temporal.NewApplicationErrorWithOptions(err.Error(), app.Type(), temporal.ApplicationErrorOptions{
		NonRetryable: app.NonRetryable(), Category: app.Category(), Details: details(app), Cause: err,
	})
}
