package timeouts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

// A checker collects what is wrong.
type checker struct {
	accepted    []Code
	found       Findings
	each, total string // the fields that limit one attempt, and all of them
	refusal     string // what becomes of values that are no good at all
}

func (c *checker) find(code Code, field, format string, args ...any) {
	if !slices.Contains(c.accepted, code) {
		c.found = append(c.found, Finding{Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
	}
}

func (c *checker) negative(field string, d time.Duration) {
	if d < 0 {
		c.find(CodeNegativeDuration, field, "%v is negative, and %s; a deadline that has passed is no time-out: stop before it is used", d, c.refusal)
	}
}

// attemptTooLong says of a limit for one attempt that it is above that for all.
func (c *checker) attemptTooLong(each, total time.Duration) {
	if total > 0 && each > total {
		c.find(CodeAttemptTooLong, c.each, "%v is above %s, %v, and is cut down to it without a word; lower it, or allow more in all", each, c.total, total)
	}
}

// policy checks what the retry policy makes of the time-outs.
func (c *checker) policy(p temporal.RetryPolicy, l retry.Limits) {
	if !c.valid(p) {
		return
	}
	plan := retry.Plan(p, l)
	unlimited := p.MaximumAttempts == 0
	if unlimited && l.ScheduleToClose == 0 {
		c.find(CodeUnboundedRetry, c.total, "it is not set, and nor is MaximumAttempts: a failure that stays is retried for ever; set one of them, or accept %s if it is meant so", CodeUnboundedRetry)
	}
	if l.ScheduleToClose > 0 && l.StartToClose > 0 {
		each := min(l.StartToClose, l.ScheduleToClose)
		switch fit := fitting(plan, each, l.ScheduleToClose); {
		case p.MaximumAttempts == 1:
		case fit == 1:
			c.find(CodeNoTimeForRetry, c.total, "%v are over when one attempt has timed out after %v and the first wait of %v has passed, so there is no retry; allow more, or lower %s", l.ScheduleToClose, each, plan.Wait(1), c.each)
		case fit < fewAttempts && (unlimited || int(p.MaximumAttempts) >= fewAttempts):
			c.find(CodeFewAttempts, c.total, "%v have room for %d attempts of %v only; allow more, or lower %s", l.ScheduleToClose, fit, each, c.each)
		}
	}
	if unlimited && plan.Wait(1) < time.Second && plan.Wait(1) == plan.Wait(2) {
		c.find(CodeConstantShortBackoff, "RetryPolicy", "waits of %v that do not grow, without a limit of attempts, keep a service that is down from coming up; use a BackoffCoefficient above 1", plan.Wait(1))
	}
}

// valid checks the retry policy by itself.
func (c *checker) valid(p temporal.RetryPolicy) bool {
	for _, name := range p.NonRetryableErrorTypes {
		if strings.ContainsAny(name, "* /") {
			c.find(CodeInvalidErrorType, "RetryPolicy", "NonRetryableErrorTypes has %q, which no error on the wire is called; use retry.ErrorTypes with a value of the type", name)
		}
	}
	err := retry.Validate(p)
	if err != nil {
		c.find(CodeInvalidRetryPolicy, "RetryPolicy", "%v", err)
	}
	return err == nil
}

// fitting is how many attempts of that length fit in, if it is fewer than few.
func fitting(plan retry.Schedule, each, total time.Duration) int {
	fit := 1
	for begin := time.Duration(0); fit < fewAttempts; fit++ {
		if begin += each + plan.Wait(fit); begin < 0 || begin > total {
			break
		}
	}
	return fit
}

func (c *checker) sorted() Findings {
	slices.SortStableFunc(c.found, func(a, b Finding) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return c.found
}
