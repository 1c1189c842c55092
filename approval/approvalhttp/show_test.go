package approvalhttp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func (s *site) show(who, workflow, gate string) answer {
	s.t.Helper()
	return s.send(who, http.MethodGet, "/gate?"+url.Values{"workflow": {workflow}, "gate": {gate}}.Encode(), "")
}

func TestShow(t *testing.T) {
	t.Parallel()

	t.Run("tells how the gate stands, whatever characters its IDs have", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.post("ann", "/decide", approving)
		for _, ids := range [][2]string{{s.fake.workflow, s.fake.status.ID}, {`a/../b//c?d=e&f%2e;g"#+ ü`, "../%00/\\"}} {
			s.fake.workflow, s.fake.status.ID = ids[0], ids[1]
			a := s.show("ann", ids[0], ids[1])
			require.Equal(t, http.StatusOK, a.status, a.body)
			var got struct {
				Workflow string
				Gate     approvalclient.GateStatus
			}
			require.NoError(t, json.Unmarshal([]byte(a.body), &got))
			require.Equal(t, ids[0], got.Workflow)
			require.Equal(t, ids[1], got.Gate.ID)
			require.Equal(t, 1, got.Gate.Missing)
			require.Equal(t, "ann", got.Gate.Votes[0].Actor.ID)
			body, err := json.Marshal(map[string]string{"workflow": ids[0], "gate": ids[1], "choice": "approve"})
			require.NoError(t, err)
			require.Contains(t, []int{http.StatusOK, http.StatusConflict}, s.post("ann", "/decide", string(body),
				map[string]string{"Idempotency-Key": "x"}).status)
		}
	})

	t.Run("asks no worker about what cannot be", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		for _, ids := range [][2]string{{"", "g"}, {"w", ""}, {strings.Repeat("w", 1001), "g"}, {"\xff", "g"}, {"w", "\xff"}} {
			require.Equal(t, http.StatusBadRequest, s.show("ann", ids[0], ids[1]).status)
		}
		require.Zero(t, s.fake.asked)
	})

	t.Run("says when to ask again, while the worker is down", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.down = true
		a := s.show("ann", s.fake.workflow, s.fake.status.ID)
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.Contains(t, a.problem(t).Detail, "no worker has said how the gate stands; ask again")
		require.Equal(t, "3", a.header.Get("Retry-After"))
	})
}

func TestList(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) {
		o.Authorize = func(_ *http.Request, a policy.Actor, _ approvalclient.Ref, _ string) bool { return a.ID != "dan" }
	})
	a := s.send("ann", http.MethodGet, "/gates?size=10&overdue=true", "")
	require.Equal(t, http.StatusOK, a.status, a.body)
	require.Contains(t, a.body, `{"items":[{"workflow":"expense/7 %41","gate":{"id":"pay out/1%2F"`)
	require.NotContains(t, a.body, `"next"`)
	require.JSONEq(t, `{"items":[],"unreachable":[]}`, s.send("dan", http.MethodGet, "/gates", "").body, "nothing that is not for the actor")

	for query, advice := range map[string]string{
		"size=0":       `set "size" to 1 to 200`,
		"size=many":    `set "size" to 1 to 200`,
		"size=201":     "page size is 201",
		"next=x":       "not one of an inbox; use Page.Next as it is",
		"overdue=once": "neither true nor false",
	} {
		p := s.send("ann", http.MethodGet, "/gates?"+query, "").problem(t)
		require.Equal(t, http.StatusBadRequest, p.Status)
		require.Contains(t, p.Detail, advice)
	}

	s.fake.down = true
	require.JSONEq(t, `{"items":[],"unreachable":["expense/7 %41"]}`, s.send("ann", http.MethodGet, "/gates", "").body)
	require.JSONEq(t, `{"items":[],"unreachable":[]}`, s.send("dan", http.MethodGet, "/gates", "").body)
	s.fake.broken = serviceerror.NewUnavailable("down")
	p := s.send("ann", http.MethodGet, "/gates", "").problem(t)
	require.Equal(t, http.StatusServiceUnavailable, p.Status)
	require.Contains(t, p.Detail, "cannot be listed now; ask again")
	s.fake.broken = serviceerror.NewNamespaceNotFound("default")
	require.Equal(t, http.StatusBadGateway, s.send("ann", http.MethodGet, "/gates", "").problem(t).Status)
}

// The handler can be mounted below any prefix, with the usual means.
func TestMount(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	h, err := approvalhttp.NewHandler(newClient(t, s.fake, approvalclient.Options{}), approvalhttp.Options{
		Authenticate: byHeader,
		Authorize:    all,
	})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/a/", http.StripPrefix("/a", h))
	mux.Handle("/b/", http.StripPrefix("/b/", h))
	mux.Handle("GET /c/{what}", http.StripPrefix("/c", h))
	root := http.NewServeMux()
	root.Handle("/", h)
	query := "?" + url.Values{"workflow": {s.fake.workflow}, "gate": {s.fake.status.ID}}.Encode()
	for path, at := range map[string]http.Handler{"/a/gate": mux, "/b/gate": mux, "/c/gate": mux, "/gate": root} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path+query, nil)
		r.Header.Set("X-Test-User", "ann")
		w := httptest.NewRecorder()
		at.ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code, path)
	}

	for path, method := range map[string]string{"/": "GET", "/gates/": "GET", "/decide/x": "POST", "/Gate": "GET"} {
		a := s.send("ann", method, path, "")
		require.Equal(t, http.StatusNotFound, a.status, path)
		require.Contains(t, a.problem(t).Detail, "/openapi.json lists what is")
	}
	for path, method := range map[string]string{"/gate": "POST", "/decide": "GET", "/link": "PUT", "/openapi.json": "DELETE"} {
		a := s.send("ann", method, path, "")
		require.Equal(t, http.StatusMethodNotAllowed, a.status, path)
		require.NotEmpty(t, a.header.Get("Allow"), path)
	}
	require.Equal(t, "GET, POST", s.send("", "PUT", "/link", "").header.Get("Allow"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/link", nil))
	require.Equal(t, http.StatusNotFound, w.Code, "no Links, no links")
}
