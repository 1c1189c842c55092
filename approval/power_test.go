package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Who may not decide has no power over who decides or until when either, though a
// manager of the request: not the requester, nor who is barred, nor who is excepted.
func TestWhoMayNotDecideCannotChangeWhoDecides(t *testing.T) {
	t.Parallel()
	crony := map[string]any{"after": "0s", "to": map[string]any{"users": []string{"crony"}}, "replace": true}
	one := stage("one", 1, "finance", 10*time.Hour)
	one.OnTimeout = policy.ApproveOnTimeout
	one.Rules[0].From.Except = []string{"tom"}
	p := policy.Stages(one)
	p.Excluded, p.MaxExtend, p.AllowDelegation = []string{"mallory"}, time.Hour, true
	for name, send := range map[string]func(who string) wire{
		"shortens into an approval": func(who string) wire { return change("1", who, approvalclient.ChangeShorten).with("by", "10h") },
		"extends until it suits":    func(who string) wire { return change("1", who, approvalclient.ChangeExtend).with("by", "1h") },
		"chooses who decides": func(who string) wire {
			return change("1", who, approvalclient.ChangeReassign).with("reassignment", crony)
		},
		"delegates": func(who string) wire { return change("1", who, approvalclient.ChangeDelegate).with("to", "crony") },
	} {
		for who, want := range map[string]approval.Reason{
			"eve": approval.ReasonSelfApproval, "Eve": approval.ReasonSelfApproval, "mallory": approval.ReasonNotEligible,
			"tom": approval.ReasonNotEligible,
		} {
			t.Run(name+" "+who, func(t *testing.T) {
				t.Parallel()
				r := newRun(t)
				r.manage(time.Minute, send(who))
				r.update(2*time.Minute, by("2", "crony", "none", policy.ChoiceApprove))
				r.update(3*time.Minute, vote("3", "ann", policy.ChoiceReject))
				r.ExecuteWorkflow(lingeringOver(asking(p, managed)))
				require.Equal(t, policy.StateRejected, r.outcome().State)
				require.Equal(t, []approval.Reason{want, approval.ReasonNotEligible}, r.refusals)
			})
		}
	}
}

// The audit says who has changed the gate, to whom or by how much, and why.
func TestAuditSaysWhoDidWhatToWhom(t *testing.T) {
	t.Parallel()
	p := hourOf(policy.Quorum(1, "finance"))
	p.MaxExtend = 2 * time.Hour
	to := map[string]any{"after": "0s", "to": map[string]any{"users": []string{"zoe"}, "except": []string{"bob"}}}
	r := newRun(t)
	r.manage(time.Minute, change("1", "max", approvalclient.ChangeReassign).with("comment", "ann is ill").with("reassignment", to))
	r.manage(2*time.Minute, change("2", "max", approvalclient.ChangeExtend).with("by", "1h").with("comment", "a holiday"))
	r.manage(3*time.Minute, change("3", "max", approvalclient.ChangeShorten).with("by", "30m"))
	r.ExecuteWorkflow(lingeringOver(asking(p, managed)))
	require.Empty(t, r.errs)
	value, err := r.QueryWorkflow(protocol.QueryAudit, "expense")
	require.NoError(t, err)
	var a policy.Audit
	require.NoError(t, value.Get(&a))
	require.NoError(t, a.Verify())
	var got []string
	for _, e := range a.Entries[1:4] {
		got = append(got, string(e.Kind)+" "+e.Actor+" "+e.Note)
	}
	require.Equal(t, []string{
		"reassigned max also users (1) zoe; except (1) bob: ann is ill", "extended max 1h0m0s: a holiday", "shortened max 30m0s",
	}, got)
}
