package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A release runs Deploy without a server; hours pass at once.
type release struct {
	*testsuite.TestWorkflowEnvironment
	*approvaltest.Driver

	t        *testing.T
	deployed int
}

func newRelease(t *testing.T) *release {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	r := &release{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t}
	r.Driver = approvaltest.New(t, r.TestWorkflowEnvironment)
	// The machine may be busy.
	r.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute})
	r.SetTestTimeout(time.Minute)
	r.RegisterWorkflow(Deploy)
	r.RegisterActivity(&Activities{Printf: func(string, ...any) { r.deployed++ }})
	return r
}

// deploy runs the workflow. Approvals are valid for a day.
func (r *release) deploy(window time.Duration) DeployResult {
	r.ExecuteWorkflow("Deploy", Deployment{
		Release: Release{Version: "v1", Author: "eve"}, Policies: releasePolicies(24 * time.Hour),
		Window: window,
	})
	var result DeployResult
	require.NoError(r.t, r.GetWorkflowResult(&result))
	if result.State == StateDeployed {
		require.Equal(r.t, 1, r.deployed)
	} else {
		require.Zero(r.t, r.deployed)
	}
	return result
}

func states(security, product policy.State) map[string]policy.State {
	return map[string]policy.State{GateSecurity: security, GateProduct: product}
}

func TestApprovedReleaseIsDeployedOnce(t *testing.T) {
	t.Parallel()
	for name, window := range map[string]time.Duration{"without a window": 0, "at the end of a window": 23 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRelease(t)
			r.Approve(10*time.Minute, GateProduct, "pam", "product")
			r.Approve(20*time.Minute, GateSecurity, "sam", "security")
			r.Approve(25*time.Minute, GateSecurity, "sue", "security")
			r.Reject(30*time.Minute, GateProduct, "pia", "product") // product needs two for a veto
			r.Approve(40*time.Minute, GateProduct, "pat", "product")
			require.Equal(t, DeployResult{State: StateDeployed, Gates: states(policy.StateApproved, policy.StateApproved)}, r.deploy(window))
			require.Equal(t, []approval.Reason{approval.ReasonClosed}, r.Refusals()) // security has decided
			r.RequireAudit(GateSecurity, "opened", "vote", "approved", "used")
			r.RequireAudit(GateProduct, "opened", "vote", "vote", "vote", "approved", "used")
		})
	}
}

func TestGateThatDoesNotApproveCancelsTheOther(t *testing.T) {
	t.Parallel()
	no := func(actor, group string) approvalclient.Vote {
		return approvalclient.Vote{Actor: approvaltest.Actor(actor, group), Choice: policy.ChoiceReject, Comment: "no"}
	}
	for name, c := range map[string]struct {
		votes func(r *release)
		want  map[string]policy.State
	}{
		"security rejects": {func(r *release) {
			r.Approve(10*time.Minute, GateProduct, "pam", "product")
			r.Vote(20*time.Minute, GateSecurity, no("sam", "security"))
		}, states(policy.StateRejected, policy.StateCanceled)},
		"product rejects": {func(r *release) {
			r.Vote(10*time.Minute, GateProduct, no("pam", "product"))
			r.Vote(20*time.Minute, GateProduct, no("pat", "product"))
		}, states(policy.StateCanceled, policy.StateRejected)},
		"product rejects after security approved": {func(r *release) {
			r.Approve(10*time.Minute, GateSecurity, "sam", "security")
			r.Vote(20*time.Minute, GateProduct, no("pam", "product"))
			r.Vote(30*time.Minute, GateProduct, no("pat", "product"))
		}, states(policy.StateApproved, policy.StateRejected)},
		"security does not vote": {func(r *release) {
			r.Approve(10*time.Minute, GateProduct, "pam", "product")
			r.Approve(20*time.Minute, GateProduct, "pat", "product")
		}, states(policy.StateExpired, policy.StateApproved)},
		"the author withdraws": {func(r *release) {
			r.Change(10*time.Minute, GateProduct, approvalclient.Change{Actor: approvaltest.Actor("eve"), Kind: approvalclient.ChangeWithdraw})
		}, states(policy.StateCanceled, policy.StateWithdrawn)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRelease(t)
			c.votes(r)
			require.Equal(t, DeployResult{State: StateStopped, Gates: c.want}, r.deploy(0))
			require.Empty(t, r.Refusals())
		})
	}
}

func TestExpiredApprovalDeploysNothing(t *testing.T) {
	t.Parallel()
	r := newRelease(t)
	r.Approve(10*time.Minute, GateSecurity, "sam", "security")
	r.Approve(20*time.Minute, GateProduct, "pam", "product")
	r.Approve(40*time.Minute, GateProduct, "pat", "product")
	result := r.deploy(23*time.Hour + 45*time.Minute) // only the approval of security has expired
	require.Equal(t, StateLapsed, result.State)
	require.Contains(t, result.Why, `gate "security": the approval was to be used by `)
	r.RequireAudit(GateSecurity, "opened", "vote", "approved")
}

func TestRevokedApprovalDeploysNothing(t *testing.T) {
	t.Parallel()
	r := newRelease(t)
	r.Approve(10*time.Minute, GateSecurity, "sam", "security")
	r.Approve(20*time.Minute, GateProduct, "pam", "product")
	r.Approve(30*time.Minute, GateProduct, "pat", "product")
	r.Change(time.Hour, GateSecurity, approvalclient.Change{Actor: approvaltest.Actor("eve"), Kind: approvalclient.ChangeRevoke})
	result := r.deploy(12 * time.Hour)
	require.Equal(t, StateLapsed, result.State)
	require.Contains(t, result.Why, "was revoked")
	require.Empty(t, r.Refusals())
}

func TestCanceledDeploymentEndsAsCanceled(t *testing.T) {
	t.Parallel()
	for name, after := range map[string]time.Duration{"before the decision": 5 * time.Minute, "during the window": time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRelease(t)
			r.Approve(10*time.Minute, GateSecurity, "sam", "security")
			r.Approve(20*time.Minute, GateProduct, "pam", "product")
			r.Approve(30*time.Minute, GateProduct, "pat", "product")
			r.RegisterDelayedCallback(r.CancelWorkflow, after)
			r.ExecuteWorkflow("Deploy", Deployment{
				Release: Release{Version: "v1", Author: "eve"}, Policies: releasePolicies(24 * time.Hour),
				Window: 12 * time.Hour,
			})
			require.True(t, temporal.IsCanceledError(r.GetWorkflowError()), "%v", r.GetWorkflowError())
			require.Zero(t, r.deployed)
		})
	}
}

func TestReleasePolicies(t *testing.T) {
	t.Parallel()
	both, o := releasePolicies(time.Hour), policy.LintOptions{Requester: "eve"}
	sam, reasoned := approvaltest.Yes("sam", "security"), approvaltest.No("sam", "security")
	reasoned.Comment = "a secret is in the logs"
	approvaltest.Policy(t, both[GateSecurity], o, map[string]approvaltest.Case{
		"one approves": {Votes: []approvalclient.Vote{sam}, Want: policy.StateApproved},
		"one rejects":  {Votes: []approvalclient.Vote{reasoned}, Want: policy.StateRejected},
		"one rejects without a comment": {
			Votes: []approvalclient.Vote{approvaltest.No("sam", "security")}, Want: policy.StateOpen, Missing: 1,
			Refused: approval.ReasonCommentRequired,
		},
	})
	pam, pat, pia := approvaltest.Yes("pam", "product"), approvaltest.Yes("pat", "product"), approvaltest.No("pia", "product")
	approvaltest.Policy(t, both[GateProduct], o, map[string]approvaltest.Case{
		"one approves": {Votes: []approvalclient.Vote{pam}, Want: policy.StateOpen, Missing: 1},
		"one rejects":  {Votes: []approvalclient.Vote{pia}, Want: policy.StateOpen, Missing: 2},
		"two approve":  {Votes: []approvalclient.Vote{pam, pia, pat}, Want: policy.StateApproved},
		"two reject":   {Votes: []approvalclient.Vote{pam, pia, approvaltest.No("pat", "product")}, Want: policy.StateRejected},
	})
}
