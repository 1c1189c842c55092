package lint

import (
	"slices"
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// CheckWorker reports whether WorkerStopTimeout is too short for activities with
// these options: a worker that stops, for example in a deployment, should let them
// end. The finding is [CodeNoStopTimeout]. patterns.NewPlugin calls it for each
// worker.
func CheckWorker(o worker.Options, activities []workflow.ActivityOptions, opts Options) Findings {
	var longest, heartbeat time.Duration
	for _, a := range activities {
		switch {
		case a.HeartbeatTimeout > 0:
			heartbeat = max(heartbeat, a.HeartbeatTimeout)
		case a.StartToCloseTimeout == 0:
			longest = max(longest, a.ScheduleToCloseTimeout)
		default:
			longest = max(longest, a.StartToCloseTimeout)
		}
	}
	var problems []problem
	switch stop := o.WorkerStopTimeout; {
	case slices.Contains(opts.Ignore, CodeNoStopTimeout):
	case stop < longest:
		problems = found("WorkerStopTimeout",
			"%v is below the %v that an attempt may take: a worker that stops abandons the attempt, and its retry begins when that "+
				"time is over; "+
				"set it to %v or more, or send heartbeats", stop, longest, longest)
	case stop <= 0 && heartbeat > 0:
		problems = found("WorkerStopTimeout",
			"it is not set, so a worker that stops ends activities without a last heartbeat, and their retry begins when a "+
				"HeartbeatTimeout of %v is over; "+
				"set it to a few seconds", heartbeat)
	}
	var all Findings
	for _, p := range problems {
		all = append(all, Finding{Code: CodeNoStopTimeout, Field: p.field, Message: p.message})
	}
	return all
}
