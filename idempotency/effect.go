package idempotency

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// An effect says what an error means for the effect of the work. Whether to retry is another
// question: a service's HTTP 400 is final for Temporal, and leaves open what an earlier
// attempt has done.
type effect uint8

const (
	openEffect    effect = iota // it may have happened
	noEffect                    // it has not happened
	finalEffect                 // the work has failed for good, and its failure is the answer
	pendingEffect               // the work goes on outside
)

// shortCircuited names the type of errors with which package retry ends an attempt that
// it has not started.
const shortCircuited = "retry.ShortCircuited"

// A verdict says what an error means for the record, and holds the error for Temporal.
type verdict struct {
	effect effect
	err    error
}

// classifyEffect applies the first row that matches:
//
//	error                                         effect   Temporal gets
//	activity.ErrResultPending                     pending  the error
//	marked by NoEffect, or not started by retry   none     the error without the mark
//	a cancellation                                open     the error
//	an error of this package                      open     the error, final or not by its own word
//	final by the activity's own word              final    the final error
//	any other                                     open     the error
//
// Only what the activity itself says of this error counts: not what a classifier or the
// retry policy of one workflow says, not what was said of an error before, and not what
// nested guarded work says of its own effect. An error of nested work must not speak for the
// work around it, so it loses its mark.
func classifyEffect(ctx context.Context, err error, judgement *failure.Recorder, nested bool) verdict {
	if errors.Is(err, activity.ErrResultPending) {
		return verdict{pendingEffect, err}
	}
	original := judgement.Original(err)
	app, isApp := err.(*temporal.ApplicationError) //nolint:errorlint // package retry returns it as it is
	if failure.HasNoEffect(original) || isApp && app.Type() == shortCircuited {
		if err = failure.WithoutNoEffect(err); nested && failure.HasNoEffect(err) {
			err = failure.HideNoEffect(err)
		}
		return verdict{noEffect, err}
	}
	lifted, ok := failure.Analyze(ctx, err, nil, unclassified)
	if !ok {
		return verdict{openEffect, err}
	}
	if _, ours := ReasonOf(err); ours {
		return verdict{openEffect, lifted.Render(lifted.Delay)}
	}
	if own, ok := failure.Analyze(ctx, original, nil, unclassified); ok && own.Retryability == failure.NonRetryable {
		return verdict{finalEffect, lifted.Render(0)}
	}
	return verdict{openEffect, failure.WithoutNoEffect(err)}
}

func unclassified(context.Context, error) failure.Classification { return failure.Classification{} }
