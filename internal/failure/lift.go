package failure

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// A Lifted error is what an activity returns, taken apart.
type Lifted struct {
	Verdict
	// By is what has judged the error.
	By Source
	// Delay is what an application error asks for by its NextRetryDelay, when
	// Temporal sees that error or is to see it.
	Delay time.Duration

	err    error
	parked bool
	app    *temporal.ApplicationError // gives type, details, category and delay; or nil
}

// Lift finds the first word that err's tree says about retries, and asks classify
// when there is none. listed are the types in the activity's own policy. With a
// nil classify nothing is classified, and an application error that can be
// retried stays where it stands. ok is false for errors that must pass
// untouched: none, a pending result, and cancellation, when the activity is
// canceled or nothing else is known.
func Lift(ctx context.Context, err error, listed []string, classify Classifier) (l Lifted, ok bool) {
	if passes(ctx, err) {
		return Lifted{}, false
	}
	w := spoken(err, listed)
	top, isTop := Bare(err).(*temporal.ApplicationError) //nolint:errorlint // the outermost error is what the SDK judges
	if isTop && w.by == ByNothing {                      // another execution's error, which the SDK takes for this one's
		w = word{class: Retryable, by: ByError, app: top}
		if top.NonRetryable() {
			w.class = NonRetryable
		}
	}
	l = Lifted{err: err, By: w.by, Verdict: Verdict{Class: w.class, After: w.after, Type: w.typ}}
	lifts := classify != nil || w.by == ByMark || w.by == ByList || w.class == NonRetryable
	switch {
	case isTop:
		l.app = top
	case w.by == ByError && lifts:
		l.app = w.app
	case lifts:
		l.app = application(err)
	}
	if w.by == ByNothing && classify != nil {
		l.Verdict, l.By = judge(ctx, err, classify), ByClassifier
		if l.Class == Unknown {
			l.Verdict, l.By = Verdict{}, ByNothing
		}
	}
	if l.By == ByNothing && canceled(err) {
		return Lifted{}, false
	}
	l.name(listed)
	l.Benign = l.Benign || isTop && top.Category() == temporal.ApplicationErrorCategoryBenign || expected(err, lifts)
	if l.app != nil {
		l.Delay = l.app.NextRetryDelay()
	}
	return l, true
}

// Park judges the error that keeps an attempt from its beginning. Only a mark says
// anything of it: the activity has not run.
func Park(ctx context.Context, err error, typ string) (l Lifted, ok bool) {
	if passes(ctx, err) {
		return Lifted{}, false
	}
	w := markedBy(err)
	l = Lifted{err: err, By: w.by, app: application(err), parked: true}
	l.Verdict = Verdict{Class: w.class, After: w.after, Type: typ, Benign: true}
	if l.app != nil {
		l.Delay = l.app.NextRetryDelay()
	}
	return l, true
}

// name finds the type of the failure. One that the policy lists must not end an
// activity that is to be retried, unless a classifier gave it.
func (l *Lifted) name(listed []string) {
	if l.By == ByClassifier && named(temporal.NewApplicationError("", l.Type), listed).by == ByList {
		l.Class, l.By = NonRetryable, ByList
	}
	if l.Type != "" {
		return
	}
	l.Type = TypeName(l.err)
	if l.app != nil && (l.Class == NonRetryable || named(l.app, listed).by == ByNothing) {
		l.Type = l.app.Type()
	}
}

func passes(ctx context.Context, err error) bool {
	return err == nil || errors.Is(err, activity.ErrResultPending) || ctx.Err() != nil && canceled(err)
}

func canceled(err error) bool {
	var c *temporal.CanceledError
	return errors.As(err, &c) || errors.Is(err, context.Canceled)
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
