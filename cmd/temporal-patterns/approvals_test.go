package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An operator prepares a namespace, finds a gate, decides on it and reads its audit.
func TestApprovalFromOpeningToAudit(t *testing.T) {
	t.Parallel()
	missing := command(t, nil, "search-attributes", "check")
	require.Equal(t, exitRefused, missing.code, missing.stderr)
	require.Contains(t, missing.stderr, "ApprovalPending")
	var ready struct {
		Namespace string `json:"namespace"`
		Ready     bool   `json:"ready"`
	}
	command(t, nil, "search-attributes", "create", "-o", "json").into(t, &ready)
	require.True(t, ready.Ready)
	require.Equal(t, "default", ready.Namespace)
	eventually(t, func() bool { return command(t, nil, "search-attributes", "check").code == exitOK })

	run := startExpense(t, dial(t), "cli-expense")
	eventually(t, func() bool { return command(t, nil, "approvals", "show", "cli-expense", "expense").code == exitOK })
	eventually(t, func() bool {
		return strings.Contains(command(t, nil, "approvals", "list", "--actor", "ann", "--group", "finance").stdout, "cli-expense")
	})
	var page listing
	command(t, nil, "approvals", "list", "--all", "-o", "json").into(t, &page)
	require.Len(t, page.Items, 1)
	require.Equal(t, "cli-expense", page.Items[0].WorkflowID)
	require.Equal(t, "Chair", page.Items[0].Gate.Title)
	command(t, nil, "approvals", "list", "--all", "--overdue", "-o", "json").into(t, &page)
	require.Empty(t, page.Items)

	self := decision("eve", "1")
	refused := command(t, nil, self...)
	require.Equal(t, exitRefused, refused.code, refused.stderr)
	require.Equal(t, "temporal-patterns: approval: gate \"expense\": the requester cannot decide on their own request; "+
		"ask another of those who may: a member of finance (approval.SelfApproval)\n", refused.stderr)
	var receipt approvalclient.Receipt
	command(t, nil, append(decision("ann", "2"), "-o", "json")...).into(t, &receipt)
	require.Equal(t, policy.StateApproved, receipt.State)
	var state string
	require.NoError(t, run.Get(t.Context(), &state))
	require.Equal(t, "approved", state)

	again := command(t, nil, decision("ann", "2")...)
	require.Equal(t, exitOK, again.code, again.stderr)
	late := command(t, nil, decision("bob", "3")...)
	require.Equal(t, exitRefused, late.code, late.stderr)

	var gate approvalclient.GateStatus
	command(t, nil, "approvals", "show", "cli-expense", "expense", "-o", "json").into(t, &gate)
	require.Equal(t, policy.StateApproved, gate.State)
	var audit policy.Audit
	command(t, nil, "approvals", "audit", "cli-expense", "expense", "-o", "json").into(t, &audit)
	require.NoError(t, audit.Verify())
	require.Contains(t, command(t, nil, "approvals", "audit", "cli-expense", "expense").stdout, "vote")
	for _, show := range []string{"show", "audit"} {
		require.Equal(t, exitNotFound, command(t, nil, "approvals", show, "cli-expense", "other").code, show)
	}
}

func decision(actor, id string) []string {
	return []string{
		"approvals", "decide", "cli-expense", "expense", "--actor", actor, "--group", "finance", "--choice", "approve", "--id", id,
	}
}

func TestApprovalsOfUnknownWorkflow(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"approvals", "show", "nowhere", "gate"},
		{"approvals", "audit", "nowhere", "gate"},
		{"approvals", "decide", "nowhere", "gate", "--actor", "ann", "--choice", "approve", "--id", "1"},
	} {
		got := command(t, nil, args...)
		require.Equal(t, exitNotFound, got.code, got.stderr)
		require.Contains(t, got.stderr, "nowhere")
		require.Empty(t, got.stdout)
	}
}

// A changed audit is shown, and the command fails.
func TestAuditThatWasChanged(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	s := &session{environment: environment{stdout: &out}, output: "table"}
	err := printAudit(s, policy.Audit{Entries: []policy.AuditEntry{{Number: 1, Kind: policy.AuditVote, Hash: "00"}}, Head: "00"})
	require.Equal(t, exitRefused, codeOf(err))
	require.Contains(t, out.String(), "vote")
}

// A decision whose outcome is not known has a code of its own, and can be sent again.
func TestDecisionOfUnknownOutcome(t *testing.T) {
	t.Parallel()
	c := dial(t)
	people, err := approvalclient.New(c, approvalclient.Options{})
	require.NoError(t, err)
	c.Close()
	vote := approvalclient.Vote{ID: "1", Actor: policy.Actor{ID: "ann", Auth: "cli"}, Choice: policy.ChoiceApprove}
	err = sendVote(new(session), t.Context(), people, approvalclient.Ref{WorkflowID: "any"}, "gate", vote)
	require.Equal(t, exitUnknown, codeOf(err), "%v", err)
}

func TestNoServer(t *testing.T) {
	t.Parallel()
	got := command(t, nil, "approvals", "list", "--all", "--address", "127.0.0.1:1", "--timeout", "2s")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.stderr, "127.0.0.1:1")
	got = command(t, nil, "search-attributes", "check", "--namespace", "no-such-namespace")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.stderr, "no-such-namespace")
	got = command(t, map[string]string{"TEMPORAL_PROFILE": "no-such-profile"}, "search-attributes", "check")
	require.Equal(t, exitFailed, got.code)
	require.Contains(t, got.stderr, "TEMPORAL_PROFILE")
}
