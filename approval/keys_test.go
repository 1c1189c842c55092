package approval_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestAllKeysOfOneIDAreTried(t *testing.T) {
	t.Parallel()
	a, err := approvalkey.NewHMACKey("k", bytes.Repeat([]byte("a"), 32))
	require.NoError(t, err)
	b, err := approvalkey.NewHMACKey("k", bytes.Repeat([]byte("b"), 32))
	require.NoError(t, err)

	r := newRun(t)
	r.SetStartTime(time.Now())
	r.update(time.Minute, approving(t, b, time.Hour, testID))
	r.ExecuteWorkflow(provenBy(a, b))
	require.Equal(t, policy.StateApproved, r.outcome().State)
}

// An early vote is proven when its gate is there, and a run that cannot be named is
// signed for by no one.
func TestProofsOfEarlyVotes(t *testing.T) {
	t.Parallel()
	mac, _, _ := keys(t)
	for name, c := range map[string]struct {
		vote wire
		want policy.State
	}{
		"signed":     {approving(t, mac, time.Hour, testID), policy.StateApproved},
		"not signed": {vote("1", "ann", policy.ChoiceApprove), policy.StateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.SetStartTime(time.Now())
			r.signal(time.Minute, c.vote)
			r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{Keys: []approvalkey.Key{mac}})
				if err != nil {
					return outcome{}, err
				}
				if err := sleep(ctx); err != nil {
					return outcome{}, err
				}
				return approval.Await(ctx, gates, oneOf("report 7"))
			})
			require.Equal(t, c.want, r.outcome().State)
		})
	}
}
