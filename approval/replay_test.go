package approval_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// recorded is the workflow whose histories a real server recorded.
func recorded(ctx workflow.Context, c struct {
	Ties     signals.DeadlinePolicy
	Policy   policy.Policy
	GoesOn   bool
	Deadline time.Duration
},
) (policy.State, error) {
	finish := signals.New[struct{}]("finish").Channel(ctx, signals.Options{})
	gates, err := approval.NewGates(ctx, approval.Options{DeadlinePolicy: c.Ties})
	if err != nil {
		return "", err
	}
	out, err := approval.Await(ctx, gates, approval.Request[string]{
		ID: "expense", Requester: "eve", Policy: c.Policy.Within(c.Deadline),
	})
	if err == nil && c.GoesOn {
		_, err = finish.Receive(ctx)
	}
	return out.State, err
}

// recordedStages is the workflow of stages, changes and proofs. It knows none of
// the keys that signed: what was proven stays so.
func recordedStages(ctx workflow.Context, c struct {
	Policy  policy.Policy
	Signed  bool
	Notify  string
	Carried approval.ContinueState
	Runs    int
},
) (outcome, error) {
	c.Runs++
	options := approval.Options{DeadlinePolicy: signals.DeadlineHistoryOrder, ContinueState: c.Carried, Notify: c.Notify}
	if c.Signed {
		key, err := approvalkey.NewHMACKey("other", make([]byte, 32))
		if err != nil {
			return outcome{}, err
		}
		options.Keys = []approvalkey.Key{key}
	}
	gates, err := approval.NewGates(ctx, options)
	if err != nil {
		return outcome{}, err
	}
	onward := signals.New[struct{}]("onward").Channel(ctx, signals.Options{})
	pending, err := approval.Open(ctx, gates, approval.Request[string]{
		ID: "expense", Subject: "report 7", Requester: "eve", Policy: c.Policy, Managers: policy.Selector{Users: []string{"max"}},
	})
	if err != nil {
		return outcome{}, err
	}
	for !pending.IsClosed() {
		if err := workflow.Await(ctx, func() bool { return pending.IsClosed() || onward.Len() > 0 }); err != nil {
			return outcome{}, err
		}
		if _, ok := onward.TryReceive(ctx); !ok {
			continue
		}
		if carried, ok := gates.ContinueState(ctx); ok {
			c.Carried = carried
			return outcome{}, workflow.NewContinueAsNewError(ctx, "Staged", c)
		}
	}
	return pending.Get(ctx)
}

// recordedRelease is the workflow of two gates at once, and one that is a child.
func recordedRelease(ctx workflow.Context, p policy.Policy) ([]policy.State, error) {
	gates, err := approval.NewGates(ctx, approval.Options{ShowDetails: true})
	if err != nil {
		return nil, err
	}
	var asked []*approval.Gate[string]
	for _, id := range []string{"security", "product"} {
		pending, err := approval.Open(ctx, gates, approval.Request[string]{ID: id, Subject: "v1.2.0", Requester: "eve", Policy: p})
		if err != nil {
			return nil, err
		}
		asked = append(asked, pending)
	}
	both, err := approval.AwaitAll(ctx, asked...)
	if err != nil {
		return nil, err
	}
	child, err := approval.AwaitChild(ctx, "release-child", approval.Request[string]{ID: "expense", Requester: "eve", Policy: p})
	if err != nil {
		return nil, err
	}
	return []policy.State{both[0].State, both[1].State, child.State}, both[0].Consume(ctx)
}

// recordedListed is the workflow of several gates in the inbox.
func recordedListed(ctx workflow.Context, b struct {
	Gates   int
	Group   string
	Carried approval.ContinueState
},
) error {
	renew := signals.New[struct{}]("renew").Channel(ctx, signals.Options{})
	finish := signals.New[struct{}]("finish").Channel(ctx, signals.Options{})
	gates, err := approval.NewGates(ctx, approval.Options{Inbox: true, ContinueState: b.Carried})
	if err != nil {
		return err
	}
	var all []*approval.Gate[string]
	for i := range b.Gates {
		p, err := approval.Open(ctx, gates, listedRequest(fmt.Sprint(i), b.Group))
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	open := func() bool {
		for _, p := range all {
			if !p.IsClosed() {
				return true
			}
		}
		return false
	}
	if err := workflow.Await(ctx, func() bool { return !open() || renew.Len() > 0 }); err != nil {
		return err
	}
	if open() {
		return errors.New("nothing that was recorded goes on")
	}
	_, err = finish.Receive(ctx)
	return err
}

func listedRequest(id, group string) approval.Request[string] {
	return approval.Request[string]{
		ID: id, Subject: "canary-secret", Title: "report", Requester: "eve",
		Policy: policy.Stages(policy.Stage{Deadline: time.Hour, Rules: []policy.Rule{{
			Need: 1, From: policy.Selector{Groups: []string{group}, Users: []string{"canary-ann@example.org"}},
		}}}),
	}
}

// Fixtures are only ever added. One that fails says that running workflows
// would fail in the same way.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	historytest.ReplayAll(t, "testdata/history", map[string]any{
		"Gate": recorded, "Staged": recordedStages, "Release": recordedRelease, "Listed": recordedListed,
		approval.WorkflowName: approval.NewWorkflow(approval.Options{}),
	}, signals.NewInterceptor())
}
