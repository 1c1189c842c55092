package timeouts

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
)

// Cause is why the context of an activity has ended.
type Cause string

// The causes.
const (
	// CauseNone is no cause: the context has not ended.
	CauseNone Cause = ""
	// CauseCanceled is a request of the workflow, or of somebody who canceled it.
	// Clean up, and return ctx.Err(): the activity ends as canceled. A local
	// activity may learn of it some seconds late, with a heartbeat of its
	// workflow task.
	CauseCanceled Cause = "Canceled"
	// CausePaused is a request of an operator. Return ctx.Err(): the next attempt
	// begins when the activity is unpaused, and finds the details of the last
	// heartbeat.
	CausePaused Cause = "Paused"
	// CauseReset is a request of an operator to count the attempts from 1 again.
	// Return ctx.Err(): the next attempt begins. Only a first attempt is told so;
	// one with a higher number is [CauseNotFound] (servers 1.29.1 and 1.32.1), and the
	// next begins when HeartbeatTimeout is over.
	CauseReset Cause = "Reset"
	// CauseShutdown is a worker whose WorkerStopTimeout is over. Return ctx.Err():
	// the next attempt begins as the retry policy says, on another worker. A
	// result may be lost by now, so whoever can end in time should work with
	// [WithWorkerStop], which tells when the worker begins to stop.
	CauseShutdown Cause = "Shutdown"
	// CauseDeadline is a StartToClose or ScheduleToClose that is over. What the
	// activity returns is dropped.
	CauseDeadline Cause = "OutOfTime"
	// CauseNotFound is an attempt that the server does not know any more, or a server
	// that heartbeats do not reach: the workflow has ended, or the attempt has
	// timed out. What the activity returns is dropped.
	CauseNotFound Cause = "Gone"
	// CauseOther is a context that the activity has made itself, whose own limit is
	// over, as that of [WithMargin], or that the activity has canceled. What the activity
	// returns still counts.
	CauseOther Cause = "Other"
)

// CauseOf says why the context of an activity, or one made from it, has ended.
// Temporal ends it in answer to a heartbeat, see [Heartbeat], when a worker
// stops, and when the time is over; for all but the last ctx.Err() is the same
// context.Canceled. Return that, and no temporal.CanceledError: unless the cause
// is CauseCanceled, that is a failure like others, but one that closes the
// workflow as canceled if no attempt follows. With [NewInterceptor] it knows the
// activity's own context and tells its end from that of a context that was made
// from it; without, a context that was canceled with an error of your own, as by an
// errgroup, is taken for [CauseNotFound]. For activities.
func CauseOf(ctx context.Context) Cause {
	if ctx.Err() == nil {
		return CauseNone
	}
	cause := context.Cause(ctx)
	if r := recorderOf(ctx); r != nil {
		if r.own.Err() != nil {
			cause = context.Cause(r.own)
		} else if !errors.Is(cause, worker.ErrWorkerShutdown) { // as of UntilStopped
			return CauseOther
		}
	}
	switch {
	case errors.Is(cause, activity.ErrActivityPaused):
		return CausePaused
	case errors.Is(cause, activity.ErrActivityReset):
		return CauseReset
	case errors.Is(cause, worker.ErrWorkerShutdown):
		return CauseShutdown
	case temporal.IsCanceledError(cause):
		return CauseCanceled
	case errors.Is(cause, context.DeadlineExceeded) && endsBefore(ctx):
		return CauseOther
	case errors.Is(cause, context.DeadlineExceeded):
		return CauseDeadline
	case errors.Is(cause, context.Canceled) && activity.IsActivity(ctx) && activity.GetInfo(ctx).IsLocalActivity:
		return CauseCanceled // which are told nothing else
	case errors.Is(cause, context.Canceled):
		return CauseOther
	}
	return CauseNotFound
}

// endsBefore reports whether ctx has a limit within that of its activity.
func endsBefore(ctx context.Context) bool {
	limit, ok := ctx.Deadline()
	return ok && activity.IsActivity(ctx) && limit.Before(activity.GetInfo(ctx).Deadline)
}
