package timeouts

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// Progress returns the details of the previous attempt's last heartbeat; ok is
// false when there are none, or none of that type, which is logged. For
// activities.
func Progress[T any](ctx context.Context) (progress T, ok bool) {
	if !activity.HasHeartbeatDetails(ctx) {
		return progress, false
	}
	if err := activity.GetHeartbeatDetails(ctx, &progress); err != nil {
		activity.GetLogger(ctx).Warn("The progress of the previous attempt cannot be read, and this one begins anew; resume with the type that heartbeats have", "Error", err)
		var none T
		return none, false
	}
	return progress, true
}

// WithWorkerStop returns a context that ends with ctx, and as soon as the worker
// begins to stop, when [CauseOf] says [CauseShutdown]. Temporal ends ctx itself
// only when WorkerStopTimeout is over, and what is returned after that may not be
// heard: a step that can go on elsewhere should end with this one. Call cancel
// when done. For activities.
func WithWorkerStop(ctx context.Context) (context.Context, context.CancelFunc) {
	work, end := context.WithCancelCause(ctx)
	stop := activity.GetWorkerStopChannel(ctx)
	go func() {
		select {
		case <-stop:
			end(worker.ErrWorkerShutdown) // as Temporal would
		case <-work.Done():
		}
	}()
	return work, func() { end(nil) }
}

// stopping reports whether the worker has begun to stop.
func stopping(ctx context.Context) bool {
	select {
	case <-activity.GetWorkerStopChannel(ctx):
		return true
	default:
		return false
	}
}
