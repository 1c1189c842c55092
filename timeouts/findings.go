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
	CodeNoCloseTimeout        Code = "T001" // neither StartToClose nor ScheduleToClose
	CodeNegativeDuration      Code = "T002" // a duration below zero
	CodeHeartbeatTooLong      Code = "T003" // Heartbeat is not below StartToClose
	CodeAttemptTooLong        Code = "T004" // StartToClose is above ScheduleToClose, or a run's time-out above the execution's
	CodeNoTimeForRetry        Code = "T005" // one attempt that times out leaves no time for another
	CodeUnboundedRetry        Code = "T006" // nothing ends the retries
	CodeInvalidRetryPolicy    Code = "T007" // the server would refuse the policy
	CodeLocalWithoutRetry     Code = "T008" // a local activity whose retries have no time
	CodeNoStopTimeout         Code = "T009" // a worker that is stopped leaves attempts no time to end
	CodeQueueTimeoutTooLong   Code = "T010" // ScheduleToStart is above ScheduleToClose
	CodeNoHeartbeat           Code = "W101" // StartToClose is over a minute, and there is no Heartbeat
	CodeSharedQueue           Code = "W102" // ScheduleToStart on a queue that several workers share
	CodeFewAttempts           Code = "W103" // fewer than 3 attempts fit if each times out
	CodeHeartbeatWithoutRetry Code = "W104" // a single attempt with Heartbeat
	CodeSingleAttempt         Code = "W105" // a single attempt
	CodeHeartbeatTooShort     Code = "W106" // Heartbeat is below 5 s
	CodeConstantShortBackoff  Code = "W107" // equal waits below a second, without end
	CodeInvalidErrorType      Code = "W108" // an entry of NonRetryableErrorTypes that is no type's name
	CodeLongLocalActivity     Code = "W109" // a local activity that outlasts a workflow task
	CodeLongWorkflowTask      Code = "W110" // WorkflowTaskTimeout is above what a server allows
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
