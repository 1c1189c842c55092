package retry

import (
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// An Option changes a preset.
type Option func(*temporal.RetryPolicy)

// MaximumAttempts limits the attempts, the first one included; 0 is no limit.
func MaximumAttempts(n int32) Option { return func(p *temporal.RetryPolicy) { p.MaximumAttempts = n } }

// MaximumInterval limits the wait between two attempts, the first one included.
func MaximumInterval(d time.Duration) Option {
	return func(p *temporal.RetryPolicy) {
		p.MaximumInterval = d
		if d > 0 && d < complete(*p).InitialInterval {
			p.InitialInterval = d
		}
	}
}

// ErrorTypes lists the types of these errors as final, by the names that the
// SDK gives them on the wire: the type of an application error, else the name
// of the Go type. Give it a value of each type, as in &ValidationError{}. Values
// of errors.New and fmt.Errorf have no type of their own; [Validate] refuses
// them.
func ErrorTypes(errs ...error) Option {
	return func(p *temporal.RetryPolicy) {
		for _, err := range errs {
			p.NonRetryableErrorTypes = append(p.NonRetryableErrorTypes, typeName(err))
		}
	}
}

func preset(p temporal.RetryPolicy, options []Option) temporal.RetryPolicy {
	for _, o := range options {
		o(&p)
	}
	return p
}

// ServerDefault is what a Temporal server does by default, made explicit: waits
// of 1, 2, 4 … 64, 100, 100 seconds, without end. A namespace may be set up
// with other defaults, and the SDK's test environment has its own; with the
// values written down they are the same everywhere.
func ServerDefault(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: 100 * time.Second}, options)
}

// Transient is for calls within your own network, a database or a service that is
// restarted: 6 attempts, with waits of 0.5, 1, 2, 4 and 8 seconds. It is over
// in about 15.5 s; with 10 s for each attempt it takes 75.5 s at most, so a
// ScheduleToCloseTimeout of 2 minutes fits.
func Transient(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second, MaximumAttempts: 6}, options)
}

// Remote is for somebody else's service: waits of 1, 2, 4 … 32, 60, 60
// seconds, so that work goes on within a minute of the end of an outage. Time
// is the limit, not a number of attempts, which Retry-After and a circuit
// breaker would use up: set ScheduleToCloseTimeout.
func Remote(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute}, options)
}

// RateLimited is for a service that limits its callers and does not say for
// how long: waits of 5, 7.5, 11.25 … seconds up to 5 minutes. Set
// ScheduleToCloseTimeout.
func RateLimited(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: 5 * time.Second, BackoffCoefficient: 1.5, MaximumInterval: 5 * time.Minute}, options)
}

// Fast is the first phase of a schedule in two: 10 attempts, with waits of 1,
// 1.5, 2.25 … 25.6 seconds, 74.9 s together. [FastThenSlow] counts the attempts
// itself: give it Fast(MaximumAttempts(0)).
func Fast(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 1.5, MaximumInterval: 30 * time.Second, MaximumAttempts: 10}, options)
}

// Manual waits 5 minutes between attempts, without end: for what needs a person
// to be mended, at a cost of 12 attempts an hour.
func Manual(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: 5 * time.Minute, BackoffCoefficient: 1, MaximumInterval: 5 * time.Minute}, options)
}

// NoRetry is a single attempt, for what must not be repeated. It may still have
// taken effect when it fails: a time-out does not tell.
func NoRetry(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{MaximumAttempts: 1}, options)
}

// LocalActivity is for local activities: 5 attempts, with waits of 0.1, 0.2, 0.4 and
// 0.8 seconds, which stay below the 10 seconds of a workflow task, so that no
// timer is needed. Use it with a StartToCloseTimeout of 2 s and a
// ScheduleToCloseTimeout of 8 s.
func LocalActivity(options ...Option) temporal.RetryPolicy {
	return preset(temporal.RetryPolicy{InitialInterval: 100 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 2 * time.Second, MaximumAttempts: 5}, options)
}

// unnamedPrefix begins the entry of an error that has no type name. It has spaces,
// so that no type on the wire can be the same.
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
