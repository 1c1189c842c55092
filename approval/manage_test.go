package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// change is a change as it travels; the actor is in the group ops.
func change(id, actor string, action approvalclient.ChangeKind) wire {
	return wire{
		"v": 1, "gate": "expense", "id": id, "kind": action,
		"actor": map[string]any{"id": actor, "groups": []string{"ops"}, "auth": "test"},
	}
}

// managed lets ops manage.
func managed(q *approval.Request[string]) { q.Managers = policy.Selector{Groups: []string{"ops"}} }

func hourOf(p policy.Policy) policy.Policy { return p.Within(time.Hour) }

// What may be done to a gate that is open, by whom, and what comes of it.
func TestManage(t *testing.T) {
	t.Parallel()
	quorum := hourOf(policy.Quorum(1, "finance"))
	extendable, delegable, both := quorum, quorum, hourOf(policy.Quorum(2, "finance"))
	extendable.MaxExtend = 2 * time.Hour
	delegable.AllowDelegation = true
	for name, c := range map[string]struct {
		policy policy.Policy
		send   map[time.Duration]wire // changes, and votes
		want   policy.State
		closed time.Duration
		why    []approval.Reason // of refusals
	}{
		"extend": {
			extendable,
			map[time.Duration]wire{30 * time.Minute: change("1", "max", approvalclient.ChangeExtend).with("by", "1h")},
			policy.StateExpired, 2 * time.Hour, nil,
		},
		"extend, by a vote in what was added": {extendable, map[time.Duration]wire{
			30 * time.Minute: change("1", "max", approvalclient.ChangeExtend).with("by", "1h"), 90 * time.Minute: vote("1", "ann",
				policy.ChoiceApprove),
		}, policy.StateApproved, 90 * time.Minute, nil},
		"extend twice, the second time too much": {extendable, map[time.Duration]wire{
			30 * time.Minute: change("1", "max", approvalclient.ChangeExtend).with("by", "1h"), 40 * time.Minute: change("2", "max",
				approvalclient.ChangeExtend).with("by", "61m"),
		}, policy.StateExpired, 2 * time.Hour, []approval.Reason{approval.ReasonNotAllowed}},
		"the same extension again": {extendable, map[time.Duration]wire{
			30 * time.Minute: change("1", "max", approvalclient.ChangeExtend).with("by", "1h"), 40 * time.Minute: change("1", "max",
				approvalclient.ChangeExtend).with("by", "1h"),
		}, policy.StateExpired, 2 * time.Hour, []approval.Reason{"Duplicate"}},
		"extend, where the policy has none": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "max",
			approvalclient.ChangeExtend).with("by", "1m")}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonNotAllowed}},
		"extend, by a person": {extendable, map[time.Duration]wire{30 * time.Minute: change("1", "ann",
			approvalclient.ChangeExtend).with("by", "1h").with("actor", map[string]any{
			"id": "ann", "groups": []string{"finance"},
			"auth": "test",
		})}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonNotEligible}},
		"extend after the end": {extendable, map[time.Duration]wire{61 * time.Minute: change("1", "max",
			approvalclient.ChangeExtend).with("by", "1h")}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonLate}},
		"extend by nothing": {extendable, map[time.Duration]wire{30 * time.Minute: change("1", "max",
			approvalclient.ChangeExtend)}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonMalformed}},
		"shorten": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "max",
			approvalclient.ChangeShorten).with("by", "20m")}, policy.StateExpired, 40 * time.Minute, nil},
		"shorten to before now": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "max",
			approvalclient.ChangeShorten).with("by", "50m")}, policy.StateExpired, 30 * time.Minute, nil},
		"withdraw, by the requester": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "eve",
			approvalclient.ChangeWithdraw)}, policy.StateWithdrawn, 30 * time.Minute, nil},
		"withdraw, by a manager": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "max",
			approvalclient.ChangeWithdraw)}, policy.StateWithdrawn, 30 * time.Minute, nil},
		"withdraw, by a person": {
			quorum,
			map[time.Duration]wire{30 * time.Minute: change("1", "ann",
				approvalclient.ChangeWithdraw).with("actor", map[string]any{"id": "ann", "auth": "test"})},
			policy.StateExpired, time.Hour,
			[]approval.Reason{approval.ReasonNotEligible},
		},
		"delegate": {delegable, map[time.Duration]wire{30 * time.Minute: change("1", "ann",
			approvalclient.ChangeDelegate).with("actor", map[string]any{"id": "ann", "groups": []string{"finance"}, "auth": "test"}).with("to",
			"zoe"), 40 * time.Minute: by("2", "zoe", "none", policy.ChoiceApprove).with("for", "ann")}, policy.StateApproved, 40 * time.Minute, nil},
		"delegate, where the policy has none": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "ann",
			approvalclient.ChangeDelegate).with("to", "zoe")}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonNotAllowed}},
		"decide for a person who has not said so": {delegable, map[time.Duration]wire{30 * time.Minute: by("2", "zoe", "none",
			policy.ChoiceApprove).with("for", "ann")}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonNotEligible}},
		"reassign": {both, map[time.Duration]wire{
			10 * time.Minute: vote("1", "ann", policy.ChoiceApprove),
			30 * time.Minute: change("1", "max", approvalclient.ChangeReassign).with("reassignment",
				map[string]any{"to": map[string]any{"users": []string{"zoe"}}, "after": "0s"}),
			40 * time.Minute: by("2", "zoe", "none", policy.ChoiceApprove),
		}, policy.StateApproved, 40 * time.Minute, nil},
		"reassign to no one": {
			both,
			map[time.Duration]wire{30 * time.Minute: change("1", "max",
				approvalclient.ChangeReassign).with("reassignment", map[string]any{"to": map[string]any{}, "after": "0s"})},
			policy.StateExpired,
			time.Hour,
			[]approval.Reason{approval.ReasonMalformed},
		},
		"reassign without saying whom": {
			both,
			map[time.Duration]wire{30 * time.Minute: change("1", "max", approvalclient.ChangeReassign)},
			policy.StateExpired, time.Hour,
			[]approval.Reason{approval.ReasonMalformed},
		},
		"make again what is not sent back": {
			quorum,
			map[time.Duration]wire{30 * time.Minute: change("1", "eve", approvalclient.ChangeResubmit)},
			policy.StateExpired, time.Hour,
			[]approval.Reason{approval.ReasonClosed},
		},
		"something unknown": {
			quorum,
			map[time.Duration]wire{30 * time.Minute: change("1", "max", "explode")},
			policy.StateExpired, time.Hour,
			[]approval.Reason{approval.ReasonMalformed},
		},
		"an unknown gate": {quorum, map[time.Duration]wire{30 * time.Minute: change("1", "max",
			approvalclient.ChangeWithdraw).with("gate", "other")}, policy.StateExpired, time.Hour, []approval.Reason{approval.ReasonNotOpen}},
		"garbage": {
			quorum,
			map[time.Duration]wire{30 * time.Minute: {"kind": "withdraw"}},
			policy.StateExpired,
			time.Hour,
			[]approval.Reason{approval.ReasonMalformed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			for at, w := range c.send {
				if w["choice"] != nil {
					r.update(at, w)
				} else {
					r.manage(at, w)
				}
			}
			r.ExecuteWorkflow(lingeringOver(asking(c.policy, managed)))
			require.Equal(t, c.want, r.outcome().State)
			require.Equal(t, c.closed, r.outcome().Closed.Sub(r.status().Gates[0].Opened))
			require.Equal(t, c.why, r.refusals)
			for _, err := range r.errs {
				require.Regexp(t, "; ", err.Error(), "says what to do")
			}
		})
	}
}

// lingeringOver runs a workflow, and goes on for a day.
func lingeringOver(f func(workflow.Context) (outcome, error)) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		o, err := f(ctx)
		if err != nil {
			return o, err
		}
		return o, workflow.Sleep(ctx, 24*time.Hour)
	}
}
