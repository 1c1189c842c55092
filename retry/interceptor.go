package retry

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// ErrTypeParked is the type of the application error of an attempt that did not
// begin, see [InterceptorOptions.Before].
const ErrTypeParked = "retry.Parked"

// FastThenSlow is an [InterceptorOptions.Schedule] of two phases in one activity, with one
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

// NewInterceptor returns the worker interceptor through which an activity's error
// says what a retry policy can act on, for regular and local activities. It looks
// through fmt.Errorf with %w and errors.Join, where Temporal sees the outermost
// error only. The first word on the way from outside in counts, and of a join
// the strictest: a mark ([Permanent], [After]), an application error, or a type
// that is listed in the activity's own NonRetryableErrorTypes. The error of
// another execution, such as one of a child workflow, says nothing.
//
// An error that says nothing is returned as the same value, unless
// [InterceptorOptions.Classify], [InterceptorOptions.Jitter] or [InterceptorOptions.Schedule] is set. When an error
// has to be rewritten, errors.Is and errors.As find the original below it, and
// the text stays: as valid UTF-8, cut after 8 KB. Results, pending results and
// cancellation pass untouched. It creates no history event.
func NewInterceptor(o InterceptorOptions) interceptor.WorkerInterceptor {
	if o.MaxRetryAfter <= 0 {
		o.MaxRetryAfter = DefaultMaxRetryAfter
	}
	if o.Classify == nil && (o.ClassifyOnly != nil || o.Shadow) {
		o.Classify = Default
	}
	return &workerInterceptor{options: &o}
}

type workerInterceptor struct {
	interceptor.WorkerInterceptorBase

	options *InterceptorOptions
}

func (w *workerInterceptor) InterceptActivity(
	_ context.Context, next interceptor.ActivityInboundInterceptor,
) interceptor.ActivityInboundInterceptor {
	in := &inbound{options: w.options}
	in.Next = next
	return in
}

type inbound struct {
	interceptor.ActivityInboundInterceptorBase

	options *InterceptorOptions
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
	failure.Record(ctx, err, returned)
	return returned
}

// fail returns the error that Temporal is told.
func (i *inbound) fail(ctx context.Context, err error, isParked bool) error {
	info := activity.GetInfo(ctx)
	l, ok := i.judge(ctx, info, err, isParked)
	if !ok {
		return err
	}
	d := i.next(info, l, isParked)
	count(ctx, l, isParked)
	if d.over {
		return l.Replace(d.reason(), ErrTypeBudget, BudgetExceeded{RetryAfter: d.asked, Remaining: d.remaining})
	}
	return l.Render(d.wait)
}

func (i *inbound) judge(ctx context.Context, info activity.Info, err error, isParked bool) (failure.Analysis, bool) {
	if isParked {
		return failure.AnalyzeShortCircuit(ctx, err, ErrTypeParked)
	}
	var listed []string
	if info.RetryPolicy != nil {
		listed = info.RetryPolicy.NonRetryableErrorTypes
	}
	classify := i.options.classifier(info.ActivityType.Name)
	if classify != nil && i.options.Shadow {
		shadow(ctx, err, listed, classify)
		classify = nil
	}
	return failure.Analyze(ctx, err, listed, classify)
}
