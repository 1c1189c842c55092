package retry

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
)

// Jitter is how much of a planned wait is left to chance, so that activities
// that failed together do not come back together. A server has no jitter.
type Jitter uint8

const (
	// JitterNone leaves planned waits to the server.
	JitterNone Jitter = iota
	// JitterEqual waits between half of the planned time and all of it.
	JitterEqual
	// JitterFull waits between nothing and all of it.
	JitterFull
)

// DefaultMaxRetryAfter is the longest wait that a failure may ask for by default.
const DefaultMaxRetryAfter = 15 * time.Minute

// InterceptorOptions tunes [NewInterceptor]. With the zero value an activity's failure
// changes only where the activity's own code says so, by a mark or by an
// application error that is not retryable, or its own retry policy, by a type in
// its list. The functions run in activities, and must be safe for concurrent use.
type InterceptorOptions struct {
	// Classify judges errors that do not say themselves what they are, as those of
	// HTTP clients and databases: [Default] is one. With it, an application error
	// that is wrapped also brings its type, details, category and delay to the
	// top. Nil classifies nothing, unless ClassifyOnly or Shadow is set: then it is
	// Default.
	Classify Classifier
	// ClassifyOnly reports whether Classify is for the activities of that type. Nil
	// is for all.
	ClassifyOnly func(activityType string) bool
	// Shadow makes Classify change nothing: what it would change is logged and
	// counted.
	Shadow bool
	// Jitter is applied to waits that the retry policy plans, and spreads those that
	// a failure asks for by up to a fifth more. Zero is [JitterNone]. With Jitter or
	// Schedule, a planned wait that does not fit into ScheduleToCloseTimeout is
	// shortened, if one more attempt can have its whole StartToCloseTimeout.
	Jitter Jitter
	// DefaultMaxRetryAfter bounds what [After] and a classifier ask for, as by Retry-After,
	// and not the NextRetryDelay of an application error. Zero is [DefaultMaxRetryAfter].
	MaxRetryAfter time.Duration
	// Schedule returns the planned wait after the attempt in info, and 0 to
	// leave it to the activity's retry policy. See [FastThenSlow].
	Schedule func(info activity.Info) time.Duration
	// Before is asked before each attempt. An error parks the attempt: the
	// activity does not run, and the error is benign, whatever else it says. Only
	// [Permanent] ends the activity. Give it the time until it makes sense to ask
	// again with [After]; up to a fifth is added at random. A parked attempt counts
	// for MaximumAttempts.
	Before func(ctx context.Context) error
}

// classifier returns what judges errors of activities of that type, or nil.
func (o *InterceptorOptions) classifier(activityType string) Classifier {
	if o.ClassifyOnly != nil && !o.ClassifyOnly(activityType) {
		return nil
	}
	return o.Classify
}
