package approvalhttp_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// everywhere sends a request of each kind that asks the server.
func (s *site) everywhere(key string) map[string]answer {
	s.t.Helper()
	link := token(s.t, s.link(nil))
	return map[string]answer{
		"list":       s.send("ann", http.MethodGet, "/gates", ""),
		"show":       s.show("ann", s.fake.workflow, s.fake.status.ID),
		"decide":     s.post("ann", "/decide", approving, map[string]string{"Idempotency-Key": key}),
		"manage":     s.post("eve", "/change", `{`+thisGate+`,"kind":"withdraw"}`, map[string]string{"Idempotency-Key": key}),
		"link":       s.follow(http.MethodGet, link),
		"use a link": s.use(link, "approve", ""),
	}
}

// What the Temporal server refuses is no outage: nothing was decided, callers are not
// asked to try again, and the log has the cause.
func TestTheServerRefuses(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]error{
		"no permission":     serviceerror.NewPermissionDenied("canary-cause", "policy 7"),
		"no such namespace": serviceerror.NewNamespaceNotFound("canary-cause"),
		"no such call":      serviceerror.NewUnimplemented("canary-cause"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, twoOfThem, nil)
			s.fake.broken = broken
			for what, a := range s.everywhere("canary-key") {
				require.Equal(t, http.StatusBadGateway, a.status, what)
				require.Empty(t, a.header.Get("Retry-After"), what)
				require.Contains(t, a.body, "nothing was decided; ask the operator of the site to look into its log", what)
				require.NotContains(t, a.body, "canary-cause", what)
				require.NotContains(t, a.body, "unknown", what)
			}
			require.Contains(t, s.log.String(), "canary-cause")
			require.NotContains(t, s.log.String(), "canary-key")
			require.NotContains(t, s.log.String(), "expense/7")
			require.NotContains(t, s.log.String(), "pay out")
		})
	}
}

// An outage is logged with its cause, and without the workflow, the gate and the key
// of the request.
func TestTheLogOfAnOutage(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	for _, cause := range []error{serviceerror.NewUnavailable("canary-cause"), errors.New("canary-cause")} {
		s.log.Reset()
		s.fake.broken = cause
		for what, a := range s.everywhere("canary-key") {
			require.Equal(t, http.StatusServiceUnavailable, a.status, what)
			require.Equal(t, "3", a.header.Get("Retry-After"))
			require.NotContains(t, a.body, "canary-cause")
		}
		log := s.log.String()
		require.Contains(t, log, "error=canary-cause")
		require.Contains(t, log, "path=/decide")
		for _, secret := range []string{"canary-key", "expense/7", "pay out", "ann"} {
			require.NotContains(t, log, secret)
		}
	}
}

// Of a workflow that an operator has paused, changes are refused and nothing is shown;
// a vote is kept.
func TestAPausedWorkflow(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	s.fake.paused = true
	answers := s.everywhere("k")
	for _, what := range []string{"show", "manage"} {
		p := answers[what].problem(t)
		require.Equal(t, http.StatusConflict, p.Status, what)
		require.Equal(t, string(approvalclient.ReasonWorkflowPaused), p.Code)
		require.Contains(t, p.Detail, "an operator has paused workflow")
	}
	require.Equal(t, http.StatusAccepted, answers["decide"].status)
	require.Equal(t, http.StatusConflict, answers["link"].status)
	require.NotContains(t, answers["link"].body, "<form")
	require.Equal(t, http.StatusAccepted, answers["use a link"].status)
	require.Contains(t, answers["list"].body, `"unreachable":["expense/7 %41"]`)
}

// An actor who may not look at a gate has one answer, whether the gate is open, is
// not open yet, or was never there. One who may is told what can be tried again.
func TestWhoMayNotLookLearnsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) {
		o.Authorize = func(_ *http.Request, a policy.Actor, _ approvalclient.Ref, _ string) bool { return a.ID != "dan" }
	})
	body := func(workflow, gate, more string) string {
		return `{"workflow":"` + workflow + `","gate":"` + gate + `",` + more + `}`
	}
	var first answer
	for _, ids := range [][2]string{{"expense/7 %41", "pay out/1%2F"}, {"expense/7 %41", "later"}, {"gone", "g"}} {
		for _, a := range []answer{
			s.post("dan", "/decide", body(ids[0], ids[1], `"choice":"approve"`)),
			s.post("dan", "/change", body(ids[0], ids[1], `"kind":"withdraw"`)),
			s.send("dan", http.MethodGet, "/gate?"+url.Values{"workflow": {ids[0]}, "gate": {ids[1]}}.Encode(), ""),
		} {
			if first.status == 0 {
				first = a
			}
			require.Equal(t, http.StatusNotFound, a.status)
			require.Equal(t, first.body, a.body)
		}
	}
	require.Equal(t, http.StatusTooEarly, s.post("ann", "/decide", body("expense/7 %41", "later", `"choice":"approve"`)).status)
	require.Equal(t, http.StatusNotFound, s.show("ann", "expense/7 %41", "later").status)
	require.Zero(t, s.fake.tally.Approvals())
}
