package retry

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// NewInterceptor returns the worker interceptor that makes Temporal act on what an
// activity's error says about retries, for regular and local activities. Temporal
// looks at the outermost error only; the interceptor looks at the whole tree that
// fmt.Errorf with %w and errors.Join make. The first statement on the way from
// outside in decides, and of a join the strictest: a mark ([NonRetryable], [After]),
// an application error, or a type that the activity's policy lists. The error of
// another execution, such as a child workflow, says nothing about this activity.
//
// An error that says nothing is returned as the same value, unless Classify, Jitter
// or Schedule is set in o. Below a rewritten error, errors.Is and errors.As find the
// original; its text becomes valid UTF-8 of at most 8 KB. Results, pending results
// and cancellation pass untouched. The interceptor adds no history event.
//
// The metric temporal_patterns_activity_failures counts failed attempts by retryability:
// retryable, non_retryable, unknown or short_circuited. In shadow,
// temporal_patterns_activity_failures_shadow counts those that would change.
// temporal_patterns_activity_late_failures counts those from the tenth on, or from
// WarnAfter.
func NewInterceptor(o InterceptorOptions) interceptor.WorkerInterceptor {
	if o.MaxRetryAfter <= 0 {
		o.MaxRetryAfter = DefaultMaxRetryAfter
	}
	if o.WarnAfter == 0 {
		o.WarnAfter = DefaultWarnAfter
	}
	if o.Classify == nil && (o.ClassifyOnly != nil || o.Shadow) {
		o.Classify = classify.Default
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
			return nil, i.report(ctx, err, true)
		}
	}
	result, err := i.Next.ExecuteActivity(ctx, in)
	if err == nil {
		return result, nil
	}
	return result, i.report(ctx, err, false)
}

// metricLate counts failed attempts from InterceptorOptions.WarnAfter on.
const metricLate = "temporal_patterns_activity_late_failures"

// warnOfAttempt counts a failed attempt from InterceptorOptions.WarnAfter on, and logs the first.
func (i *inbound) warnOfAttempt(ctx context.Context, attempt int32) {
	if after := i.options.WarnAfter; after > 0 && attempt >= after {
		activity.GetMetricsHandler(ctx).Counter(metricLate).Inc(1)
		if attempt == after {
			activity.GetLogger(ctx).Warn("retry: each attempt of the activity has failed so far; look at its last failure in Temporal's UI",
				"Attempts", attempt)
		}
	}
}

// report returns the error for Temporal, and records from which error it was made.
func (i *inbound) report(ctx context.Context, err error, shortCircuited bool) error {
	returned := i.rewrite(ctx, err, shortCircuited)
	failure.Record(ctx, err, returned)
	return returned
}

func (i *inbound) rewrite(ctx context.Context, err error, shortCircuited bool) error {
	info := activity.GetInfo(ctx)
	a, ok := i.analyze(ctx, info, err, shortCircuited)
	if !ok {
		return err
	}
	if !a.Benign {
		i.warnOfAttempt(ctx, info.Attempt)
	}
	w := i.nextWait(info, a, shortCircuited)
	count(ctx, a, shortCircuited)
	if w.exceeds {
		return a.Replace(ReasonBudgetExceeded, w.message(), BudgetExceeded{RetryAfter: w.asked, Remaining: w.remaining})
	}
	return a.Render(w.duration)
}

func (i *inbound) analyze(ctx context.Context, info activity.Info, err error, shortCircuited bool) (failure.Analysis, bool) {
	if shortCircuited {
		return failure.AnalyzeShortCircuit(ctx, err, ReasonShortCircuited)
	}
	var listed []string
	if info.RetryPolicy != nil {
		listed = info.RetryPolicy.NonRetryableErrorTypes
	}
	classifier := i.options.classifier(info.ActivityType.Name)
	if classifier != nil && i.options.Shadow {
		shadow(ctx, err, listed, classifier)
		classifier = nil
	}
	return failure.Analyze(ctx, err, listed, classifier)
}

// metricFailures counts failed attempts. Its tag retryability has the values of
// classify.Retryability, and short_circuited.
const metricFailures = "temporal_patterns_activity_failures"

func count(ctx context.Context, a failure.Analysis, shortCircuited bool) {
	retryability := a.Retryability.String()
	if shortCircuited {
		retryability = "short_circuited"
	}
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"retryability": retryability}).Counter(metricFailures).Inc(1)
}

// metricShadow counts failed attempts that Classify would change. See
// InterceptorOptions.Shadow.
const metricShadow = "temporal_patterns_activity_failures_shadow"

// shadow logs and counts what the classifier would change.
func shadow(ctx context.Context, err error, listed []string, classifier failure.Classifier) {
	now, _ := failure.Analyze(ctx, err, listed, nil)
	then, ok := failure.Analyze(ctx, err, listed, classifier)
	if !ok || then.Classification == now.Classification && then.Delay == now.Delay {
		return
	}
	retryability := then.Retryability.String()
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"retryability": retryability}).Counter(metricShadow).Inc(1)
	activity.GetLogger(ctx).Info("retry: the classifier would change this failure; unset InterceptorOptions.Shadow to apply it",
		"Retryability", retryability, "Type", then.Type, "TypeNow", now.Type, "Delay", max(then.RetryAfter, then.Delay), "Benign", then.Benign)
}
