package timeouts

import (
	"errors"
	"fmt"
	"strings"
)

// A Code names a rule of [Check]. Those that begin with T are errors: the
// options do something else than they say, or hang. Those that begin with W are
// warnings.
type Code string

// The codes, with what they stand for.
const (
	NoCloseTimeout    Code = "T001" // neither StartToClose nor ScheduleToClose
	Negative          Code = "T002" // a duration below zero
	HeartbeatTooLong  Code = "T003" // Heartbeat is not below StartToClose
	AttemptTooLong    Code = "T004" // StartToClose is above ScheduleToClose, or a run's time-out above the execution's
	NoTimeForRetry    Code = "T005" // one attempt that times out leaves no time for another
	Endless           Code = "T006" // nothing ends the retries
	BadRetryPolicy    Code = "T007" // the server would refuse the policy
	LocalWithoutRetry Code = "T008" // a local activity whose retries have no time
	NoStopTimeout     Code = "T009" // a worker that is stopped leaves attempts no time to end
	QueueTooLong      Code = "T010" // ScheduleToStart is above ScheduleToClose
	NoHeartbeat       Code = "W101" // StartToClose is over a minute, and there is no Heartbeat
	SharedQueue       Code = "W102" // ScheduleToStart on a queue that several workers share
	FewAttempts       Code = "W103" // fewer than 3 attempts fit if each times out
	CrashIsFinal      Code = "W104" // a single attempt with Heartbeat
	SingleAttempt     Code = "W105" // a single attempt
	HeartbeatTooShort Code = "W106" // Heartbeat is below 5 s
	Hammering         Code = "W107" // equal waits below a second, without end
	OddType           Code = "W108" // an entry of NonRetryableErrorTypes that is no type's name
	LongLocal         Code = "W109" // a local activity that outlasts a workflow task
	LongTask          Code = "W110" // WorkflowTaskTimeout is above what a server allows
)

// A Finding is one thing that [Check] has found.
type Finding struct {
	Code Code
	// Field is the field of the options that it is about.
	Field string
	// Message says what is wrong, with values, and what to do.
	Message string
}

// IsError reports whether the finding is an error, not a warning.
func (f Finding) IsError() bool { return strings.HasPrefix(string(f.Code), "T") }

// String is the finding in one line.
func (f Finding) String() string { return fmt.Sprintf("%s %s: %s", f.Code, f.Field, f.Message) }

// Findings are all that [Check] has found, in the order of the codes.
type Findings []Finding

// Err joins the errors among the findings; it is nil when there are only
// warnings.
func (f Findings) Err() error {
	var errs []error
	for _, finding := range f {
		if finding.IsError() {
			errs = append(errs, fmt.Errorf("timeouts: %v", finding))
		}
	}
	return errors.Join(errs...)
}

// String has a line for each finding.
func (f Findings) String() string {
	var lines []string
	for _, finding := range f {
		lines = append(lines, finding.String())
	}
	return strings.Join(lines, "\n")
}
