package approvalhttp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An item is a gate of the list, with what a decision should name.
type item struct {
	Workflow string `json:"workflow"`
	Gate     struct {
		ID     string       `json:"id"`
		Round  int          `json:"round"`
		Digest string       `json:"digest"`
		State  policy.State `json:"state"`
	} `json:"gate"`
}

// list reads all pages of what waits for a person.
func (s *site) list(who, group string) (all []item, unread int) {
	s.t.Helper()
	for next := ""; ; {
		status, body := s.send(who, group, http.MethodGet, "/gates?"+url.Values{"size": {"30"}, "next": {next}}.Encode(), "", "")
		require.Equal(s.t, http.StatusOK, status, body)
		var page struct {
			Items       []item
			Unreachable []string
			Next        string
		}
		require.NoError(s.t, json.Unmarshal([]byte(body), &page))
		require.LessOrEqual(s.t, len(page.Items), 30)
		all, unread = append(all, page.Items...), unread+len(page.Unreachable)
		if next = page.Next; next == "" {
			return all, unread
		}
	}
}

// distinct are the gates of a list, by workflow and ID.
func distinct(all []item) map[[2]string]bool {
	gates := map[[2]string]bool{}
	for _, it := range all {
		gates[[2]string{it.Workflow, it.Gate.ID}] = true
	}
	return gates
}

// 200 gates of four workflows are listed, shown and decided, one by one by the
// first of two people and all together by the second. What the list says agrees
// with the gates.
func TestListShowDecide(t *testing.T) {
	t.Parallel()
	const workflows, gates = 4, 50
	c := dial(t, nil)
	s := newSite(t, c, io.Discard)
	startWorker(t, c, t.Name())
	group := "listed"
	for i := range workflows {
		start(t, c, t.Name(), fmt.Sprintf("listed/%d", i), Order{Gates: gates, Group: group, Inbox: true})
	}
	var all []item
	require.Eventually(t, func() bool {
		var unread int
		all, unread = s.list("ann", group)
		return len(distinct(all)) == workflows*gates && unread == 0
	}, time.Minute, 500*time.Millisecond, "visibility lags")
	require.Len(t, all, workflows*gates, "each once")
	other, _ := s.list("bob", "other")
	require.Empty(t, other, "only what waits for the caller")

	for _, it := range all {
		shown := s.gate("ann", group, it.Workflow, it.Gate.ID)
		require.Equal(t, it.Gate.Digest, shown.Digest)
		require.Equal(t, 2, shown.Missing)
		body, err := json.Marshal(map[string]any{
			"workflow": it.Workflow, "gate": it.Gate.ID, "choice": "approve", "round": it.Gate.Round,
			"digest": it.Gate.Digest,
		})
		require.NoError(t, err)
		status, answer := s.send("ann", group, http.MethodPost, "/decide", "application/json", string(body))
		require.Equal(t, http.StatusOK, status, answer)
	}
	mine, _ := s.list("ann", group)
	require.Empty(t, mine, "what she has decided does not wait for her any more")
	rest, _ := s.list("bob", group)
	require.Len(t, rest, workflows*gates, "and for him it does")

	var results struct {
		Results []struct {
			Status  int
			Receipt approvalclient.Receipt
		}
	}
	for begin := 0; begin < len(rest); begin += 100 {
		targets := []map[string]any{}
		for _, it := range rest[begin : begin+100] {
			targets = append(targets, map[string]any{"workflow": it.Workflow, "gate": it.Gate.ID, "round": it.Gate.Round, "digest": it.Gate.Digest})
		}
		body, err := json.Marshal(map[string]any{"gates": targets, "choice": "approve"})
		require.NoError(t, err)
		status, answer := s.send("bob", group, http.MethodPost, "/decide-many", "application/json", string(body))
		require.Equal(t, http.StatusOK, status, answer)
		require.NoError(t, json.Unmarshal([]byte(answer), &results))
		for _, r := range results.Results {
			require.Equal(t, http.StatusOK, r.Status, answer)
			require.Equal(t, policy.StateApproved, r.Receipt.State)
		}
	}
	rest, _ = s.list("bob", group)
	require.Empty(t, rest, "at once: each workflow is asked")
	for i := range workflows {
		var states []policy.State
		require.NoError(t, c.GetWorkflow(t.Context(), fmt.Sprintf("listed/%d", i), "").Get(t.Context(), &states))
		require.Len(t, states, gates)
		for _, state := range states {
			require.Equal(t, policy.StateApproved, state)
		}
	}
}
