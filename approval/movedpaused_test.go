package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A gate of which changes are requested is not closed: who would move its deadline
// is refused as Paused, and can do so when the request was made again.
func TestMovesWhileChangesAreRequested(t *testing.T) {
	t.Parallel()
	p := hourOf(policy.Quorum(1, "finance"))
	p.MaxRounds, p.MaxExtend = 2, time.Hour
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceRequestChanges))
	r.manage(2*time.Minute, change("2", "max", approvalclient.ChangeExtend).with("by", "10m"))
	r.manage(3*time.Minute, change("3", "max", approvalclient.ChangeShorten).with("by", "10m"))
	r.manage(4*time.Minute, change("4", "eve", approvalclient.ChangeResubmit))
	r.manage(5*time.Minute, change("5", "max", approvalclient.ChangeExtend).with("by", "10m"))
	r.ExecuteWorkflow(asking(p, managed))
	require.Equal(t, []approval.Reason{approval.ReasonPaused, approval.ReasonPaused}, r.refusals)
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.Equal(t, 74*time.Minute, r.outcome().Closed.Sub(r.status().Gates[0].Opened), "an hour from the fourth minute on, and ten more")
}
