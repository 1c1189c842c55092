package approvalhttp_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// site is an application with the handler below /approvals/.
type site struct {
	t       *testing.T
	fake    *fake
	links   *approvalhttp.Links
	handler http.Handler
	log     bytes.Buffer
}

// byHeader knows people by a header: ann and bob of finance, and eve.
func byHeader(r *http.Request) (policy.Actor, error) {
	groups := map[string][]string{"ann": {"finance"}, "bob": {"finance"}, "dan": {"sales"}, "eve": {"finance"}, "no name": {}}
	name := r.Header.Get("X-Test-User")
	if groups[name] == nil {
		return policy.Actor{}, errors.New("canary-identify: no one")
	}
	if name == "no name" {
		name = "\xff"
	}
	return policy.Actor{ID: name, Groups: groups[r.Header.Get("X-Test-User")], Auth: "test"}, nil
}

// all lets everyone look at every gate.
func all(*http.Request, policy.Actor, approvalclient.Ref, string) bool { return true }

// newSite is a site whose gate has a policy; change may change the options.
func newSite(t *testing.T, p policy.Policy, change func(*approvalhttp.Options)) *site {
	t.Helper()
	s := &site{t: t, fake: newFake(p)}
	key, err := approvalkey.NewHMACKey("k1", secret)
	require.NoError(t, err)
	s.links, err = approvalhttp.NewLinks("https://erp.example.com/approvals", "default", key)
	require.NoError(t, err)
	o := approvalhttp.Options{
		Authenticate: byHeader, Authorize: all, Links: s.links, QueryTimeout: 30 * time.Millisecond,
		Logger: slog.New(slog.NewTextHandler(&s.log, nil)),
	}
	if change != nil {
		change(&o)
	}
	h, err := approvalhttp.NewHandler(newClient(t, s.fake, approvalclient.Options{UpdateTimeout: 100 * time.Millisecond}), o)
	require.NoError(t, err)
	s.handler = http.StripPrefix("/approvals", h)
	return s
}

// newClient is a client of the package, as in every test that needs no error of it.
func newClient(t testing.TB, c client.Client, o approvalclient.Options) *approvalclient.Client {
	t.Helper()
	made, err := approvalclient.New(c, o)
	require.NoError(t, err)
	return made
}

var (
	secret     = bytes.Repeat([]byte("s3cret-canary/"), 3)
	twoOfThem  = policy.Quorum(2, "finance")
	oneOfThem  = policy.Quorum(1, "finance")
	thisGate   = `"workflow":"expense/7 %41","gate":"pay out/1%2F"`
	approving  = `{` + thisGate + `,"choice":"approve"}`
	rejecting  = `{` + thisGate + `,"choice":"reject"}`
	jsonHeader = map[string]string{"Content-Type": "application/json"}
	formHeader = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
)

// An answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

// problem is the answer's problem.
func (a answer) problem(t *testing.T) (p struct {
	Status       int
	Code, Detail string
	Gate         *approvalclient.GateStatus
},
) {
	t.Helper()
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"), a.body)
	require.NoError(t, json.Unmarshal([]byte(a.body), &p))
	require.Equal(t, a.status, p.Status)
	return p
}

// receipt is the answer's receipt.
func (a answer) receipt(t *testing.T) (r approvalclient.Receipt) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.body), &r), a.body)
	return r
}

// send sends a request of a person, and checks that the answer is as described.
func (s *site) send(who, method, path, body string, headers ...map[string]string) answer {
	s.t.Helper()
	return s.sendFrom(who, method, path, strings.NewReader(body), headers...)
}

// sendFrom sends what a reader has.
func (s *site) sendFrom(who, method, path string, body io.Reader, headers ...map[string]string) answer {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "https://erp.example.com/approvals"+path, body)
	if who != "" {
		r.Header.Set("X-Test-User", who)
	}
	for _, h := range headers {
		for name, value := range h {
			r.Header.Add(name, value)
		}
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	data, err := io.ReadAll(w.Body)
	require.NoError(s.t, err)
	a := answer{w.Code, w.Result().Header, string(data)}
	described(s.t, method, path, a)
	return a
}

// post sends JSON.
func (s *site) post(who, path, body string, headers ...map[string]string) answer {
	s.t.Helper()
	return s.send(who, http.MethodPost, path, body, append(headers, jsonHeader)...)
}

// link is a link of ann to the gate; change may change it.
func (s *site) link(change func(*approvalhttp.Link)) string {
	s.t.Helper()
	l := approvalhttp.Link{
		WorkflowID: s.fake.workflow, Gate: s.fake.status.ID, Round: 1, Digest: "d1", Actor: "ann",
		Groups: []string{"finance"}, Expires: time.Now().Add(time.Hour),
	}
	if change != nil {
		change(&l)
	}
	u, err := s.links.URL(l)
	require.NoError(s.t, err)
	return u
}

// token is the token of a link.
func token(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	require.Equal(t, "/approvals/link", u.Path)
	return u.Query().Get("token")
}

// follow opens a link, and use sends its form.
func (s *site) follow(method, token string) answer {
	s.t.Helper()
	return s.send("", method, "/link?"+url.Values{"token": {token}}.Encode(), "")
}

func (s *site) use(token, choice, comment string) answer {
	s.t.Helper()
	return s.send("", http.MethodPost, "/link", url.Values{"token": {token}, "choice": {choice}, "comment": {comment}}.Encode(), formHeader)
}
