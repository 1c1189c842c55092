package timeouts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/retry"
)

const (
	heartbeatFrom  = time.Minute     // attempts that take longer should send heartbeats
	shortHeartbeat = 5 * time.Second // below, a busy worker is taken for a dead one
	fewAttempts    = 3
	taskTimeout    = 10 * time.Second // of workflow tasks, by default
)

// Check says what is wrong with the time-outs and the retry policy of an
// activity, before a server does, or worse, does not. Codes in accepted are
// left out: name what is meant so. Where a policy is missing, that of a server
// by default is meant: retries without end. It changes nothing, and is safe
// anywhere.
func Check(o workflow.ActivityOptions, accepted ...Code) Findings {
	c := &checker{accepted: accepted}
	c.negative("StartToCloseTimeout", o.StartToCloseTimeout)
	c.negative("ScheduleToCloseTimeout", o.ScheduleToCloseTimeout)
	c.negative("ScheduleToStartTimeout", o.ScheduleToStartTimeout)
	c.negative("HeartbeatTimeout", o.HeartbeatTimeout)
	policy := retry.ServerDefault()
	if o.RetryPolicy != nil {
		policy = *o.RetryPolicy
	}
	each, total, beat := o.StartToCloseTimeout, o.ScheduleToCloseTimeout, o.HeartbeatTimeout
	if each == 0 && total == 0 {
		c.find(NoCloseTimeout, "StartToCloseTimeout", "neither it nor ScheduleToCloseTimeout is set, and a server fails the workflow task again and again; set it to the longest time that one attempt may take")
	}
	attempt := each // what a server takes for an attempt
	if attempt == 0 {
		attempt = total
	}
	if attempt > 0 && beat >= attempt {
		c.find(HeartbeatTooLong, "HeartbeatTimeout", "%v is not below the %v of an attempt, which end it first; set it to a fraction of that, or to 0 for none", beat, attempt)
	}
	if total > 0 && each > total {
		c.find(AttemptTooLong, "StartToCloseTimeout", "%v is above ScheduleToCloseTimeout, %v, and a server cuts it down without a word; lower it, or allow more in all", each, total)
	}
	c.policy(policy, retry.Limits{StartToClose: each, ScheduleToClose: total})
	if attempt > heartbeatFrom && beat == 0 {
		c.find(NoHeartbeat, "HeartbeatTimeout", "none is set for attempts of up to %v, so a dead worker is noticed after that long; set it, and send heartbeats", attempt)
	}
	if o.ScheduleToStartTimeout > 0 && o.TaskQueue == "" {
		c.find(SharedQueue, "ScheduleToStartTimeout", "%v on a queue that any worker may take from fails activities when all are busy, without a retry; leave it out, or use the queue of one host", o.ScheduleToStartTimeout)
	}
	single := policy.MaximumAttempts == 1
	if single && beat > 0 {
		c.find(CrashIsFinal, "RetryPolicy", "with one attempt a heartbeat that stays out, as when a worker is deployed, is final; allow more attempts")
	}
	if single {
		c.find(SingleAttempt, "RetryPolicy", "MaximumAttempts is 1: an attempt that times out may have taken effect, and nothing is tried again; accept %s if it is meant so", SingleAttempt)
	}
	if beat > 0 && beat < shortHeartbeat {
		c.find(HeartbeatTooShort, "HeartbeatTimeout", "%v is so short that a busy worker is taken for a dead one; use %v or more", beat, shortHeartbeat)
	}
	return c.sorted()
}

// CheckLocal is [Check] for local activities. Those run within a workflow task,
// which waits for them.
func CheckLocal(o workflow.LocalActivityOptions, accepted ...Code) Findings {
	c := &checker{accepted: accepted}
	c.negative("StartToCloseTimeout", o.StartToCloseTimeout)
	c.negative("ScheduleToCloseTimeout", o.ScheduleToCloseTimeout)
	policy := retry.ServerDefault()
	if o.RetryPolicy != nil {
		policy = *o.RetryPolicy
	}
	each, total := o.StartToCloseTimeout, o.ScheduleToCloseTimeout
	if each == 0 && total == 0 {
		c.find(NoCloseTimeout, "StartToCloseTimeout", "neither it nor ScheduleToCloseTimeout is set, and the SDK refuses the activity; set it to the longest time that one attempt may take")
	}
	if total > 0 && each > total {
		c.find(AttemptTooLong, "StartToCloseTimeout", "%v is above ScheduleToCloseTimeout, %v; lower it, or allow more in all", each, total)
	}
	if policy.MaximumAttempts != 1 && each > 0 && (total == 0 || total == each) {
		c.find(LocalWithoutRetry, "ScheduleToCloseTimeout", "%v is all the time that there is, also for retries, since that of a local activity is StartToCloseTimeout when it is not set; set it to the time for all attempts", each)
	}
	if err := retry.Validate(policy); err != nil {
		c.find(BadRetryPolicy, "RetryPolicy", "%v", err)
	}
	if max(each, total) >= taskTimeout {
		c.find(LongLocal, "ScheduleToCloseTimeout", "%v is as long as a workflow task or longer, so the run takes no signal and no update meanwhile; shorten it, or use a regular activity", max(each, total))
	}
	return c.sorted()
}

type checker struct {
	accepted []Code
	found    Findings
}

func (c *checker) find(code Code, field, format string, args ...any) {
	if !slices.Contains(c.accepted, code) {
		c.found = append(c.found, Finding{Code: code, Field: field, Message: fmt.Sprintf(format, args...)})
	}
}

func (c *checker) negative(field string, d time.Duration) {
	if d < 0 {
		c.find(Negative, field, "%v is negative, and a server fails the workflow task again and again; a deadline that has passed is no time-out: stop before the activity is scheduled", d)
	}
}

// policy checks what the retry policy makes of the time-outs.
func (c *checker) policy(p temporal.RetryPolicy, l retry.Limits) {
	for _, name := range p.NonRetryableErrorTypes {
		if strings.ContainsAny(name, "* /") {
			c.find(OddType, "RetryPolicy", "NonRetryableErrorTypes has %q, which no error on the wire is called; use retry.NonRetryable with a value of the type", name)
		}
	}
	if err := retry.Validate(p); err != nil {
		c.find(BadRetryPolicy, "RetryPolicy", "%v", err)
		return
	}
	plan := retry.Plan(p, l)
	unlimited := p.MaximumAttempts == 0
	if unlimited && l.ScheduleToClose == 0 && l.StartToClose > 0 {
		c.find(Endless, "ScheduleToCloseTimeout", "it is not set, and nor is MaximumAttempts: a failure that stays is retried for ever; set one of them, or accept %s if it is meant so", Endless)
	}
	if l.ScheduleToClose > 0 && p.MaximumAttempts != 1 {
		each := l.StartToClose
		if each == 0 || each > l.ScheduleToClose {
			each = l.ScheduleToClose
		}
		switch fit := plan.MinAttempts(); {
		case fit == 1:
			c.find(NoTimeForRetry, "ScheduleToCloseTimeout", "%v are over when one attempt has timed out after %v and the first wait of %v has passed, so there is no retry; allow more, or lower StartToCloseTimeout", l.ScheduleToClose, each, plan.Wait(1))
		case fit < fewAttempts && (unlimited || int(p.MaximumAttempts) >= fewAttempts):
			c.find(FewAttempts, "ScheduleToCloseTimeout", "%v have room for %d attempts of %v only; allow more, or lower StartToCloseTimeout", l.ScheduleToClose, fit, each)
		}
	}
	if unlimited && plan.Wait(1) < time.Second && plan.Wait(1) == plan.Wait(2) {
		c.find(Hammering, "RetryPolicy", "waits of %v that do not grow, without a limit of attempts, keep a service that is down from coming up; use a BackoffCoefficient above 1", plan.Wait(1))
	}
}

func (c *checker) sorted() Findings {
	slices.SortStableFunc(c.found, func(a, b Finding) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return c.found
}
