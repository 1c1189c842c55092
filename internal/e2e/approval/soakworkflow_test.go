package approval_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// SoakCase is what a run of Soak is to do, and what it hands to the next.
type SoakCase struct {
	Gates   int
	Ties    signals.DeadlinePolicy
	Signed  bool
	Carried approval.ContinueState
	Runs    int
}

// SoakResult is how the gates of a Soak have ended, in order.
type SoakResult struct {
	Runs     int
	Outcomes []approval.Outcome[string]
}

// soakSubject is the subject of each gate before people change it.
const soakSubject = "report 7"

// soakPolicy is the policy of the gate of that number: stages, ladders, rounds,
// edits and delegation, and deadlines that pass while people decide.
func soakPolicy(number int) policy.Policy {
	seconds := func(n int) time.Duration { return time.Duration(time.Duration(n) * time.Second) }
	one := policy.Stage{
		Name: "finance", RejectThreshold: 2, Deadline: seconds(12 + number%5*3), Reminders: []time.Duration{seconds(3)},
		Rules:       []policy.Rule{{Name: "finance", Need: 2, From: policy.Selector{Groups: []string{"finance"}}}},
		RemindAfter: []time.Duration{seconds(4)},
		Escalations: []policy.Escalation{
			{After: seconds(3 + number%3), To: policy.Selector{Users: []string{"zoe"}}},
			{After: seconds(5 + number%3), To: policy.Selector{Users: []string{"yan"}}},
		},
	}
	one.OnTimeout = []policy.TimeoutAction{policy.ExpireOnTimeout, policy.ApproveOnTimeout, policy.RejectOnTimeout}[number%3]
	two := policy.Stage{
		Name: "board", Deadline: seconds(20), Rules: []policy.Rule{{Name: "board", Need: 1, From: policy.Selector{Groups: []string{"board"}}}},
	}
	p := policy.Stages(one, two)
	p.MaxRounds, p.AllowEdits, p.AllowDelegation, p.MaxExtend = 4, true, true, seconds(30)
	return p
}

// Soak opens gates and waits for all of them, over as many runs as Onward asks for.
func Soak(ctx workflow.Context, c SoakCase) (SoakResult, error) {
	c.Runs++
	o := approval.Options{
		DeadlinePolicy: c.Ties, ContinueState: c.Carried, Notify: "TellSometimes",
		NotifyOptions: workflow.ActivityOptions{StartToCloseTimeout: 5 * time.Second, ScheduleToCloseTimeout: 30 * time.Second},
	}
	if c.Signed {
		o.Keys = []approvalkey.Key{key("soak")}
	}
	gates, err := approval.NewGates(ctx, o)
	if err != nil {
		return SoakResult{}, err
	}
	onward := Onward.Channel(ctx, signals.Options{})
	var all []*approval.Gate[string]
	for i := range c.Gates {
		p, err := approval.Open(ctx, gates, approval.Request[string]{
			ID: fmt.Sprint(i), Subject: soakSubject, Requester: "eve", Policy: soakPolicy(i), Managers: policy.Selector{Users: []string{"max"}},
		})
		if err != nil {
			return SoakResult{}, err
		}
		all = append(all, p)
	}
	open := c.Gates
	decided := func() bool {
		for open > 0 && all[open-1].IsClosed() {
			open--
		}
		return open == 0
	}
	for !decided() {
		if err := workflow.Await(ctx, func() bool { return decided() || onward.Len() > 0 }); err != nil {
			return SoakResult{}, err
		}
		if decided() {
			break
		}
		gates.WaitForNotices(ctx)
		if carried, ok := gates.ContinueState(ctx); ok {
			c.Carried = carried
			return SoakResult{}, workflow.NewContinueAsNewError(ctx, Soak, c)
		}
		_, _ = onward.TryReceive(ctx) // the next one tries again
	}
	outcomes, err := approval.AwaitAll(ctx, all...)
	return SoakResult{c.Runs, outcomes}, err
}

// TellSometimes fails for a third of the attempts, and for good for one notice in
// twenty.
func TellSometimes(ctx context.Context, n approval.Notice) error {
	h := fnv.New32a()
	_, _ = h.Write([]byte(n.Key))
	if sum := h.Sum32(); sum%20 == 0 || (int(sum)+int(activity.GetInfo(ctx).Attempt))%3 == 0 {
		return errors.New("the mail server is down")
	}
	return nil
}
