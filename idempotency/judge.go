package idempotency

import (
	"context"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// An effect is what an error says of the effect of the work. It is not the same
// question as whether to try again: a service's HTTP 400 is final for Temporal,
// and leaves open what an earlier attempt has done.
type effect uint8

const (
	openEffect  effect = iota // it may be there
	noneEffect                // it is not
	finalEffect               // the work has failed for good, and its failure is the answer
)

// shortCircuited is the type of an attempt that package retry kept from running.
const shortCircuited = "retry.ShortCircuited"

// judge says what an error means for the record, and what Temporal is told. Only
// what the activity itself says of this error counts for the record: not what a
// classifier or the retry policy of one workflow makes of it, not what was said of
// another error before, and not what guarded work further in has said of its own
// effect.
func (x *execution) judge(ctx context.Context, err error) (effect, error) {
	original := x.judgement.Original(err)
	app, isApp := err.(*temporal.ApplicationError) //nolint:errorlint // package retry returns it as it is
	if failure.HasNoEffect(original) || isApp && app.Type() == shortCircuited {
		return noneEffect, x.outward(failure.WithoutNoEffect(err))
	}
	l, told := failure.Analyze(ctx, err, nil, unclassified)
	if !told { // it is canceled
		return openEffect, err
	}
	if ReasonOf(err) != "" { // of this package: it is final or not by its own word, however it was wrapped
		return openEffect, l.Render(l.Delay)
	}
	if own, ok := failure.Analyze(ctx, original, nil, unclassified); ok && own.Retryability == failure.NonRetryable {
		return finalEffect, l.Render(0)
	}
	return openEffect, failure.WithoutNoEffect(err)
}

// outward keeps an error of nested work from speaking of the work around it.
func (x *execution) outward(err error) error {
	if x.outer != nil && failure.HasNoEffect(err) {
		return failure.HideNoEffect(err)
	}
	return err
}

func unclassified(context.Context, error) failure.Classification { return failure.Classification{} }
