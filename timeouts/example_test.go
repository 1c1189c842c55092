package timeouts_test

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/timeouts"
)

// What is wrong with options, before a server finds out or does not.
func ExampleCheck() {
	fmt.Println(timeouts.Check(workflow.ActivityOptions{StartToCloseTimeout: 2 * time.Minute}))
	// Output:
	// T006 ScheduleToCloseTimeout: it is not set, and nor is MaximumAttempts: a failure that stays is retried for ever; set one of them, or accept T006 if it is meant so
	// W101 HeartbeatTimeout: none is set for attempts of up to 2m0s, so a dead worker is noticed after that long; set it, and send heartbeats
}

// A package-level variable: a program with bad options does not start.
var upload = timeouts.Must(timeouts.Long(time.Hour, 24*time.Hour))

func ExampleMust() {
	fmt.Println(upload.StartToCloseTimeout, upload.ScheduleToCloseTimeout, upload.HeartbeatTimeout)
	// Output: 1h0m0s 24h0m0s 30s
}

func ExampleActivity() {
	_, err := timeouts.Activity(30*time.Second, timeouts.Options{Total: 20 * time.Second})
	fmt.Println(err)
	// Output:
	// timeouts: T004 StartToCloseTimeout: 30s is above ScheduleToCloseTimeout, 20s, and is cut down to it without a word; lower it, or allow more in all
	// timeouts: T005 ScheduleToCloseTimeout: 20s are over when one attempt has timed out after 20s and the first wait of 1s has passed, so there is no retry; allow more, or lower StartToCloseTimeout
}
