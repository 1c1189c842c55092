package heartbeat

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// Progress returns the details of the previous attempt's last heartbeat. ok is
// false when there are none, or when they do not have type T, which is logged. For
// activities.
func Progress[T any](ctx context.Context) (progress T, ok bool) {
	if !activity.HasHeartbeatDetails(ctx) {
		return progress, false
	}
	if err := activity.GetHeartbeatDetails(ctx, &progress); err != nil {
		activity.GetLogger(ctx).Warn("The progress of the previous attempt cannot be read, so this attempt starts from the beginning; "+
			"call heartbeat.Progress with the type that the heartbeats have", "Error", err)
		var none T
		return none, false
	}
	return progress, true
}

// WithWorkerStop returns a context that ends with ctx, and as soon as the worker
// begins to stop, with [CauseShutdown]. Temporal ends ctx itself only when
// WorkerStopTimeout is over, and a result that is returned after that may be lost.
// Use it for work that can continue on another worker. Call cancel when done. For
// activities.
func WithWorkerStop(ctx context.Context) (work context.Context, cancel context.CancelFunc) {
	work, end := context.WithCancelCause(ctx)
	stop := activity.GetWorkerStopChannel(ctx)
	go func() {
		select {
		case <-stop:
			end(worker.ErrWorkerShutdown) // as Temporal does
		case <-work.Done():
		}
	}()
	return work, func() { end(nil) }
}

// isStopping reports whether the worker has begun to stop.
func isStopping(ctx context.Context) bool {
	select {
	case <-activity.GetWorkerStopChannel(ctx):
		return true
	default:
		return false
	}
}
