package failure

import (
	"context"
	"errors"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
)

// An Analysis describes the error that an activity returned. Render returns the
// error that Temporal is to record.
type Analysis struct {
	Classification

	// Source names what decided.
	Source Source
	// Delay holds the NextRetryDelay of an application error that Temporal sees, or is
	// to see.
	Delay time.Duration

	err            error
	shortCircuited error                      // the reason of AnalyzeShortCircuit, or nil
	app            *temporal.ApplicationError // gives type, details, category and delay; or nil
}

// Analyze finds what err's tree, the policy that lists types, and classify say about
// retries. With a nil classify nothing is classified, and an application error that
// can be retried stays where it is. ok is false for errors that must pass
// untouched: nil, a pending result, and a cancellation, if the activity is
// canceled or nothing else is known.
func Analyze(ctx context.Context, err error, listed []string, classify Classifier) (a Analysis, ok bool) {
	if mustPass(ctx, err) {
		return Analysis{}, false
	}
	top, isTop := Unmark(err).(*temporal.ApplicationError) //nolint:errorlint // the SDK looks at the outermost error
	s := decide(
		func() statement { return firstStatement(err, listed) },
		func() statement { return topStatement(top, isTop) },
		func() statement { return classified(ctx, err, listed, classify) },
	)
	if s.source == SourceNone && isCanceled(err) {
		return Analysis{}, false
	}
	// With a classifier, what an application error says moves to the top, wherever
	// it is. Without one, only a decision does.
	lifts := classify != nil || s.source == SourceMark || s.source == SourcePolicy || s.Retryability == NonRetryable
	a = Analysis{Classification: s.Classification, Source: s.source, err: err}
	switch {
	case isTop:
		a.app = top
	case s.source == SourceError && lifts:
		a.app = s.app
	case lifts:
		a.app = applicationError(err)
	}
	if a.app != nil {
		a.Delay = a.app.NextRetryDelay()
	}
	if a.Type == "" {
		a.Type = a.typeName(listed)
	}
	a.Benign = a.Benign || isTop && top.Category() == temporal.ApplicationErrorCategoryBenign || isBenign(err, lifts)
	return a, true
}

// decide returns the first statement that says something. The order is the
// precedence.
func decide(precedence ...func() statement) (s statement) {
	for _, find := range precedence {
		if s = find(); s.source != SourceNone {
			break
		}
	}
	return s
}

// topStatement returns what an application error at the top says, although it is
// the error of another execution: the SDK takes it for this activity's.
func topStatement(top *temporal.ApplicationError, isTop bool) statement {
	if !isTop {
		return statement{}
	}
	return statementOf(top)
}

// classified returns what classify says, unless the policy lists the type that
// classify gives. classify may be the user's: one that panics says nothing.
func classified(ctx context.Context, err error, listed []string, classify Classifier) (s statement) {
	if classify == nil {
		return statement{}
	}
	defer func() {
		if recover() != nil {
			s = statement{}
		}
	}()
	c := classify(ctx, err)
	if c.Retryability == Unknown {
		return statement{}
	}
	s = statement{source: SourceClassifier, Classification: c}
	if listedType(c.Type, listed).source == SourcePolicy {
		s.source, s.Retryability = SourcePolicy, NonRetryable
	}
	return s
}

// AnalyzeShortCircuit analyzes the error that kept an attempt from running. Only a
// mark says anything about it: the activity did not run. reason becomes its type.
func AnalyzeShortCircuit(ctx context.Context, err, reason error) (a Analysis, ok bool) {
	if mustPass(ctx, err) {
		return Analysis{}, false
	}
	s := markStatement(err)
	a = Analysis{Classification: s.Classification, Source: s.source, err: err, app: applicationError(err), shortCircuited: reason}
	a.Type, a.Benign = reason.Error(), true
	if a.app != nil {
		a.Delay = a.app.NextRetryDelay()
	}
	return a, true
}

// typeName returns the type of a failure that is to be retried or not. A type that
// the policy lists must not end an activity that is to be retried.
func (a Analysis) typeName(listed []string) string {
	if a.app != nil && (a.Retryability == NonRetryable || listedStatement(a.app, listed).source == SourceNone) {
		return a.app.Type()
	}
	return TypeName(a.err)
}

// applicationError returns the outermost application error of this activity in
// err's tree, and of those side by side in a join a non-retryable one.
func applicationError(err error) (found *temporal.ApplicationError) {
	if isForeign(err) {
		return nil
	}
	switch x := err.(type) { //nolint:errorlint // this is the walk through the tree
	case *temporal.ApplicationError:
		return x
	case interface{ Unwrap() error }:
		return applicationError(x.Unwrap())
	case interface{ Unwrap() []error }:
		for _, inner := range x.Unwrap() {
			if app := applicationError(inner); app != nil && (found == nil || app.NonRetryable() && !found.NonRetryable()) {
				found = app
			}
		}
	}
	return found
}

func mustPass(ctx context.Context, err error) bool {
	return err == nil || errors.Is(err, activity.ErrResultPending) || ctx.Err() != nil && isCanceled(err)
}

func isCanceled(err error) bool {
	var c *temporal.CanceledError
	return errors.As(err, &c) || errors.Is(err, context.Canceled)
}
