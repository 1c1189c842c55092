package approvalhttp_test

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// gate is how a gate stands, by the API.
func (s *site) gate(who, group, workflow, gate string) approvalclient.GateStatus {
	s.t.Helper()
	status, body := s.send(who, group, http.MethodGet, "/gate?"+url.Values{"workflow": {workflow}, "gate": {gate}}.Encode(), "", "")
	require.Equal(s.t, http.StatusOK, status, body)
	var shown struct{ Gate approvalclient.GateStatus }
	require.NoError(s.t, json.Unmarshal([]byte(body), &shown))
	return shown.Gate
}

// untilShown waits until a worker answers for a workflow.
func (s *site) untilShown(workflow, group string) {
	s.t.Helper()
	query := url.Values{"workflow": {workflow}, "gate": {gateID(0)}}.Encode()
	require.Eventually(s.t, func() bool {
		status, _ := s.send("ann", group, http.MethodGet, "/gate?"+query, "", "")
		return status == http.StatusOK
	}, time.Minute, 100*time.Millisecond)
}

// While the worker is down, a vote is kept, and the same key sent again, before
// and after, counts once. Of a change the outcome is unknown, and the same key
// makes it once.
func TestWorkerDown(t *testing.T) {
	t.Parallel()
	id := "down/" + rand.Text()
	c := dial(t, nil)
	s := newSite(t, c, io.Discard)
	stop := startWorker(t, c, t.Name())
	start(t, c, t.Name(), id, Order{Gates: 2, Group: "g"})
	first := s.gate("ann", "g", id, gateID(0))
	link := s.token(id, "u-bob", "g", first)
	stop()

	body := decision(t, id, gateID(0), policy.ChoiceApprove)
	for range 2 {
		status, answer := s.send("ann", "g", http.MethodPost, "/decide", "application/json", body, "Idempotency-Key", "k")
		require.Equal(t, http.StatusAccepted, status, answer)
		require.Contains(t, answer, `"queued":true`)
	}
	withdraw := func() (int, string) {
		return s.send("eve", "g", http.MethodPost, "/change", "application/json",
			`{"workflow":"`+id+`","gate":"`+gateID(1)+`","kind":"withdraw"}`, "Idempotency-Key", "w")
	}
	status, answer := withdraw()
	require.Equal(t, http.StatusServiceUnavailable, status, answer)
	status, answer = s.send("ann", "g", http.MethodPost, "/decide", "application/json", `{"workflow":"`+id+`","choice":"approve","who":"me"}`)
	require.Equal(t, http.StatusBadRequest, status, answer) // without a worker
	status, _ = s.send("", "", http.MethodGet, "/link?token="+url.QueryEscape(link), "", "")
	require.Equal(t, http.StatusServiceUnavailable, status, "no one decides on what cannot be shown")

	startWorker(t, c, t.Name())
	s.untilShown(id, "g")
	status, answer = s.send("ann", "g", http.MethodPost, "/decide", "application/json", body, "Idempotency-Key", "k")
	require.Equal(t, http.StatusOK, status, answer)
	require.Equal(t, 1, s.gate("ann", "g", id, gateID(0)).Approvals)
	status, answer = withdraw()
	require.Equal(t, http.StatusOK, status, answer)
	require.Contains(t, answer, `"state":"withdrawn"`)
	for gate, kinds := range map[string]int{gateID(0): 2, gateID(1): 3} { // opened, and one vote; opened, who withdraws, withdrawn
		audit, err := newPeople(t, c, approvalclient.Options{}).Audit(t.Context(), approvalclient.Ref{WorkflowID: id}, gate)
		require.NoError(t, err)
		require.Len(t, audit.Entries, kinds)
	}
}

// Posts of one decision at the same time are one vote, by key and by link; the
// link does not decide otherwise afterwards.
func TestPostsAtOnce(t *testing.T) {
	t.Parallel()
	c := dial(t, nil)
	s := newSite(t, c, io.Discard)
	startWorker(t, c, t.Name())
	run := start(t, c, t.Name(), "at-once", Order{Gates: 1, Group: "g"})
	link := s.token("at-once", "u-bob", "g", s.gate("ann", "g", "at-once", gateID(0)))
	body := decision(t, "at-once", gateID(0), policy.ChoiceApprove)

	both := func(send func() (int, string)) {
		var posts sync.WaitGroup
		statuses, answers := make([]int, 9), make([]string, 9)
		for i := range statuses {
			posts.Go(func() { statuses[i], answers[i] = send() })
		}
		posts.Wait()
		for i := range statuses {
			require.Equal(t, http.StatusOK, statuses[i], answers[i])
			require.Equal(t, answers[0], answers[i])
		}
	}
	both(func() (int, string) {
		return s.send("ann", "g", http.MethodPost, "/decide", "application/json", body, "Idempotency-Key", "k")
	})
	require.Equal(t, 1, s.gate("ann", "g", "at-once", gateID(0)).Approvals)

	status, answer := s.send("", "", http.MethodGet, "/link?token="+url.QueryEscape(link), "", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, answer, "Nothing is decided yet")
	require.Equal(t, 1, s.gate("ann", "g", "at-once", gateID(0)).Approvals, "looking decides nothing")
	both(func() (int, string) { return s.use(link, policy.ChoiceApprove) })
	var states []policy.State
	require.NoError(t, run.Get(t.Context(), &states))
	require.Equal(t, []policy.State{policy.StateApproved}, states)
}
