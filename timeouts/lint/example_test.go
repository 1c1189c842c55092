package lint_test

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
	"github.com/temporal-patterns/temporal-patterns/timeouts/lint"
)

func ExampleCheck() {
	fmt.Println(lint.Check(workflow.ActivityOptions{StartToCloseTimeout: 2 * time.Minute}, lint.Options{}))
	// Output:
	// T006 ScheduleToCloseTimeout: neither it nor MaximumAttempts is set, so a lasting failure is retried forever; set one of them, or ignore T006 if that is meant
	// W101 HeartbeatTimeout: it is not set for attempts of up to 2m0s, so a dead worker is noticed only after that time; set it, and send heartbeats
}

// A worker without WorkerStopTimeout leaves its activities no time to end.
func ExampleCheckWorker() {
	fmt.Println(lint.CheckWorker(worker.Options{}, []workflow.ActivityOptions{timeouts.Quick()}, lint.Options{}))
	// Output:
	// T009 WorkerStopTimeout: 0s is below the 10s that an attempt may take: a worker that stops abandons the attempt, and its retry begins when that time is over; set it to 10s or more, or send heartbeats
}
