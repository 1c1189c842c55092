package retry

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
)

// The server's defaults, unless its namespace has others.
const (
	defaultInitial     = time.Second
	defaultCoefficient = 2.0
	defaultMaximum     = 100 // times the initial interval
)

// complete returns p with the server's defaults for what is not set.
func complete(p temporal.RetryPolicy) temporal.RetryPolicy {
	if p.InitialInterval == 0 {
		p.InitialInterval = defaultInitial
	}
	if p.BackoffCoefficient == 0 {
		p.BackoffCoefficient = defaultCoefficient
	}
	if p.MaximumInterval == 0 {
		p.MaximumInterval = defaultMaximum * p.InitialInterval
		if p.MaximumInterval/defaultMaximum != p.InitialInterval {
			p.MaximumInterval = longest
		}
	}
	return p
}

// timeoutPrefix begins the names of timeouts in NonRetryableErrorTypes, as in
// "TemporalTimeout:StartToClose".
const timeoutPrefix = "TemporalTimeout:"

// Validate returns an error for every part of p that a server would reject, that cannot
// be sent, or that names an error without a type (see [ErrorTypes]). A server rejects a
// policy by failing the workflow task again and again, so validate policies in a test.
// Safe anywhere.
func Validate(p temporal.RetryPolicy) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("retry: "+format, args...)) }
	if p.MaximumAttempts < 0 {
		wrong("MaximumAttempts is %d; use 0 for no limit", p.MaximumAttempts)
	}
	full := complete(p)
	if p.MaximumAttempts != 1 { // otherwise the server ignores the rest
		if p.InitialInterval < 0 {
			wrong("InitialInterval is %v; use 0 for the default of %v", p.InitialInterval, defaultInitial)
		}
		if p.MaximumInterval < 0 {
			wrong("MaximumInterval is %v; use 0 for the default of %d times the initial one", p.MaximumInterval, defaultMaximum)
		}
		if p.MaximumInterval == 0 && p.InitialInterval > longest/defaultMaximum { // the server multiplies without a check
			wrong("InitialInterval is %v without a MaximumInterval, and %d times as long is no duration; set MaximumInterval", p.InitialInterval,
				defaultMaximum)
		}
		if !(full.BackoffCoefficient >= 1) { // not a number is refused too
			wrong("BackoffCoefficient is %v; use 1 for equal waits, or more", p.BackoffCoefficient)
		}
		if p.InitialInterval >= 0 && p.MaximumInterval > 0 && p.MaximumInterval < full.InitialInterval {
			wrong("MaximumInterval is %v and InitialInterval %v; the maximum must not be below it", p.MaximumInterval, full.InitialInterval)
		}
	}
	for _, name := range p.NonRetryableErrorTypes {
		if !utf8.ValidString(name) {
			wrong("NonRetryableErrorTypes has %q, which is not UTF-8 and cannot be sent; correct the name", name)
		}
		if kind, ok := strings.CutPrefix(name, timeoutPrefix); ok {
			if t, err := enumspb.TimeoutTypeFromString(kind); err != nil || t == enumspb.TIMEOUT_TYPE_UNSPECIFIED {
				wrong("NonRetryableErrorTypes has %q; use TemporalTimeout:StartToClose or TemporalTimeout:Heartbeat", name)
			}
		}
		if text, ok := strings.CutPrefix(name, unnamedPrefix); ok {
			wrong("ErrorTypes was given the error %q, which has no type of its own; use a named type, or mark such errors with retry.NonRetryable",
				text)
		}
	}
	return errors.Join(errs...)
}
