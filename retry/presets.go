package retry

import (
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// Transient returns a policy for short failures inside your own network, such as a
// database or a service that restarts: 6 attempts, with waits of 0.5, 1, 2, 4 and
// 8 seconds. If each attempt fails at once, the activity ends after 15.5 s. If each
// takes 10 s it ends after 75.5 s, so a ScheduleToCloseTimeout of 2 minutes fits.
func Transient() temporal.RetryPolicy {
	return temporal.RetryPolicy{
		InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second, MaximumAttempts: 6,
	}
}

// Remote returns a policy for a service that another team or company runs: waits of
// 1, 2, 4 … 32, 60, 60 seconds, so that work continues within a minute after the
// end of an outage. It does not limit the attempts, because Retry-After and a
// circuit breaker would use them up: set ScheduleToCloseTimeout.
func Remote() temporal.RetryPolicy {
	return temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute}
}

// Manual returns a policy for failures that a person has to repair: one attempt
// every 5 minutes, without a limit. That is 12 attempts an hour.
func Manual() temporal.RetryPolicy {
	return temporal.RetryPolicy{InitialInterval: 5 * time.Minute, BackoffCoefficient: 1, MaximumInterval: 5 * time.Minute}
}

// NoRetry returns a policy of a single attempt, for work that must not be repeated.
// The attempt may have taken effect even if it fails: a timeout does not tell.
func NoRetry() temporal.RetryPolicy { return temporal.RetryPolicy{MaximumAttempts: 1} }

// LocalActivity returns a policy for local activities: 5 attempts, with waits of
// 0.1, 0.2, 0.4 and 0.8 seconds. They stay below the 10 seconds of a workflow task,
// so the SDK needs no timer. Use a StartToCloseTimeout of 2 s and a
// ScheduleToCloseTimeout of 8 s. A local activity that waits for longer than a workflow
// task counts its time from the last wait on, so more seems to remain.
func LocalActivity() temporal.RetryPolicy {
	return temporal.RetryPolicy{
		InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 2 * time.Second,
		MaximumAttempts: 5,
	}
}

// FastThenSlow returns the two halves of a schedule with two phases in one activity.
// The first attempts, as many as fast, follow the policy: waits of 1, 1.5, 2.25 …
// up to 30 seconds. The later ones follow every slow. Give the policy to the
// activity, and the schedule to [InterceptorOptions].Schedule of the worker; it
// applies to all activities of the worker, so wrap it to choose some by their
// type. The policy does not limit the attempts: set ScheduleToCloseTimeout.
func FastThenSlow(fast int32, slow time.Duration) (policy temporal.RetryPolicy, schedule func(activity.Info) time.Duration) {
	policy = temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: 30 * time.Second}
	return policy, func(info activity.Info) time.Duration {
		if info.Attempt < fast {
			return 0
		}
		return slow
	}
}

// ErrorTypes returns the names of these errors' types, for NonRetryableErrorTypes of
// a policy:
//
//	policy := retry.Remote()
//	policy.NonRetryableErrorTypes = retry.ErrorTypes(&CardDeclined{}, &NoSuchAccount{})
//
// They are the names that the SDK records: the type of an application error, or the
// name of the Go type. Errors made by errors.New and fmt.Errorf have no type of
// their own; [Validate] refuses a policy that lists one.
func ErrorTypes(errs ...error) []string {
	names := make([]string, len(errs))
	for i, err := range errs {
		names[i] = typeName(err)
	}
	return names
}

// unnamedPrefix begins the entry of an error that has no type name. It has spaces,
// so that no type in a history can be the same.
const unnamedPrefix = "no type name: "

func typeName(err error) string {
	if err == nil {
		return unnamedPrefix + "nil"
	}
	if name := failure.TypeName(err); name != "" && name != "wrapError" && name != "joinError" {
		return name
	}
	return unnamedPrefix + err.Error()
}
