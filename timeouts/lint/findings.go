package lint

import (
	"errors"
	"fmt"
	"strings"
)

// A Code names a rule of [Check] or [CheckWorker].
type Code string

// The codes. Those that begin with T are errors, those with W are warnings.
const (
	CodeNoCloseTimeout        Code = "T001" // neither StartToClose nor ScheduleToClose is set
	CodeNegativeDuration      Code = "T002" // a duration is negative
	CodeHeartbeatTooLong      Code = "T003" // Heartbeat is not below StartToClose
	CodeAttemptTooLong        Code = "T004" // StartToClose is above ScheduleToClose, or the run timeout above the execution timeout
	CodeNoTimeForRetry        Code = "T005" // an attempt that times out leaves no time for another
	CodeUnboundedRetry        Code = "T006" // nothing limits the retries
	CodeInvalidRetryPolicy    Code = "T007" // the server rejects the retry policy
	CodeLocalWithoutRetry     Code = "T008" // the retries of a local activity have no time
	CodeNoStopTimeout         Code = "T009" // a worker that stops leaves attempts no time to end
	CodeQueueTimeoutTooLong   Code = "T010" // ScheduleToStart is above ScheduleToClose
	CodeNoHeartbeat           Code = "W101" // StartToClose is over a minute, without Heartbeat
	CodeSharedQueue           Code = "W102" // ScheduleToStart on a task queue that several workers share
	CodeFewAttempts           Code = "W103" // fewer than 3 attempts fit when each times out
	CodeHeartbeatWithoutRetry Code = "W104" // a single attempt with Heartbeat
	CodeSingleAttempt         Code = "W105" // a single attempt by a policy that also sets waits
	CodeHeartbeatTooShort     Code = "W106" // Heartbeat is below 5 s
	CodeConstantShortBackoff  Code = "W107" // equal waits below a second, without limit
	CodeInvalidErrorType      Code = "W108" // NonRetryableErrorTypes lists something that is not a type name
	CodeLongLocalActivity     Code = "W109" // a local activity takes as long as a workflow task
	CodeLongWorkflowTask      Code = "W110" // WorkflowTaskTimeout is above the server's maximum
)

// A Finding is one mistake in timeout or retry options.
type Finding struct {
	Code Code
	// Field names the field of the options.
	Field string
	// Message says what is wrong, with values, and what to do.
	Message string
}

// IsError reports whether the finding is an error rather than a warning.
func (f Finding) IsError() bool { return strings.HasPrefix(string(f.Code), "T") }

// String returns the finding as one line.
func (f Finding) String() string { return fmt.Sprintf("%s %s: %s", f.Code, f.Field, f.Message) }

// Findings lists all mistakes in some options, ordered by code.
type Findings []Finding

// Err joins the errors among the findings. It returns nil when there are only
// warnings.
func (f Findings) Err() error {
	var errs []error
	for _, finding := range f {
		if finding.IsError() {
			errs = append(errs, fmt.Errorf("timeouts/lint: %v", finding))
		}
	}
	return errors.Join(errs...)
}

// String returns one line for each finding.
func (f Findings) String() string {
	var lines []string
	for _, finding := range f {
		lines = append(lines, finding.String())
	}
	return strings.Join(lines, "\n")
}
