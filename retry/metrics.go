package retry

import (
	"context"

	"go.temporal.io/sdk/activity"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// metricFailures counts attempts that failed, by what was found out about the
// error: the tag verdict is retryable, non_retryable, unknown or parked.
const metricFailures = "temporal_patterns_activity_failures"

func count(ctx context.Context, l failure.Lifted, parked bool) {
	verdict := l.Class.String()
	if parked {
		verdict = "parked"
	}
	activity.GetMetricsHandler(ctx).WithTags(map[string]string{"verdict": verdict}).Counter(metricFailures).Inc(1)
}
