package lint

import (
	"strings"
	"time"
)

func invalidRetryPolicy(s *settings) []problem {
	if s.policy == nil || s.invalid == nil {
		return nil
	}
	return found("RetryPolicy", "%v", s.invalid)
}

func invalidErrorType(s *settings) (all []problem) {
	if s.policy == nil {
		return nil
	}
	for _, name := range s.policy.NonRetryableErrorTypes {
		if strings.ContainsAny(name, "* /") {
			all = append(all, found("RetryPolicy",
				"NonRetryableErrorTypes has %q, which is not the type name of an error on the wire; use retry.ErrorTypes with a "+
					"value of the type", name)...)
		}
	}
	return all
}

// isPlanned reports whether s has a retry policy of which the schedule is known.
func (s *settings) isPlanned() bool { return s.policy != nil && s.invalid == nil }

func (s *settings) isSingleAttempt() bool { return s.policy != nil && s.policy.MaximumAttempts == 1 }

func unboundedRetry(s *settings) []problem {
	unlimited := s.isPlanned() && s.policy.MaximumAttempts == 0 && s.total == 0
	if !unlimited || s.kind == activity && s.attempt == 0 { // which never starts
		return nil
	}
	return found(s.totalField, "neither it nor MaximumAttempts is set, so a lasting failure is retried forever; set one of them, "+
		"or ignore %s if that is meant", CodeUnboundedRetry)
}

func noTimeForRetry(s *settings) []problem {
	if s.isSingleAttempt() || s.fitting() != 1 {
		return nil
	}
	return found(s.totalField, "%v have passed when one attempt has timed out after %v and the first wait has taken %v, so there "+
		"is no retry; raise it, or lower %s",
		s.total, s.longestAttempt(), s.plan.Wait(1), s.eachField)
}

func tooFewAttempts(s *settings) []problem {
	fit := s.fitting()
	if fit <= 1 || fit >= fewAttempts || s.policy.MaximumAttempts > 0 && s.policy.MaximumAttempts < fewAttempts {
		return nil
	}
	return found(s.totalField, "%v have room for only %d attempts of %v; raise it, or lower "+
		"%s", s.total, fit, s.longestAttempt(), s.eachField)
}

// fitting returns how many attempts fit into the total when each times out, at
// most fewAttempts. It returns 0 when that is not known.
func (s *settings) fitting() int {
	if !s.isPlanned() || s.total <= 0 || s.attempt <= 0 {
		return 0
	}
	fit := 1
	for begin := time.Duration(0); fit < fewAttempts; fit++ {
		if begin += s.longestAttempt() + s.plan.Wait(fit); begin < 0 || begin > s.total {
			break
		}
	}
	return fit
}

func (s *settings) longestAttempt() time.Duration { return min(s.attempt, s.total) }

func constantShortBackoff(s *settings) []problem {
	if !s.isPlanned() || s.policy.MaximumAttempts != 0 {
		return nil
	}
	first := s.plan.Wait(1)
	if first >= time.Second || first != s.plan.Wait(2) {
		return nil
	}
	return found("RetryPolicy", "waits of %v that do not grow, without a limit of attempts, keep an overloaded service down; use a "+
		"BackoffCoefficient above 1", first)
}

func heartbeatWithoutRetry(s *settings) []problem {
	if !s.isSingleAttempt() || s.heartbeat <= 0 {
		return nil
	}
	return found("RetryPolicy", "with one attempt, a missed heartbeat is final, for example when a worker is deployed; allow more attempts")
}

// A policy that sets no waits, as that of retry.NoRetry, asks for a single attempt.
func singleAttempt(s *settings) []problem {
	if !s.isSingleAttempt() || s.policy.InitialInterval == 0 && s.policy.BackoffCoefficient == 0 && s.policy.MaximumInterval == 0 {
		return nil
	}
	return found("RetryPolicy",
		"MaximumAttempts is 1, so its waits have no effect; use retry.NoRetry, or allow more attempts")
}

func localWithoutRetry(s *settings) []problem {
	if s.isSingleAttempt() || s.each <= 0 || s.total != 0 && s.total != s.each {
		return nil
	}
	return found("ScheduleToCloseTimeout",
		"a local activity has StartToCloseTimeout, %v, for all attempts when it is not set, so there is no retry; set it to the "+
			"time for all attempts", s.each)
}
