package approvalhttp_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// late is a body that does not arrive in time.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

// Each answer that the description has is given, by what it says.
func TestEveryAnswer(t *testing.T) {
	t.Parallel()
	var wait time.Duration
	s := newSite(
		t,
		policy.Quorum(3, "finance"),
		func(o *approvalhttp.Options) { o.RateLimit = func(*http.Request) time.Duration { return wait } },
	)
	seen := map[string]bool{}
	see := func(method, path string, status int) {
		path, _, _ = strings.Cut(path, "?")
		seen[fmt.Sprintf("%s %s %d", strings.ToLower(method), path, status)] = true
	}
	link := token(t, s.link(nil))
	form := url.Values{"token": {link}, "choice": {"approve"}}.Encode()
	gate := "/gate?" + url.Values{"workflow": {s.fake.workflow}, "gate": {s.fake.status.ID}}.Encode()
	gets := []string{"/gates", gate, "/openapi.json", "/link?token=" + link}
	posts := map[string]struct {
		body   string
		header map[string]string
	}{
		"/decide":      {approving, jsonHeader},
		"/decide-many": {`{"choice":"approve","gates":[{` + thisGate + `}]}`, jsonHeader},
		"/change":      {`{` + thisGate + `,"kind":"withdraw"}`, jsonHeader},
		"/link":        {form, formHeader},
	}
	get := func(who string) {
		for _, path := range gets {
			see("get", path, s.send(who, http.MethodGet, path, "").status)
		}
	}
	post := func(who string, headers map[string]string) {
		for path, p := range posts {
			see("post", path, s.send(who, http.MethodPost, path, p.body, p.header, headers).status)
		}
	}

	post("ann", map[string]string{"Sec-Fetch-Site": "cross-site"})
	post("", nil)
	get("ann")
	get("")
	for path, p := range posts {
		see("post", path, s.sendFrom("ann", http.MethodPost, path, late{}, p.header).status)
		see("post", path, s.send("ann", http.MethodPost, path, strings.Repeat(" ", 1<<17), p.header).status)
		see("post", path, s.send("ann", http.MethodPost, path, "", nil).status)
		see("post", path, s.send("ann", http.MethodPost, path, "%zz", p.header).status)
	}
	for _, path := range []string{"/gates?size=x", "/gate", "/gate?workflow=gone&gate=g", "/link", "/link?token=a&token=a"} {
		see("get", path, s.send("ann", http.MethodGet, path, "").status)
	}
	see("post", "/decide", s.post("bob", "/decide", approving).status)
	post("eve", nil)
	for _, reason := range []approval.Reason{
		approval.ReasonNotEligible, approvalclient.ReasonUnknownWorkflow, approval.ReasonClosed, approval.ReasonNotOpen, approval.ReasonFull,
		approval.ReasonStale, approval.ReasonCommentRequired,
	} {
		s.fake.refusing, s.fake.receipts = reason, map[string]approvalclient.Receipt{}
		for path := range posts {
			if path != "/change" || reason != approval.ReasonStale && reason != approval.ReasonCommentRequired { // which no change has
				see("post", path, s.send("ann", http.MethodPost, path, posts[path].body, posts[path].header).status)
			}
		}
	}
	s.fake.down = true
	get("ann")
	post("ann", nil)
	see("post", "/link", s.send("", http.MethodPost, "/link", form+strings.Repeat("c", 1<<20), formHeader).status)
	for _, broken := range []error{serviceerror.NewPermissionDenied("no", ""), serviceerror.NewFailedPrecondition("Workflow is paused.")} {
		s.fake.broken = broken
		get("ann")
		post("ann", nil)
	}
	s.fake.broken = nil
	get("no name")
	s.fake.broken = serviceerror.NewUnavailable("no server")
	get("ann")
	post("ann", nil)
	wait = time.Second
	get("ann")
	post("ann", nil)

	want := map[string]bool{}
	for path, methods := range openapi(t).Paths {
		for method, op := range methods {
			for status := range op.Responses {
				want[method+" "+path+" "+status] = true
			}
		}
	}
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(seen)))
}
