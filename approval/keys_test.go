package approval_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A key keeps what it was given, and two of one ID are both tried.
func TestKeysAreCopiedAndAllAreTried(t *testing.T) {
	t.Parallel()
	_, err := approval.NewSigningKey("k", nil)
	require.ErrorContains(t, err, "private key of 64")
	one, two := bytes.Repeat([]byte("a"), 32), bytes.Repeat([]byte("b"), 32)
	a, err := approval.NewHMACKey("k", one)
	require.NoError(t, err)
	b, err := approval.NewHMACKey("k", two)
	require.NoError(t, err)
	signature, err := a.Sign("p", nil)
	require.NoError(t, err)
	clear(one) // as one should
	require.True(t, a.Verify("p", nil, signature))

	r := newRun(t)
	r.SetStartTime(time.Now())
	r.update(time.Minute, approving(t, b, time.Hour, testID))
	r.ExecuteWorkflow(provenBy(a, b))
	require.Equal(t, approval.StateApproved, r.outcome().State)
}

// An early vote is proven when its gate is there, and a run that cannot be named is
// signed for by nobody.
func TestProofsOfEarlyVotes(t *testing.T) {
	t.Parallel()
	mac, _, _ := keys(t)
	for name, c := range map[string]struct {
		vote wire
		want approval.State
	}{
		"signed":     {approving(t, mac, time.Hour, testID), approval.StateApproved},
		"not signed": {vote("1", "ann", approval.Approve), approval.StateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.SetStartTime(time.Now())
			r.signal(time.Minute, c.vote)
			r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
				gates, err := approval.NewGates(ctx, approval.Options{Keys: []approval.Key{mac}})
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
