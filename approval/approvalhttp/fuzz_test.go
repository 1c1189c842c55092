package approvalhttp_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
)

// Whatever is sent, the handler does not panic, has no answer of 5xx without a
// reason to give, and decides only by POST.
func FuzzHandler(f *testing.F) {
	for _, path := range []string{"/gates", "/gate", "/decide", "/decide-many", "/manage", "/openapi.json", "/link", "/", "//decide", "/../decide"} {
		f.Add("GET", path, "workflow=w&gate=g", "application/json", "k", []byte(approving))
		f.Add("POST", path, "", "application/json", "", []byte(approving))
		f.Add("POST", path, "token=1.k1.e30.AA", "application/x-www-form-urlencoded", "\xff", []byte("token=1.k1.e30.AA&choice=approve"))
	}
	f.Add("HEAD", "/decide", "", "application/json", "k", []byte(`{"gates":[{},{}],"subject":null,"reassignment":{"after":"1h"},"by":5}`))
	f.Fuzz(func(t *testing.T, method, path, query, contentType, key string, body []byte) {
		s := newSite(t, twoOfThem, nil)
		r := &http.Request{
			Method: method, URL: &url.URL{Path: "/approvals" + path, RawQuery: query}, Host: "erp.example.com",
			Header: http.Header{"X-Test-User": {"ann"}, "Content-Type": {contentType}, "Idempotency-Key": {key}},
			Body:   http.NoBody,
		}
		r = r.WithContext(t.Context())
		if len(body) > 0 {
			r.Body = struct {
				*strings.Reader
				closer
			}{strings.NewReader(string(body)), closer{}}
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		if w.Code >= http.StatusInternalServerError {
			require.Equal(t, http.StatusServiceUnavailable, w.Code)
			require.NotEmpty(t, w.Header().Get("Retry-After"))
		}
		if method != http.MethodPost {
			require.Empty(t, s.fake.updates)
			require.Empty(t, s.fake.signals)
		}
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	})
}

type closer struct{}

func (closer) Close() error { return nil }

// No token but one that was signed opens the page of a gate, and one that was
// signed does, for the actor and the gate that it names.
func FuzzToken(f *testing.F) {
	key, err := approval.NewHMACKey("k1", secret)
	require.NoError(f, err)
	links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
	require.NoError(f, err)
	f.Add("1.k1.e30.AA", "expense/7 %41", "pay out/1%2F", "ann", "finance", 1)
	f.Add("..", "w", "g", "<script>", "\"", 2)
	f.Add("1.k1.eyJ3IjoidyJ9.", "\x00", "ü", "a b", "", 9)
	f.Fuzz(func(t *testing.T, made, workflow, gate, actor, group string, round int) {
		s := newSite(t, twoOfThem, nil)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/approvals/link?"+url.Values{"token": {made}}.Encode(), nil))
		require.Equal(t, http.StatusNotFound, w.Code)

		signed, err := links.URL(approvalhttp.Link{
			WorkflowID: workflow, Gate: gate, Round: round, Digest: "d1", Actor: actor, Groups: []string{group}, Expires: time.Now().Add(time.Hour),
		})
		if err != nil {
			return // not one that could decide
		}
		s.fake.workflow, s.fake.status.ID = workflow, gate
		require.Equal(t, http.StatusOK, s.follow(http.MethodGet, token(t, signed)).status)
		answer := s.use(token(t, signed), "approve", "")
		require.Less(t, answer.status, http.StatusInternalServerError)
		if len(s.fake.updates) > 0 {
			require.Equal(t, actor, s.fake.updates[0].Actor.ID)
			require.Equal(t, []string{group}, s.fake.updates[0].Actor.Groups)
			require.Equal(t, gate, s.fake.updates[0].Gate)
		}
	})
}
