package approvalhttp_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestNewHandlerRefuses(t *testing.T) {
	t.Parallel()
	c := newClient(t, newFake(twoOfThem), approvalclient.Options{})
	for want, o := range map[string]approvalhttp.Options{
		"there is no authentication; set Options.Authenticate": {Authorize: all},
		"there is no authorization; set Options.Authorize":     {Authenticate: byHeader},
		"BodyTimeout -1s":  {Authenticate: byHeader, Authorize: all, BodyTimeout: -time.Second},
		"MaxBody is -1":    {Authenticate: byHeader, Authorize: all, MaxBody: -1},
		"QueryTimeout -1s": {Authenticate: byHeader, Authorize: all, QueryTimeout: -time.Second},
		"write it like \"https://erp.example.com\"": {Authenticate: byHeader, Authorize: all, TrustedOrigins: []string{"erp.example.com"}},
	} {
		_, err := approvalhttp.NewHandler(c, o)
		require.ErrorContains(t, err, want)
	}
	_, err := approvalhttp.NewHandler(nil, approvalhttp.Options{Authenticate: byHeader, Authorize: all})
	require.ErrorContains(t, err, "there is no client")
}

// Who the caller is comes from the application; what it does not vouch for does
// not come in.
func TestIdentity(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	for name, identify := range map[string]func(*http.Request) (policy.Actor, error){
		"no one is signed in":    byHeader,
		"an actor without an ID": func(*http.Request) (policy.Actor, error) { return policy.Actor{Auth: "test"}, nil },
	} {
		s := newSite(t, twoOfThem, func(o *approvalhttp.Options) { o.Authenticate = identify })
		for path, method := range map[string]string{
			"/gates": "GET", "/gate": "GET", "/decide": "POST", "/decide-many": "POST",
			"/change": "POST",
		} {
			a := s.send("", method, path, approving, jsonHeader)
			p := a.problem(t)
			require.Equal(t, http.StatusUnauthorized, p.Status, "%s: %s", name, path)
			require.Contains(t, p.Detail, "sign in and send the request again")
			require.NotContains(t, a.body+s.log.String(), "canary")
		}
		require.Empty(t, s.fake.updates)
	}
	require.Equal(t, http.StatusOK, s.send("", http.MethodGet, "/openapi.json", "").status, "the description is no one's secret")
}

// A page of another origin cannot decide with the cookies of who is signed in.
func TestCrossOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) { o.TrustedOrigins = []string{"https://portal.example.com"} })
	for name, headers := range map[string]map[string]string{
		"a site elsewhere":             {"Sec-Fetch-Site": "cross-site"},
		"a sister site":                {"Sec-Fetch-Site": "same-site", "Origin": "https://evil.example.com"},
		"an older browser":             {"Origin": "https://evil.example"},
		"a page without an origin":     {"Origin": "null"},
		"an origin that is like ours":  {"Origin": "https://erp.example.com.evil.example"},
		"an origin like a trusted one": {"Origin": "http://portal.example.com"},
	} {
		for path, body := range map[string]string{"/decide": approving, "/decide-many": approving, "/change": approving} {
			p := s.post("ann", path, body, headers).problem(t)
			require.Equal(t, http.StatusForbidden, p.Status, name)
			require.Equal(t, "CrossOrigin", p.Code)
			require.Contains(t, p.Detail, "decide from a page of this one")
		}
	}
	require.Empty(t, s.fake.updates)
	for name, headers := range map[string]map[string]string{
		"a page of ours":   {"Sec-Fetch-Site": "same-origin"},
		"one we trust":     {"Sec-Fetch-Site": "cross-site", "Origin": "https://portal.example.com"},
		"no browser":       {},
		"an older browser": {"Origin": "https://erp.example.com"},
	} {
		headers["Idempotency-Key"] = "k"
		require.Equal(t, http.StatusOK, s.post("ann", "/decide", approving, headers).status, name)
	}
}

// Every answer says that no one keeps it, frames it or runs anything of it.
func TestHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	for _, a := range []answer{
		s.post("ann", "/decide", approving), s.post("", "/decide", approving), s.send("ann", "GET", "/nowhere", ""),
		s.follow("GET", token(t, s.link(nil))), s.follow("GET", "x"), s.send("", "GET", "/openapi.json", ""),
	} {
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.Equal(t, "no-referrer", a.header.Get("Referrer-Policy"))
		require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
		require.Equal(t, "DENY", a.header.Get("X-Frame-Options"))
		require.Equal(t, "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
			a.header.Get("Content-Security-Policy"))
		require.NotEmpty(t, a.header.Get("Content-Type"))
	}
}

// A client that sends its body drop by drop does not hold the handler for long,
// and one that goes away decides nothing.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) { o.BodyTimeout = 50 * time.Millisecond })
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	begin := func(path, contentType string, length int, body string) net.Conn {
		address, err := url.Parse(server.URL)
		require.NoError(t, err)
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address.Host)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		_, err = fmt.Fprintf(conn, "POST /approvals%s HTTP/1.1\r\nHost: x\r\nX-Test-User: ann\r\nContent-Type: %s\r\nContent-Length: "+
			"%d\r\n\r\n%s", path, contentType, length, body)
		require.NoError(t, err)
		return conn
	}
	for path, contentType := range map[string]string{"/decide": "application/json", "/link": "application/x-www-form-urlencoded"} {
		response, err := http.ReadResponse(bufio.NewReader(begin(path, contentType, len(approving), approving[:10])), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusRequestTimeout, response.StatusCode)
		var body strings.Builder
		require.NoError(t, response.Write(&body))
		require.Contains(t, body.String(), "not arrived within 50ms; send it again")
	}
	gone := begin("/decide", "application/json", len(approving)+1, approving)
	require.NoError(t, gone.(*net.TCPConn).CloseWrite())
	response, err := http.ReadResponse(bufio.NewReader(gone), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusBadRequest, response.StatusCode, "half a body is none")
	require.Empty(t, s.fake.updates)

	// The time is for the body, not for the answer.
	s.fake.down = true
	whole := begin("/decide", "application/json", len(approving), approving)
	response, err = http.ReadResponse(bufio.NewReader(whole), nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusAccepted, response.StatusCode)
}
