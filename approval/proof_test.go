package approval_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// With keys, a vote counts only as it was signed, where it was signed for.
func TestProofs(t *testing.T) {
	t.Parallel()
	mac, signing, verifying := keys(t)
	year := 365 * 24 * time.Hour
	other, err := approvalkey.NewHMACKey("k1", bytes.Repeat([]byte("x"), 32))
	require.NoError(t, err)
	good := approving(t, mac, year, testID)
	flipped := []byte(good["proof"].(string))
	i := len(flipped) - 3 // still base64
	flipped[i] = map[bool]byte{true: 'B', false: 'A'}[flipped[i] == 'A']
	refusedBefore := map[string]string{
		"another group": "not among those who may decide", "another subject": "does not let an approval change the subject",
		"for another person": "no one has delegated",
	}
	for name, c := range map[string]struct {
		vote wire
		want string // empty: it counts
	}{
		"HMAC":                 {good, ""},
		"Ed25519":              {approving(t, signing, year, testID), ""},
		"no proof":             {good.with("proof", ""), "there is no proof that can be read"},
		"no proof, but text":   {good.with("proof", "trust me"), "there is no proof that can be read"},
		"one bit":              {good.with("proof", string(flipped)), "its proof does not hold"},
		"another secret":       {approving(t, other, year, testID), "its proof does not hold"},
		"an unknown key":       {good.with("proof", strings.Replace(good["proof"].(string), "k1", "k9", 1)), "its proof does not hold"},
		"too old":              {approving(t, mac, time.Nanosecond, testID), "its proof was good until"},
		"a longer life":        {good.with("proof", strings.Replace(good["proof"].(string), ".1", ".9", 1)), "its proof does not hold"},
		"for another workflow": {approving(t, mac, year, "other"), "its proof does not hold"},
		"for another run":      {approvingIn(t, mac, year, testID, "the first run of another chain"), "its proof does not hold"},
		"another actor": {
			good.with("actor", map[string]any{"id": "bob", "groups": []string{"finance"}, "auth": "sso"}),
			"its proof does not hold",
		},
		"another group": {
			good.with("actor", map[string]any{"id": "ann", "groups": []string{"board"}, "auth": "sso"}),
			"its proof does not hold",
		},
		"another choice":     {good.with("choice", "reject"), "its proof does not hold"},
		"another comment":    {good.with("comment", "no"), "its proof does not hold"},
		"another ID":         {good.with("id", "2"), "its proof does not hold"},
		"another round":      {good.with("round", 1), "its proof does not hold"},
		"another subject":    {good.with("subject", "x"), "its proof does not hold"},
		"for another person": {good.with("for", "bob"), "its proof does not hold"},
	} {
		for _, bySignal := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, by signal %v", name, bySignal), func(t *testing.T) {
				t.Parallel()
				r := newRun(t)
				r.SetStartTime(time.Now().Add(time.Minute))
				if bySignal {
					r.signal(time.Minute, c.vote)
				} else {
					r.update(time.Minute, c.vote)
				}
				r.ExecuteWorkflow(provenBy(mac, verifying))
				if c.want == "" {
					require.Equal(t, policy.StateApproved, r.outcome().State)
					return
				}
				require.Equal(t, policy.StateExpired, r.outcome().State)
				if bySignal {
					want := cmp.Or(refusedBefore[name], c.want) // no marker is spent on the proof of who may not decide
					require.Contains(t, r.status().DeadLetters.Last[0].Reason, want)
					return
				}
				require.Equal(t, []approval.Reason{approval.ReasonBadProof}, r.refusals)
				require.ErrorContains(t, r.errs[0], c.want)
			})
		}
	}
}

func provenBy(keys ...approvalkey.Key) func(workflow.Context) (outcome, error) {
	return func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{Keys: keys})
		if err != nil {
			return outcome{}, err
		}
		return approval.Await(ctx, gates, approval.Request[string]{ID: "expense", Requester: "eve", Policy: policy.Quorum(1,
			"finance").Within(time.Hour), Managers: policy.Selector{Groups: []string{"ops"}}})
	}
}

// Changes need a proof as well.
func TestProofsOfChanges(t *testing.T) {
	t.Parallel()
	mac, _, verifying := keys(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	withdraw := signed(t, mac, time.Hour, testRun, func(c *approvalclient.Client) {
		_, _ = c.Change(ctx, approvalclient.Ref{WorkflowID: testID}, "expense", approvalclient.Change{
			ID: "1", Actor: policy.Actor{ID: "max", Groups: []string{"ops"}, Auth: "sso"}, Kind: approvalclient.ChangeWithdraw,
		})
	})
	for name, c := range map[string]struct {
		change wire
		want   policy.State
	}{
		"signed":         {withdraw, policy.StateWithdrawn},
		"not signed":     {withdraw.with("proof", ""), policy.StateExpired},
		"another action": {withdraw.with("kind", "extend").with("by", "1h"), policy.StateExpired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.manage(time.Minute, c.change)
			r.ExecuteWorkflow(provenBy(mac, verifying))
			require.Equal(t, c.want, r.outcome().State)
		})
	}
}

func TestClientRefusesKeyThatCannotSign(t *testing.T) {
	t.Parallel()
	_, _, verifying := keys(t)
	_, err := approvalclient.New(&mocks.Client{}, approvalclient.Options{Key: &verifying, Namespace: "default"})
	require.ErrorContains(t, err, "key k2 cannot sign")
}
