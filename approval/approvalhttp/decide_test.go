package approvalhttp_test

import (
	"net/http"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestDecide(t *testing.T) {
	t.Parallel()

	t.Run("records the vote of who has sent it", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		a := s.post("ann", "/decide", approving, map[string]string{"Idempotency-Key": "form-81"})
		require.Equal(t, http.StatusOK, a.status, a.body)
		require.Equal(t, approvalclient.Receipt{
			Gate: s.fake.status.ID, ID: "form-81", Choice: policy.ChoiceApprove, State: policy.StateOpen,
			Round: 1, Approvals: 1, Need: 2, Missing: 1,
		}, a.receipt(t))
		require.Equal(t, "form-81", a.header.Get("Idempotency-Key"))
		require.Equal(t, policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "test"}, s.fake.updates[0].Actor)
	})

	t.Run("makes a key and tells it, when there is none", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		a := s.post("ann", "/decide", approving)
		require.GreaterOrEqual(t, len(a.receipt(t).ID), 26)
		require.Equal(t, a.receipt(t).ID, a.header.Get("Idempotency-Key"))
	})

	t.Run("counts the same key once, and gives the first receipt", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		first := s.post("ann", "/decide", approving, map[string]string{"Idempotency-Key": "k"})
		again := s.post("ann", "/decide", approving, map[string]string{"Idempotency-Key": "k"})
		require.Equal(t, http.StatusOK, again.status)
		require.Equal(t, first.body, again.body)
		require.Equal(t, 1, s.fake.tally.Approvals())
	})

	t.Run("does not let a used key pass as another choice", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		key := map[string]string{"Idempotency-Key": "k"}
		s.post("ann", "/decide", approving, key)
		for path, body := range map[string]string{"/decide": rejecting, "/change": `{` + thisGate + `,"kind":"withdraw"}`} {
			p := s.post("ann", path, body, key).problem(t)
			require.Equal(t, http.StatusConflict, p.Status)
			require.Equal(t, string(approval.ReasonKeyReused), p.Code)
			require.Contains(t, p.Detail, "this ID was used for another decision")
			require.Equal(t, 1, p.Gate.Approvals)
		}
		require.Equal(t, policy.StateOpen, s.fake.tally.State())
	})

	t.Run("counts two posts at once of one key once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		var posts sync.WaitGroup
		answers := make([]answer, 8)
		for i := range answers {
			posts.Go(func() {
				answers[i] = s.post("ann", "/decide", approving, map[string]string{"Idempotency-Key": "k"})
			})
		}
		posts.Wait()
		for _, a := range answers {
			require.Equal(t, http.StatusOK, a.status, a.body)
			require.Equal(t, answers[0].body, a.body)
		}
		require.Len(t, s.fake.tally.Audit().Entries, 2, "opened, and one vote")
	})

	t.Run("queues the vote when the worker is down, and counts the same key once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.down = true
		key := map[string]string{"Idempotency-Key": "k"}
		for range 2 {
			a := s.post("ann", "/decide", approving, key)
			require.Equal(t, http.StatusAccepted, a.status, a.body)
			require.Equal(t, approvalclient.Receipt{Gate: s.fake.status.ID, ID: "k", Choice: policy.ChoiceApprove, Queued: true}, a.receipt(t))
		}
		s.fake.back()
		require.Equal(t, http.StatusOK, s.post("ann", "/decide", approving, key).status)
		require.Equal(t, 1, s.fake.tally.Approvals())
	})

	t.Run("says that the outcome is unknown, and what to do", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.broken = serviceerror.NewUnavailable("canary-cause")
		a := s.post("ann", "/decide", approving)
		p := a.problem(t)
		require.Equal(t, http.StatusServiceUnavailable, p.Status)
		require.Equal(t, "Unavailable", p.Code)
		require.Contains(t, p.Detail, "send the same again with the same Idempotency-Key")
		require.Equal(t, "3", a.header.Get("Retry-After"))
		require.NotEmpty(t, a.header.Get("Idempotency-Key"))
		require.NotContains(t, a.body, "canary")
		require.Contains(t, s.log.String(), "canary-cause", "who runs the site is told")
		s.fake.broken, s.fake.refusing = nil, approvalclient.ReasonNotSent
		require.Equal(t, http.StatusServiceUnavailable, s.post("ann", "/decide", approving).problem(t).Status)
	})

	t.Run("passes on round, digest, comment, reason, delegation and subject", func(t *testing.T) {
		t.Parallel()
		p := oneOfThem
		p.AllowEdits, p.RejectReasons = true, []string{"too much"}
		s := newSite(t, p, nil)
		s.post(
			"ann",
			"/decide",
			`{`+thisGate+`,"choice":"approve","comment":"c","reason":"too much","for":"max","round":1,"digest":"d1","subject":{"euros":90}}`,
		)
		got := s.fake.updates[0]
		require.Equal(t, tally.Vote{
			Actor: got.Actor, Choice: policy.ChoiceApprove, Comment: "c", Reason: "too much", For: "max", Round: 1,
			Digest: "d1", Edited: got.Edited,
		}, got.Vote)
		require.JSONEq(t, `{"euros":90}`, string(got.Subject))
	})
}

func TestManage(t *testing.T) {
	t.Parallel()

	t.Run("makes a change once", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		key := map[string]string{"Idempotency-Key": "k"}
		for range 2 {
			a := s.post(
				"eve",
				"/change",
				`{`+thisGate+`,"kind":"withdraw","comment":"not needed","by":"24h","to":"bob","reassignment":{"to":{"users":["bob"]}}}`,
				key,
			)
			require.Equal(t, http.StatusOK, a.status, a.body)
			require.Equal(t, policy.StateWithdrawn, a.receipt(t).State)
		}
		require.Equal(t, approvalclient.ChangeWithdraw, s.fake.updates[0].Action)
		p := s.post("eve", "/decide", approving, key).problem(t)
		require.Contains(t, p.Detail, "this ID was used for another decision", "a key is not for two things")
	})

	t.Run("is not queued: without a worker its outcome is unknown", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.down = true
		a := s.post("eve", "/change", `{`+thisGate+`,"kind":"withdraw"}`)
		require.Equal(t, http.StatusServiceUnavailable, a.problem(t).Status)
		require.Equal(t, "3", a.header.Get("Retry-After"))
		require.Empty(t, s.fake.signals)
	})

	t.Run("is for who may", func(t *testing.T) {
		t.Parallel()
		p := newSite(t, twoOfThem, nil).post("ann", "/change", `{`+thisGate+`,"kind":"withdraw"}`).problem(t)
		require.Equal(t, http.StatusForbidden, p.Status)
		require.Equal(t, string(approval.ReasonNotEligible), p.Code)
	})
}
