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

// The values that a server takes for what is not set, unless its namespace is
// set up otherwise.
const (
	defaultInitial     = time.Second
	defaultCoefficient = 2.0
	defaultMaximum     = 100 // times the initial interval
)

// complete fills in what is not set, as the server does.
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

// timeoutPrefix begins the names of time-outs in NonRetryableErrorTypes, as in
// "TemporalTimeout:StartToClose".
const timeoutPrefix = "TemporalTimeout:"

// Validate says what a server would refuse in p, all of it. A server refuses it
// by failing the workflow task, again and again, so a test is the place to
// find out. The same holds for what cannot be sent to one. It also refuses errors without a type, see [ErrorTypes]. Safe
// anywhere.
func Validate(p temporal.RetryPolicy) error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("retry: "+format, args...)) }
	if p.MaximumAttempts < 0 {
		wrong("MaximumAttempts is %d; use 0 for no limit", p.MaximumAttempts)
	}
	full := complete(p)
	if p.MaximumAttempts != 1 { // else the server looks no further
		if p.InitialInterval < 0 {
			wrong("InitialInterval is %v; use 0 for the default of %v", p.InitialInterval, defaultInitial)
		}
		if p.MaximumInterval < 0 {
			wrong("MaximumInterval is %v; use 0 for the default of %d times the initial one", p.MaximumInterval, defaultMaximum)
		}
		if p.MaximumInterval == 0 && p.InitialInterval > longest/defaultMaximum { // a server multiplies without a look
			wrong("InitialInterval is %v without a MaximumInterval, and %d times as long is no duration; set MaximumInterval", p.InitialInterval, defaultMaximum)
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
				wrong("NonRetryableErrorTypes has %q; after the colon StartToClose and Heartbeat make sense", name)
			}
		}
		if text, ok := strings.CutPrefix(name, unnamedPrefix); ok {
			wrong("ErrorTypes was given the error %q, which has no type of its own; use a named type, or mark such errors with retry.NonRetryable", text)
		}
	}
	return errors.Join(errs...)
}
