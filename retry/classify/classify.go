// Package classify decides from an activity's error whether a retry can help.
//
// The classifiers know the errors of HTTP, gRPC, PostgreSQL, AWS and Go's network
// packages, without importing those libraries. Give one to
// retry.InterceptorOptions.Classify, or call it yourself:
//
//	own := func(ctx context.Context, err error) classify.Classification {
//		var declined *CardDeclined
//		if errors.As(err, &declined) {
//			return classify.Classification{Retryability: classify.NonRetryable, Type: "CardDeclined"}
//		}
//		return classify.Classification{} // unknown: ask the next one
//	}
//	options := retry.InterceptorOptions{Classify: classify.Chain(own, classify.Default)}
//
// In an activity, [CheckResponse] turns an HTTP response into an error that [HTTP]
// knows, with the Retry-After that the server sent:
//
//	response, err := client.Do(request)
//	if err != nil {
//		return fmt.Errorf("charging order %s: %w", order.ID, err)
//	}
//	if err := classify.CheckResponse(response); err != nil {
//		return fmt.Errorf("charging order %s: %w", order.ID, err)
//	}
//
// # What is guaranteed
//
//   - A classifier finds an error anywhere in the tree that fmt.Errorf with %w and
//     errors.Join make.
//   - Every rule in the comments of the classifiers has a test. Rules for error
//     types of AWS, pgx and gRPC are tested with those libraries.
//   - The package makes no network calls, apart from reading the body that
//     [CheckResponse] is given. It is safe for concurrent use.
//
// # What is not guaranteed
//
//   - Errors of decoding are unknown. If a request cannot be decoded, a retry does
//     not help; if a response was cut short, it may. Only the activity knows which
//     it was: mark such errors with retry.NonRetryable.
//   - Messages of package net/http that have no error type are matched by their
//     text, in English.
//
// A classifier costs no history event and less than a microsecond.
package classify

import (
	"context"
	"errors"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Retryability says whether a retry can help.
type Retryability uint8

// The values of Retryability.
const (
	// Unknown leaves the error as it is. Temporal retries it.
	Unknown Retryability = iota
	// Retryable means that a retry may help.
	Retryable
	// NonRetryable means that no retry can help: the activity fails at once.
	NonRetryable
)

// String returns "unknown", "retryable" or "non_retryable".
func (r Retryability) String() string { return failure.Retryability(r).String() }

// A Classification is the result of a [Classifier].
type Classification struct {
	Retryability Retryability
	// Type becomes the type of the application error. Empty keeps the name that
	// the SDK would use, which is the name of the error's Go type.
	Type string
	// RetryAfter sets the minimum wait before the next attempt. Zero leaves the wait
	// to the retry policy.
	RetryAfter time.Duration
	// Benign marks the error as expected: the SDK logs it at debug level and does
	// not count it as a failure.
	Benign bool
}

// A Classifier examines the error of an activity. ctx is the activity's context,
// and err is the error as the activity returned it. A Classifier returns
// [Unknown] for an error that it does not know. It must be safe for concurrent use.
type Classifier func(ctx context.Context, err error) Classification

// Chain returns a classifier that asks each of classifiers in turn and returns the
// first answer that is not [Unknown]. To override a rule of [Default], put your own
// classifier before it.
func Chain(classifiers ...Classifier) Classifier {
	return func(ctx context.Context, err error) Classification {
		for _, classify := range classifiers {
			if c := classify(ctx, err); c.Retryability != Unknown {
				return c
			}
		}
		return Classification{}
	}
}

// Default first treats an error whose method RetryableError() bool returns true as
// retryable. Then it asks [Context], [AWS], [HTTP], [GRPC], [SQLState] and
// [Network], in this order. When the activity's own context has ended, a timeout
// says nothing about the service and is [Unknown].
func Default(ctx context.Context, err error) Classification {
	c := byDefault(ctx, err)
	if ctx.Err() != nil && (c.Type == typeTimeout || c.Type == "DeadlineExceeded") {
		return Classification{}
	}
	return c
}

var byDefault = Chain(selfDescribed, Context, AWS, HTTP, GRPC, SQLState, Network)

// selfDescribed handles errors with a method RetryableError. If that returns false,
// the client has used up its own attempts, which says nothing about the activity's.
func selfDescribed(_ context.Context, err error) (c Classification) {
	failure.Walk(err, func(err error) bool {
		if e, ok := err.(interface{ RetryableError() bool }); ok && e.RetryableError() {
			c = Classification{Retryability: Retryable}
		}
		return c.Retryability != Unknown
	})
	return c
}

// Context treats the end of a context that the activity made, such as the time
// limit of one call, as retryable. When the activity's own context has ended, the
// SDK has rules of its own, and the answer is [Unknown].
func Context(ctx context.Context, err error) Classification {
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return Classification{Retryability: Retryable, Type: "DeadlineExceeded"}
	}
	return Classification{}
}
