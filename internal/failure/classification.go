// Package failure analyzes the errors of activities: whether a retry can help, and
// when. It finds such statements anywhere in a tree of errors, whereas Temporal
// looks at the outermost error only. [Analyze] is for activity code. [Walk],
// [TypeName] and [Propagate] are pure and serve workflow code too.
package failure

import (
	"context"
	"time"
)

// Retryability says whether a retry can help.
type Retryability uint8

const (
	// Unknown leaves the error as it is; Temporal retries it.
	Unknown Retryability = iota
	// Retryable means that a retry may help.
	Retryable
	// NonRetryable means that no retry can help.
	NonRetryable
)

// String returns "unknown", "retryable" or "non_retryable".
func (r Retryability) String() string {
	switch r {
	case Retryable:
		return "retryable"
	case NonRetryable:
		return "non_retryable"
	default:
		return "unknown"
	}
}

// A Classification describes an error.
type Classification struct {
	Retryability Retryability
	// Type becomes the type of the application error. Empty keeps what the SDK
	// would use: the name of the error's Go type.
	Type string
	// RetryAfter sets the minimum wait before the next attempt. Zero leaves it to the
	// retry policy.
	RetryAfter time.Duration
	// Benign marks the error as expected: the SDK logs it at debug level and does
	// not count it as a failure.
	Benign bool
}

// A Classifier classifies the error of an activity; ctx is the activity's. It
// returns Unknown for an error that it does not know.
type Classifier func(ctx context.Context, err error) Classification
