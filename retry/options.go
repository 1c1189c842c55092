package retry

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// DefaultMaxRetryAfter applies when [InterceptorOptions].MaxRetryAfter is zero.
const DefaultMaxRetryAfter = 15 * time.Minute

// DefaultWarnAfter applies when [InterceptorOptions].WarnAfter is zero.
const DefaultWarnAfter = 10

// InterceptorOptions tunes [NewInterceptor]. With the zero value a failure changes
// only if the activity's own code says so, by a mark or by a non-retryable
// application error, or its own retry policy, by a type in its list. The functions
// run in activities and must be safe for concurrent use.
type InterceptorOptions struct {
	// Classify classifies errors that do not describe themselves, such as those of
	// HTTP clients and databases; classify.Default is one. With Classify, a wrapped
	// application error also brings its type, details, category and delay to the
	// top. Nil classifies nothing, unless ClassifyOnly or Shadow is set: then it is
	// classify.Default.
	Classify classify.Classifier
	// ClassifyOnly reports whether Classify applies to activities of that type. Nil
	// applies it to all.
	ClassifyOnly func(activityType string) bool
	// Shadow makes Classify change nothing: what it would change is logged and
	// counted.
	Shadow bool
	// Jitter applies to the waits that the retry policy plans. To a wait that a
	// failure asks for, it adds up to a fifth. Zero is [JitterNone]. With Jitter or
	// Schedule, a planned wait that does not fit into ScheduleToCloseTimeout is
	// shortened, if one more attempt can have its whole StartToCloseTimeout.
	Jitter Jitter
	// MaxRetryAfter limits the wait that [After] or a classifier asks for, such as
	// that of Retry-After. It does not limit the NextRetryDelay of an application
	// error. Zero is [DefaultMaxRetryAfter].
	MaxRetryAfter time.Duration
	// Schedule returns the planned wait after the attempt in info, or 0 to use the
	// activity's retry policy. See [FastThenSlow].
	Schedule func(info activity.Info) time.Duration
	// Before runs before each attempt, for a circuit breaker or a quota. An error
	// short-circuits the attempt: the activity does not run, and the error is benign
	// and retried, whatever else it says; only [NonRetryable] ends the activity. Use
	// [After] to say when to ask again; up to a fifth of that is added at random. A
	// short-circuited attempt counts for MaximumAttempts. The program examples/retry
	// shows a breaker. To limit the rate of all workers together, use
	// worker.Options.TaskQueueActivitiesPerSecond.
	Before func(ctx context.Context) error
	// WarnAfter numbers the failed attempt that logs a warning. It and each later
	// one that fails count for the metric temporal_patterns_activity_late_failures. An
	// attempt that times out runs no code and is not counted, nor is an error that
	// [Benign] marks. Zero is [DefaultWarnAfter]; a negative number turns both off.
	WarnAfter int32
}

// classifier returns what classifies the errors of activities of that type, or nil.
func (o *InterceptorOptions) classifier(activityType string) failure.Classifier {
	if o.Classify == nil || o.ClassifyOnly != nil && !o.ClassifyOnly(activityType) {
		return nil
	}
	return func(ctx context.Context, err error) failure.Classification {
		c := o.Classify(ctx, err)
		return failure.Classification{
			Retryability: failure.Retryability(c.Retryability), Type: c.Type, RetryAfter: c.RetryAfter, Benign: c.Benign,
		}
	}
}
