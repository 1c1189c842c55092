package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Each decision that has counted has a receipt, by its gate, its actor and its ID.
func TestQueryReceipt(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(time.Minute, by("1", "ann", "finance", policy.ChoiceApprove))
	r.ExecuteWorkflow(asking(policy.Quorum(1, "finance")))
	require.Equal(t, policy.StateApproved, r.outcome().State)
	ask := func(gate, actor, id string) (got *approvalclient.Receipt) {
		value, err := r.QueryWorkflow(protocol.QueryReceipt, gate, actor, id)
		require.NoError(t, err)
		require.NoError(t, value.Get(&got))
		return got
	}
	first := ask("expense", "ann", "1")
	require.NotNil(t, first)
	require.Equal(t, approvalclient.Receipt{
		Gate: "expense", ID: "1", Choice: policy.ChoiceApprove, State: policy.StateApproved, Round: 1, Approvals: 1, Need: 1,
	}, *first)
	require.Nil(t, ask("expense", "ann", "2"))
	require.Nil(t, ask("expense", "bob", "1"))
	require.Nil(t, ask("other", "ann", "1"))
}
