package approvalhttp_test

import (
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
	sdklog "go.temporal.io/sdk/log"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// secret signs links; nothing of it may be found anywhere.
const secret = "canary-secret-of-the-links-0123456789"

// A site is an application with the handler below /approvals/. It knows people by
// tokens that stand for e-mail addresses, and calls them by opaque IDs.
type site struct {
	t     *testing.T
	url   string
	links *approvalhttp.Links
}

// bearer is what a person sends to be known.
func bearer(who string) string { return "Bearer canary-token-" + who + "@example.org" }

func identify(r *http.Request) (policy.Actor, error) {
	for _, who := range []string{"ann", "bob", "eve"} {
		if r.Header.Get("Authorization") == bearer(who) {
			return policy.Actor{ID: "u-" + who, Groups: []string{r.Header.Get("X-Test-Group")}, Auth: "bearer"}, nil
		}
	}
	return policy.Actor{}, errors.New("canary: " + r.Header.Get("Authorization"))
}

func newSite(t *testing.T, c client.Client, logs io.Writer) *site {
	t.Helper()
	s := &site{t: t}
	key, err := approvalkey.NewHMACKey("k1", []byte(secret))
	require.NoError(t, err)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.url = server.URL + "/approvals"
	s.links, err = approvalhttp.NewLinks(s.url, "default", key)
	require.NoError(t, err)
	h, err := approvalhttp.NewHandler(newPeople(t, c, approvalclient.Options{UpdateTimeout: 4 * time.Second}), approvalhttp.Options{
		Authenticate: identify, Authorize: func(*http.Request, policy.Actor, approvalclient.Ref, string) bool { return true }, Links: s.links,
		Logger: slog.New(slog.NewTextHandler(logs, nil)),
	})
	require.NoError(t, err)
	mux.Handle("/approvals/", http.StripPrefix("/approvals", h))
	return s
}

// send sends a request of a person, as a member of a group.
func (s *site) send(who, group, method, path, contentType, body string, headers ...string) (int, string) {
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Authorization", bearer(who))
	r.Header.Set("X-Test-Group", group)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(data)
}

// decision is the body of a decision.
func decision(t *testing.T, workflow, gate string, choice policy.Choice) string {
	t.Helper()
	data, err := json.Marshal(map[string]any{"workflow": workflow, "gate": gate, "choice": choice})
	require.NoError(t, err)
	return string(data)
}

// token is the token of a link to the first gate of a workflow.
func (s *site) token(workflow, actor, group string, gate approvalclient.GateStatus) string {
	s.t.Helper()
	link, err := s.links.URL(approvalhttp.Link{
		WorkflowID: workflow, Gate: gate.ID, Round: gate.Round, Digest: gate.Digest, Actor: actor, Groups: []string{group},
		Expires: time.Now().Add(time.Hour),
	})
	require.NoError(s.t, err)
	u, err := url.Parse(link)
	require.NoError(s.t, err)
	return u.Query().Get("token")
}

// use decides by a link.
func (s *site) use(token string, choice policy.Choice) (int, string) {
	return s.send("", "", http.MethodPost, "/link", "application/x-www-form-urlencoded", url.Values{
		"token":  {token},
		"choice": {string(choice)},
	}.Encode())
}

// newPeople is a client of the package, as in every test that needs no error of it.
func newPeople(t testing.TB, c client.Client, o approvalclient.Options) *approvalclient.Client {
	t.Helper()
	made, err := approvalclient.New(c, o)
	require.NoError(t, err)
	return made
}

func dial(t *testing.T, change func(*client.Options)) client.Client {
	t.Helper()
	o := options
	o.Logger = sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler))
	if change != nil {
		change(&o)
	}
	c, err := client.Dial(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}
