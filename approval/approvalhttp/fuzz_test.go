package approvalhttp_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
)

// Whatever is sent, the handler does not panic, answers no 5xx that has no reason,
// decides only by POST, and says in each refusal what to do.
func FuzzHandler(f *testing.F) {
	paths := []string{
		"/gates", "/gate", "/decide", "/decide-many", "/change", "/openapi.json", "/link", "/", "//decide", "/../decide",
		"/decide/", "/DECIDE", "",
	}
	for _, path := range paths {
		f.Add("GET", path, "workflow=w&gate=g", "application/json", "k", "Accept", "text/html", []byte(approving))
		f.Add("POST", path, "", "application/json", "", "Origin", "https://spa.example.com", []byte(approving))
		f.Add("POST", path, "token=1.k1.e30.AA", "application/x-www-form-urlencoded", "\xff", "Sec-Fetch-Site", "cross-site",
			[]byte("token=1.k1.e30.AA&choice=approve&show=1"))
		f.Add("OPTIONS", path, "", "", "k", "Access-Control-Request-Method", "POST", []byte(nil))
		f.Add("DELETE", path, "%zz&workflow=%00", "application/json;charset=\"", "k", "X-HTTP-Method-Override", "POST", []byte(approving))
		f.Add("\x00", path, "next=x&size=-1", "application/json", strings.Repeat("k", 300), "Content-Encoding", "gzip", []byte(rejecting))
	}
	for _, body := range []string{
		`{"gates":[{},{}],"subject":null,"reassignment":{"after":"1h"},"by":5}`, `[]`, `null`, `""`,
		`{"workflow":"\u0000","gate":"\ud800","choice":"approve"}`,
		`{` + thisGate + `,"choice":"approve","subject":` + strings.Repeat(`[`, 5000) + `}`,
		`{` + thisGate + `,"choice":"approve","round":1e999}`,
		`{` + thisGate + `,"kind":"extend","by":"-1h"}`, `{` + thisGate + `,"kind":"reassign","reassignment":{"to":{"groups":["\ufeff"]}}}`,
		"\xff\xfe{\x00}\x00",
		`{"gates":[{` + thisGate + `},{` + thisGate + `}],"choice":"approve","comment":"` + strings.Repeat("c", 5000) + `"}`,
	} {
		for _, path := range paths {
			f.Add("POST", path, "", "application/json", "k", "X", "", []byte(body))
		}
	}
	f.Fuzz(func(t *testing.T, method, path, query, contentType, key, header, value string, body []byte) {
		s := newSite(t, twoOfThem, func(o *approvalhttp.Options) { o.TrustedOrigins = []string{"https://spa.example.com"} })
		r := &http.Request{
			Method: method, URL: &url.URL{Path: "/approvals" + path, RawQuery: query}, Host: "erp.example.com",
			Header: http.Header{"X-Test-User": {"ann"}, "Content-Type": {contentType}, "Idempotency-Key": {key}},
			Body:   http.NoBody,
		}
		r.Header.Set(header, value)
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
		if w.Code >= http.StatusBadRequest && strings.Trim(path, "/") != "link" && strings.HasPrefix(r.URL.Path, "/approvals") {
			require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
			var p struct {
				Status       int
				Code, Detail string
			}
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &p))
			require.Equal(t, w.Code, p.Status)
			require.NotEmpty(t, p.Code)
			require.Regexp(t, `(?s).+; .+`, p.Detail, "what has happened, and what to do")
		}
		require.Equal(t, "no-store", w.Header().Get("Cache-Control"))
	})
}

type closer struct{}

func (closer) Close() error { return nil }

// No token but one that was signed opens the page of a gate, and one that was
// signed does, for the actor and the gate that it names.
func FuzzToken(f *testing.F) {
	key, err := approvalkey.NewHMACKey("k1", secret)
	require.NoError(f, err)
	links, err := approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
	require.NoError(f, err)
	f.Add("1.k1.e30.AA", "expense/7 %41", "pay out/1%2F", "ann", "finance", 1)
	f.Add("..", "w", "g", "<script>", "\"", 2)
	f.Add("1.k1.eyJ3IjoidyJ9.", "\x00", "ü", "a b", "", 9)
	f.Fuzz(func(t *testing.T, made, workflow, gate, actor, group string, round int) {
		s := newSite(t, twoOfThem, nil)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet,
			"/approvals/link?"+url.Values{"token": {made}}.Encode(), nil))
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
