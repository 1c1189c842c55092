package failure

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// A Lifted error is what an activity returns, taken apart.
type Analysis struct {
	Classification
	// By is what has judged the error.
	Source Source
	// Delay is what an application error asks for by its NextRetryDelay, when
	// Temporal sees that error or is to see it.
	Delay time.Duration

	err    error
	parked bool
	app    *temporal.ApplicationError // gives type, details, category and delay; or nil
}

// Analyze finds the first word that err's tree says about retries, and asks classify
// when there is none. listed are the types in the activity's own policy. With a
// nil classify nothing is classified, and an application error that can be
// retried stays where it stands. ok is false for errors that must pass
// untouched: none, a pending result, and cancellation, when the activity is
// isCanceled or nothing else is known.
func Analyze(ctx context.Context, err error, listed []string, classify Classifier) (l Analysis, ok bool) {
	if mustPass(ctx, err) {
		return Analysis{}, false
	}
	w := firstStatement(err, listed)
	top, isTop := Unmark(err).(*temporal.ApplicationError) //nolint:errorlint // the outermost error is what the SDK judges
	if isTop && w.by == SourceNone {                       // another execution's error, which the SDK takes for this one's
		w = statement{class: Retryable, by: SourceError, app: top}
		if top.NonRetryable() {
			w.class = NonRetryable
		}
	}
	l = Analysis{err: err, Source: w.by, Classification: Classification{Retryability: w.class, RetryAfter: w.after, Type: w.typ}}
	lifts := classify != nil || w.by == SourceMark || w.by == SourcePolicy || w.class == NonRetryable
	switch {
	case isTop:
		l.app = top
	case w.by == SourceError && lifts:
		l.app = w.app
	case lifts:
		l.app = applicationError(err)
	}
	if w.by == SourceNone && classify != nil {
		l.Classification, l.Source = classifySafely(ctx, err, classify), SourceClassifier
		if l.Retryability == Unknown {
			l.Classification, l.Source = Classification{}, SourceNone
		}
	}
	if l.Source == SourceNone && isCanceled(err) {
		return Analysis{}, false
	}
	l.name(listed)
	l.Benign = l.Benign || isTop && top.Category() == temporal.ApplicationErrorCategoryBenign || isBenign(err, lifts)
	if l.app != nil {
		l.Delay = l.app.NextRetryDelay()
	}
	return l, true
}

// AnalyzeShortCircuit judges the error that keeps an attempt from its beginning. Only a mark says
// anything of it: the activity has not run.
func AnalyzeShortCircuit(ctx context.Context, err error, typ string) (l Analysis, ok bool) {
	if mustPass(ctx, err) {
		return Analysis{}, false
	}
	w := markStatement(err)
	l = Analysis{err: err, Source: w.by, app: applicationError(err), parked: true}
	l.Classification = Classification{Retryability: w.class, RetryAfter: w.after, Type: typ, Benign: true}
	if l.app != nil {
		l.Delay = l.app.NextRetryDelay()
	}
	return l, true
}

// name finds the type of the failure. One that the policy lists must not end an
// activity that is to be retried, unless a classifier gave it.
func (l *Analysis) name(listed []string) {
	if l.Source == SourceClassifier && listedStatement(temporal.NewApplicationError("", l.Type), listed).by == SourcePolicy {
		l.Retryability, l.Source = NonRetryable, SourcePolicy
	}
	if l.Type != "" {
		return
	}
	l.Type = TypeName(l.err)
	if l.app != nil && (l.Retryability == NonRetryable || listedStatement(l.app, listed).by == SourceNone) {
		l.Type = l.app.Type()
	}
}

func mustPass(ctx context.Context, err error) bool {
	return err == nil || errors.Is(err, activity.ErrResultPending) || ctx.Err() != nil && isCanceled(err)
}

func isCanceled(err error) bool {
	var c *temporal.CanceledError
	return errors.As(err, &c) || errors.Is(err, context.Canceled)
}

// classifySafely asks classify, which may be the user's: one that panics knows nothing.
func classifySafely(ctx context.Context, err error, classify Classifier) (v Classification) {
	defer func() {
		if recover() != nil {
			v = Classification{}
		}
	}()
	return classify(ctx, err)
}
