package timeouts

import (
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// CheckWorker says whether a worker that is stopped, as by a deployment, lets
// activities with these options come to an end; the finding is [CodeNoStopTimeout].
// Codes in accepted are left out. patterns.NewPlugin asks it for each worker.
func CheckWorker(o worker.Options, activities []workflow.ActivityOptions, accepted ...Code) Findings {
	var longest, beating time.Duration
	for _, a := range activities {
		attempt := a.StartToCloseTimeout
		if attempt == 0 {
			attempt = a.ScheduleToCloseTimeout
		}
		if a.HeartbeatTimeout > 0 {
			beating = max(beating, a.HeartbeatTimeout)
			continue
		}
		longest = max(longest, attempt)
	}
	c := checker{accepted: accepted}
	stop := o.WorkerStopTimeout
	switch {
	case stop < longest:
		c.find(CodeNoStopTimeout, "WorkerStopTimeout", "%v is below the %v that an attempt may take: a worker that is stopped gives it up, and its retry begins when that time is over; set it to %v or more, or send heartbeats", stop, longest, longest)
	case stop <= 0 && beating > 0:
		c.find(CodeNoStopTimeout, "WorkerStopTimeout", "it is not set, so activities are ended without time to say so, and their retry begins when a HeartbeatTimeout of %v is over; set it to a few seconds", beating)
	}
	return c.found
}
