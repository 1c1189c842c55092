package retry

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// metricFailures counts attempts that failed, by what was found out about the
// error: the tag verdict is retryable, non_retryable, unknown or parked.
const metricFailures = "temporal_patterns_activity_failures"

func count(ctx context.Context, l failure.Analysis, parked bool) {
	verdict := l.Retryability.String()
	if parked {
		verdict = "parked"
	}
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"verdict": verdict}).Counter(metricFailures).Inc(1)
}

// metricShadow counts attempts whose failure Classify would change, by the tag
// verdict. See Options.Shadow.
const metricShadow = "temporal_patterns_activity_failures_shadow"

// shadow logs and counts what classify would change.
func shadow(ctx context.Context, err error, listed []string, classify Classifier) {
	now, _ := failure.Analyze(ctx, err, listed, nil)
	then, ok := failure.Analyze(ctx, err, listed, classify)
	if !ok || then.Retryability == now.Retryability && then.Type == now.Type && then.Benign == now.Benign && then.RetryAfter == now.RetryAfter && then.Delay == now.Delay {
		return
	}
	verdict := then.Retryability.String()
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"verdict": verdict}).Counter(metricShadow).Inc(1)
	activity.GetLogger(ctx).Info("retry: a classifier would change this failure; unset Options.Shadow to let it",
		"Verdict", verdict, "Type", then.Type, "TypeNow", now.Type, "Delay", max(then.RetryAfter, then.Delay), "Benign", then.Benign)
}
