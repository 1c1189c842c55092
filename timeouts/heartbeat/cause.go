package heartbeat

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
)

// A Cause is the reason why the context of an activity ended.
type Cause string

// The causes.
const (
	// CauseCanceled: the workflow or a client requested the cancellation. Clean up,
	// and return ctx.Err(): the activity ends as canceled. A local activity may
	// learn of it some seconds late, with a heartbeat of its workflow task.
	CauseCanceled Cause = "Canceled"
	// CausePaused: an operator paused the activity. Return ctx.Err(): the next
	// attempt begins when the activity is unpaused, with the details of the last
	// heartbeat.
	CausePaused Cause = "Paused"
	// CauseReset: an operator reset the activity, so that attempts count from 1
	// again. Return ctx.Err(): the next attempt begins. Only a first attempt has
	// this cause; later ones have [CauseNotFound] (servers 1.29.1 and 1.32.1), and
	// the next attempt begins when HeartbeatTimeout is over.
	CauseReset Cause = "Reset"
	// CauseShutdown: the worker stops. For the activity's own context, its
	// WorkerStopTimeout is over and a result may be lost; a context of
	// [WithWorkerStop] ends when the worker begins to stop. Return ctx.Err(): the
	// next attempt begins as the retry policy says, on another worker.
	CauseShutdown Cause = "Shutdown"
	// CauseDeadline: StartToCloseTimeout or ScheduleToCloseTimeout is over. What the
	// activity returns is dropped.
	CauseDeadline Cause = "Deadline"
	// CauseNotFound: the server does not know the attempt any more, because the
	// workflow has ended or the attempt has timed out; or heartbeats do not reach the
	// server. What the activity returns is dropped.
	CauseNotFound Cause = "NotFound"
	// CauseOther: a context that the activity derived has ended by itself, for example
	// one of [WithMargin] or one that the activity canceled. What the activity returns
	// still counts.
	CauseOther Cause = "Other"
)

// CauseOf returns why the context of an activity, or one derived from it, has
// ended. It returns "" while ctx has not ended.
//
// Temporal ends the context in response to a heartbeat, when a worker stops, and
// when the time is over. For all but the last, ctx.Err() is context.Canceled.
// Return that, and no temporal.CanceledError: unless the cause is [CauseCanceled],
// the server treats it as a failure, and the workflow closes as canceled when no
// attempt follows.
//
// With [NewInterceptor], CauseOf distinguishes the activity's own context from
// derived ones. Without it, a context that the activity canceled with an error of
// its own, as an errgroup does, has [CauseNotFound]. For activities.
func CauseOf(ctx context.Context) Cause {
	if ctx.Err() == nil {
		return ""
	}
	cause := context.Cause(ctx)
	if r := recorderOf(ctx); r != nil {
		if r.activity.Err() != nil {
			cause = context.Cause(r.activity)
		} else if !errors.Is(cause, worker.ErrWorkerShutdown) { // of WithWorkerStop
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
	case errors.Is(cause, context.DeadlineExceeded) && endsEarly(ctx):
		return CauseOther
	case errors.Is(cause, context.DeadlineExceeded):
		return CauseDeadline
	case errors.Is(cause, context.Canceled) && activity.IsActivity(ctx) && activity.GetInfo(ctx).IsLocalActivity:
		return CauseCanceled // a local activity learns nothing else
	case errors.Is(cause, context.Canceled):
		return CauseOther
	}
	return CauseNotFound
}

// endsEarly reports whether ctx has a deadline before that of its activity.
func endsEarly(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return ok && activity.IsActivity(ctx) && deadline.Before(activity.GetInfo(ctx).Deadline)
}
