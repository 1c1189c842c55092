package retry

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Jitter is how much of a planned wait is left to chance, so that activities
// that failed together do not come back together. A server has no jitter.
type Jitter uint8

const (
	// Equal waits between half of the planned time and all of it.
	Equal Jitter = iota
	// Full waits between nothing and all of it.
	Full
	// None waits as planned.
	None
)

// ErrTypeParked is the type of the application error of an attempt that did not
// begin, see [Options.Before].
const ErrTypeParked = "retry.Parked"

// MaxRetryAfter is the longest wait that a failure may ask for by default.
const MaxRetryAfter = 15 * time.Minute

// Options tunes [NewInterceptor]. The zero value is ready to use. The functions
// run in activities, and must be safe for concurrent use.
type Options struct {
	// Classifier judges errors that do not say themselves what they are. Nil is
	// [Default].
	Classifier Classifier
	// Jitter is applied to waits that the retry policy plans. Zero is [Equal].
	Jitter Jitter
	// MaxRetryAfter bounds what Retry-After, RetryInfo and [After] ask for, and
	// not the NextRetryDelay of an application error. Zero is [MaxRetryAfter].
	MaxRetryAfter time.Duration
	// Schedule returns the planned wait after the attempt in info, and 0 to
	// leave it to the activity's retry policy. See [FastThenSlow].
	Schedule func(info activity.Info) time.Duration
	// Before is asked before each attempt. An error parks the attempt: the
	// activity does not run, and the error is benign. Give it the time until
	// it makes sense to ask again with [After]; up to a fifth is added at
	// random. A parked attempt counts for MaximumAttempts.
	Before func(ctx context.Context) error
}

// FastThenSlow is an [Options.Schedule] of two phases in one activity, with one
// activity ID: the first attempts follow the retry policy, the others come
// every interval. The policy must have no MaximumAttempts, as
// Fast(MaximumAttempts(0)); limit the time by ScheduleToCloseTimeout.
func FastThenSlow(fast int32, interval time.Duration) func(activity.Info) time.Duration {
	return func(info activity.Info) time.Duration {
		if info.Attempt < fast {
			return 0
		}
		return interval
	}
}

// NewInterceptor returns the worker interceptor that makes of an activity's
// error what a retry policy can act on, for regular and local activities. It
// looks through fmt.Errorf with %w and errors.Join, where Temporal sees the
// outermost error only. What an error says itself counts, in this order: its
// type is among the activity's NonRetryableErrorTypes; a mark ([Permanent],
// [After]); it is an application error; else the classifier is asked. Type,
// details, category and delay are kept, and the message is the whole one.
// Results, pending results and cancellation pass untouched. It creates no
// history event.
func NewInterceptor(o Options) interceptor.WorkerInterceptor {
	if o.Classifier == nil {
		o.Classifier = Default
	}
	if o.MaxRetryAfter <= 0 {
		o.MaxRetryAfter = MaxRetryAfter
	}
	return &workerInterceptor{options: &o}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase

	options *Options
}

func (w *workerInterceptor) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	in := &inbound{options: w.options}
	in.Next = next
	return in
}

type inbound struct {
	interceptor.ActivityInboundInterceptorBase

	options *Options
}

func (i *inbound) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	if i.options.Before != nil {
		if err := i.options.Before(ctx); err != nil {
			return nil, i.told(ctx, err, true)
		}
	}
	result, err := i.Next.ExecuteActivity(ctx, in)
	if err == nil {
		return result, nil
	}
	return result, i.told(ctx, err, false)
}

// told is the error that Temporal is told, and a note of what it was made of.
func (i *inbound) told(ctx context.Context, err error, isParked bool) error {
	returned := i.fail(ctx, err, isParked)
	failure.Note(ctx, err, returned)
	return returned
}

// fail is the error that Temporal is told.
func (i *inbound) fail(ctx context.Context, err error, isParked bool) error {
	info := activity.GetInfo(ctx)
	var listed []string
	if info.RetryPolicy != nil {
		listed = info.RetryPolicy.NonRetryableErrorTypes
	}
	l, ok := failure.Lift(ctx, err, listed, i.options.Classifier)
	if !ok {
		return err
	}
	if isParked {
		l.Type, l.Benign = ErrTypeParked, true
	}
	d := i.next(info, l, isParked)
	count(ctx, l, isParked)
	if d.over {
		return temporal.NewApplicationErrorWithOptions(d.reason(), ErrTypeBudget, temporal.ApplicationErrorOptions{
			NonRetryable: true, Cause: failure.Bare(err), Details: []any{BudgetExceeded{RetryAfter: d.asked, Remaining: d.remaining}},
		})
	}
	return l.Failure(d.wait)
}
