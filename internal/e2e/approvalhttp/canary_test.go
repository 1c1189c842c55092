package approvalhttp_test

import (
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// After a run with links that were used, used again, forged and wrong, with people
// who were let in and who were not, and with a worker that was down, nothing of the
// secret, of the links, of the e-mail addresses that they went to and of what
// people have signed in with is anywhere: not in history, memo and search
// attributes, nor in logs and metrics of client, worker and handler, nor in an
// answer, but for the form of the link itself.
func TestCanary(t *testing.T) {
	t.Parallel()
	var written sink
	c := dial(t, func(o *client.Options) {
		o.Logger = sdklog.NewStructuredLogger(slog.New(slog.NewTextHandler(&written, &slog.HandlerOptions{Level: slog.LevelDebug})))
		o.MetricsHandler = metrics{to: &written}
	})
	s := newSite(t, c, &written)
	stop := startWorker(t, c, t.Name())
	run := start(t, c, t.Name(), "canary", Order{Gates: 2, Group: "canaries", Inbox: true})
	ask := func(status int, who, method, path, contentType, body string, headers ...string) {
		t.Helper()
		got, answer := s.send(who, "canaries", method, path, contentType, body, headers...)
		require.Equal(t, status, got, answer)
		_, _ = written.Write([]byte(answer))
	}
	const json = "application/json"
	first, second := s.gate("ann", "canaries", "canary", gateID(0)), s.gate("ann", "canaries", "canary", gateID(1))
	links := []string{s.token("canary", "u-bob", "canaries", first), s.token("canary", "u-bob", "canaries", second), s.token("canary",
		"u-eve", "canaries", first)}
	useLink := func(status int, token string, choice policy.Choice) {
		t.Helper()
		got, answer := s.use(token, choice)
		require.Equal(t, status, got, answer)
		_, _ = written.Write([]byte(answer))
	}
	status, page := s.send("", "", http.MethodGet, "/link?"+url.Values{"token": {links[0]}}.Encode(), "", "")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, links[0], "its form has the token")
	_, _ = written.Write([]byte(strings.ReplaceAll(page, links[0], "")))

	ask(http.StatusOK, "ann", http.MethodGet, "/gates", "", "")
	ask(http.StatusUnauthorized, "mal", http.MethodPost, "/decide", json, decision(t, "canary", gateID(0), policy.ChoiceApprove))
	ask(http.StatusForbidden, "eve", http.MethodPost, "/decide", json, decision(t, "canary", gateID(0), policy.ChoiceApprove))
	ask(http.StatusBadRequest, "ann", http.MethodPost, "/decide", json, `{"canary-secret":"`+links[0]+`"`)
	ask(http.StatusBadRequest, "ann", http.MethodPost, "/decide", json, `{"workflow":"canary","gate":"x","choice":"`+links[0]+`"}`)
	ask(http.StatusOK, "ann", http.MethodPost, "/decide", json, decision(t, "canary", gateID(0), policy.ChoiceApprove))
	useLink(http.StatusForbidden, links[2], policy.ChoiceApprove) // her own request
	useLink(http.StatusNotFound, links[0]+"x", policy.ChoiceApprove)
	useLink(http.StatusOK, links[0], policy.ChoiceApprove)
	useLink(http.StatusConflict, links[0], policy.ChoiceReject)
	stop()
	useLink(http.StatusAccepted, links[1], policy.ChoiceApprove)
	ask(http.StatusServiceUnavailable, "eve", http.MethodPost, "/change", json,
		`{"workflow":"canary","gate":"`+gateID(1)+`","kind":"extend","by":"1h"}`)
	startWorker(t, c, t.Name())
	s.untilShown("canary", "canaries")
	ask(http.StatusOK, "ann", http.MethodPost, "/decide", json, decision(t, "canary", gateID(1), policy.ChoiceApprove))
	var states []policy.State
	require.NoError(t, run.Get(t.Context(), &states))
	require.Equal(t, []policy.State{policy.StateApproved, policy.StateApproved}, states)

	all := dump(t, c, "canary") + written.String()
	for _, there := range []string{"u-bob", `"link"`, "the goods", "ApprovalPending", "temporal_request", "approvalhttp: no answer", "link-"} {
		require.Contains(t, all, there, "it is looked at where it would be")
	}
	gone := []string{secret, base64.StdEncoding.EncodeToString([]byte(secret)), "canary-token", "@example.org"}
	for _, link := range links {
		parts := strings.Split(link, ".")
		gone = append(gone, link, parts[2], parts[3])
	}
	for _, canary := range gone {
		require.NotContains(t, all, canary)
	}
}
