// Package failure says of errors of activities whether a retry can help, and
// when. It finds such statements wherever they stand in a chain of errors,
// since Temporal looks at the outermost error only. Lift and the classifiers
// are for activity code. Walk, TypeName and Rewrap are pure, and serve workflow
// code too.
package failure

import (
	"context"
	"time"
)

// Retryability is what a retry is expected to do.
type Retryability uint8

const (
	// Unknown leaves the error as it is; Temporal retries it.
	Unknown Retryability = iota
	// Retryable says that a retry may help.
	Retryable
	// NonRetryable says that no retry can help.
	NonRetryable
)

// String is the class as a word.
func (c Retryability) String() string {
	switch c {
	case Retryable:
		return "retryable"
	case NonRetryable:
		return "non_retryable"
	default:
		return "unknown"
	}
}

// A Verdict is what was found out about an error.
type Classification struct {
	Retryability Retryability
	// Type becomes the type of the application error. Empty keeps what the SDK
	// would take: the name of the error's Go type.
	Type string
	// MarkRetryAfter is how long to wait at least before the next attempt. Zero leaves
	// that to the retry policy.
	RetryAfter time.Duration
	// MarkBenign marks the error as expected: it is logged at debug level and does
	// not count as a failure in the SDK's metrics.
	Benign bool
}

// A Classifier judges errors. ctx is the activity's. It must be safe for
// concurrent use, and answers Unknown to what it does not know.
type Classifier func(ctx context.Context, err error) Classification

// Chain asks one classifier after the other until one knows the error.
func Chain(classifiers ...Classifier) Classifier {
	return func(ctx context.Context, err error) Classification {
		for _, classify := range classifiers {
			if v := classify(ctx, err); v.Retryability != Unknown {
				return v
			}
		}
		return Classification{}
	}
}
