package idempotency

import (
	"context"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/trace"
)

// recordSpan records the span of a call that has begun then and ends now.
func recordSpan(ctx context.Context, x *execution, began time.Time, err *error) {
	trace.InActivity(ctx, func() trace.Span {
		return trace.Span{
			Operation: "GuardedCall", Name: x.info.ActivityType, Start: began, Err: *err,
			Tags: map[string]string{
				"temporalWorkflowID": x.info.WorkflowID, "temporalRunID": x.info.RunID, "temporalActivityID": x.info.ActivityID,
				"idempotencyEvent": x.lastEvent,
			},
		}
	})
}
