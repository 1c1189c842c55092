package signals

// DeadlinePolicy decides about a message that reaches the workflow in the same workflow
// task as a deadline's timer, as happens after a worker was down. Workflow
// code chooses, never the worker's configuration.
type DeadlinePolicy uint8

const (
	// DeadlineAcceptLate lets count what has arrived before the verdict is given. A
	// message recorded before the deadline always counts; one recorded after
	// it counts too if no worker had looked in between. The default.
	DeadlineAcceptLate DeadlinePolicy = iota
	// DeadlineHistoryOrder lets count what history recorded before the timer fired, and
	// nothing else. It needs [NewInterceptor] on the worker: without it the
	// workflow task fails, and the run goes on by itself once a worker with it
	// takes over.
	DeadlineHistoryOrder
)
