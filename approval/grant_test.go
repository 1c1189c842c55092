package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An approval is used once, in time, and while no one has taken it back.
func TestConsume(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		choice policy.Choice
		after  time.Duration // the approval
		revoke string        // by whom, a minute after the approval
		want   string        // empty: it may be used, once
	}{
		"in time":           {policy.ChoiceApprove, time.Hour, "", ""},
		"too late":          {policy.ChoiceApprove, 3 * time.Hour, "", "the approval was to be used by 2020-01-01T02:01:00Z; ask again"},
		"revoked":           {policy.ChoiceApprove, time.Hour, "max", "the approval was revoked; ask again"},
		"revoked by no one": {policy.ChoiceApprove, time.Hour, "ann", ""},
		"there is none":     {policy.ChoiceReject, time.Hour, "", "it is rejected, so there is nothing to use; act on Approved only"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.SetStartTime(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC))
			r.update(time.Minute, vote("1", "ann", c.choice))
			if c.revoke != "" {
				ch := change("2", c.revoke, approvalclient.ChangeRevoke)
				if c.revoke == "ann" {
					ch = ch.with("actor", map[string]any{"id": "ann", "groups": []string{"finance"}, "auth": "test"})
				}
				r.manage(2*time.Minute, ch)
			}
			p := policy.Quorum(1, "finance").Within(time.Hour)
			p.ValidFor = 2 * time.Hour
			r.manage(9*time.Hour, change("3", "max", approvalclient.ChangeRevoke)) // nothing is left of it
			r.ExecuteWorkflow(func(ctx workflow.Context) error {
				out, err := asking(p, managed)(ctx)
				if err != nil {
					return err
				}
				if err := workflow.Sleep(ctx, c.after); err != nil {
					return err
				}
				err = out.Consume(ctx)
				if c.want == "" {
					require.NoError(t, err)
					err = out.Consume(ctx)
					require.ErrorContains(t, err, "was used before")
				} else {
					require.ErrorContains(t, err, c.want)
				}
				require.Equal(t, approval.ReasonNotGranted, reasonOf(err))
				require.ErrorContains(t, outcome{State: policy.StateApproved}.Consume(ctx), "not of this run")
				return workflow.Sleep(ctx, 24*time.Hour)
			})
			require.NoError(t, r.GetWorkflowError())
			want := []approval.Reason{approval.ReasonClosed}
			switch {
			case c.revoke == "ann":
				want = []approval.Reason{approval.ReasonNotEligible, approval.ReasonClosed}
			case name == "too late":
				want = nil // it can be revoked, though no one may use it
			}
			require.Equal(t, want, r.refusals)
		})
	}
}

// The audit tells what has happened, and the chain of hashes holds.
func TestAudit(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(time.Minute, by("1", "ann", "finance", policy.ChoiceApprove).with("comment", "fine"))
	r.manage(2*time.Minute, change("2", "eve", approvalclient.ChangeWithdraw).with("comment", "not needed"))
	r.ExecuteWorkflow(asking(twoStages))
	require.Equal(t, policy.StateWithdrawn, r.outcome().State)
	value, err := r.QueryWorkflow(protocol.QueryAudit, "expense")
	require.NoError(t, err)
	var audit policy.Audit
	require.NoError(t, value.Get(&audit))
	require.NoError(t, audit.Verify())
	var kinds []string
	for _, e := range audit.Entries {
		kinds = append(kinds, string(e.Kind)+" "+e.Actor+" "+e.Note)
	}
	require.Equal(t, []string{
		"opened eve " + audit.Entries[0].Note, "vote ann fine", "stage  board", "withdraw eve not needed", "withdrawn  eve",
	}, kinds)
	require.Equal(t, time.Minute, audit.Entries[1].At.Sub(audit.Entries[0].At))
	_, err = r.QueryWorkflow(protocol.QueryAudit, "other")
	require.ErrorContains(t, err, "the workflow has not opened it yet")
}
