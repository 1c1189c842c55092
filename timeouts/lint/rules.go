package lint

import (
	"fmt"
	"time"
)

const (
	longAttempt    = time.Minute     // attempts that take longer should send heartbeats
	shortHeartbeat = 5 * time.Second // below, a busy worker is taken for a dead one
	fewAttempts    = 3
	taskTimeout    = 10 * time.Second // default of a workflow task
	longestTask    = 2 * time.Minute  // common.MaxWorkflowTaskStartToCloseTimeout of server v1.32.1
)

// A rule looks for one kind of mistake.
type rule struct {
	code  Code
	kinds kind // the options to which it applies
	check func(*settings) []problem
}

// A problem is a finding without its code.
type problem struct{ field, message string }

func found(field, format string, args ...any) []problem {
	return []problem{{field: field, message: fmt.Sprintf(format, args...)}}
}

// rules are all rules of Check, ordered by code.
var rules = [...]rule{
	{code: CodeNoCloseTimeout, kinds: activity | local, check: noCloseTimeout},
	{code: CodeNegativeDuration, kinds: all, check: negativeDuration},
	{code: CodeHeartbeatTooLong, kinds: activity, check: heartbeatTooLong},
	{code: CodeAttemptTooLong, kinds: all, check: attemptTooLong},
	{code: CodeNoTimeForRetry, kinds: activity | run, check: noTimeForRetry},
	{code: CodeUnboundedRetry, kinds: activity | run, check: unboundedRetry},
	{code: CodeInvalidRetryPolicy, kinds: all, check: invalidRetryPolicy},
	{code: CodeLocalWithoutRetry, kinds: local, check: localWithoutRetry},
	{code: CodeQueueTimeoutTooLong, kinds: activity, check: queueTimeoutTooLong},
	{code: CodeNoHeartbeat, kinds: activity, check: noHeartbeat},
	{code: CodeSharedQueue, kinds: activity, check: sharedQueue},
	{code: CodeFewAttempts, kinds: activity | run, check: tooFewAttempts},
	{code: CodeHeartbeatWithoutRetry, kinds: activity, check: heartbeatWithoutRetry},
	{code: CodeSingleAttempt, kinds: activity, check: singleAttempt},
	{code: CodeHeartbeatTooShort, kinds: activity, check: heartbeatTooShort},
	{code: CodeConstantShortBackoff, kinds: activity | run, check: constantShortBackoff},
	{code: CodeInvalidErrorType, kinds: all, check: invalidErrorType},
	{code: CodeLongLocalActivity, kinds: local, check: longLocalActivity},
	{code: CodeLongWorkflowTask, kinds: run, check: longWorkflowTask},
}

func noCloseTimeout(s *settings) []problem {
	if s.each != 0 || s.total != 0 {
		return nil
	}
	return found(s.eachField, "neither it nor %s is set, and %s; set it to the longest time that one attempt may "+
		"take", s.totalField, s.rejection)
}

func negativeDuration(s *settings) (all []problem) {
	for _, d := range [...]struct {
		field string
		value time.Duration
	}{
		{s.totalField, s.total},
		{s.eachField, s.each},
		{"ScheduleToStartTimeout", s.queue},
		{"HeartbeatTimeout", s.heartbeat},
		{"WorkflowTaskTimeout", s.task},
	} {
		if d.value < 0 {
			all = append(all, found(d.field,
				"%v is negative, and %s; if it is the rest of a deadline, stop when the deadline has passed", d.value, s.rejection)...)
		}
	}
	return all
}

func heartbeatTooLong(s *settings) []problem {
	if s.attempt <= 0 || s.heartbeat < s.attempt {
		return nil
	}
	return found("HeartbeatTimeout", "%v is not below the %v of an attempt, which times out first; set it to a fraction of that, "+
		"or to 0 for none",
		s.heartbeat, s.attempt)
}

func attemptTooLong(s *settings) []problem {
	if s.total <= 0 || s.each <= s.total {
		return nil
	}
	return found(s.eachField, "%v is above %s, %v, and is silently shortened to it; lower it, or raise "+
		"%s", s.each, s.totalField, s.total, s.totalField)
}

func queueTimeoutTooLong(s *settings) []problem {
	if s.total <= 0 || s.queue <= s.total {
		return nil
	}
	return found("ScheduleToStartTimeout", "%v is above %s, %v, and is silently shortened to it; lower it, or raise %s",
		s.queue, s.totalField, s.total, s.totalField)
}

func noHeartbeat(s *settings) []problem {
	if s.attempt <= longAttempt || s.heartbeat != 0 {
		return nil
	}
	return found("HeartbeatTimeout", "it is not set for attempts of up to %v, so a dead worker is noticed only after that time; "+
		"set it, and send heartbeats", s.attempt)
}

func sharedQueue(s *settings) []problem {
	if s.queue <= 0 || s.taskQueue != "" {
		return nil
	}
	return found("ScheduleToStartTimeout",
		"%v on a task queue that several workers share fails activities without a retry when all workers are busy; remove it, or "+
			"use the task queue of one host", s.queue)
}

func heartbeatTooShort(s *settings) []problem {
	if s.heartbeat <= 0 || s.heartbeat >= shortHeartbeat {
		return nil
	}
	return found("HeartbeatTimeout", "%v is so short that a busy worker is taken for a dead one; use %v or "+
		"more", s.heartbeat, shortHeartbeat)
}

func longLocalActivity(s *settings) []problem {
	if s.attempt < taskTimeout {
		return nil
	}
	return found("ScheduleToCloseTimeout",
		"%v is as long as a workflow task or longer, and the run handles no signal and no update meanwhile; shorten it, or use a "+
			"regular activity", s.attempt)
}

func longWorkflowTask(s *settings) []problem {
	if s.task <= longestTask {
		return nil
	}
	return found("WorkflowTaskTimeout", "%v is above %v, the server's maximum, and is silently shortened to it; lower it: a "+
		"workflow task should take milliseconds", s.task, longestTask)
}
