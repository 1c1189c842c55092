package approvalhttp_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// What a link sends is what it was made for, and the rest is as for everyone.
func TestLinkDecision(t *testing.T) {
	t.Parallel()

	t.Run("votes as the actor of the link, on what was shown", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		require.Equal(t, http.StatusOK, s.send("bob", "POST", "/link", url.Values{
			"token": {link}, "choice": {"reject"}, "comment": {"no"},
			"reason": {"r"},
		}.Encode(), formHeader).status)
		got := s.fake.updates[0]
		require.Equal(t, tally.Vote{
			Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: approvalhttp.AuthLink}, Choice: policy.ChoiceReject,
			Comment: "no", Reason: "r", Round: 1, Digest: "d1",
		}, got.Vote)
		require.Regexp(t, `^link-[0-9a-f]{32}$`, got.ID)
		require.NotContains(t, link, got.ID[5:])
	})

	t.Run("offers only the choices that it was made for", func(t *testing.T) {
		t.Parallel()
		p := twoOfThem
		p.MaxRounds = 2
		s := newSite(t, p, nil)
		link := token(t, s.link(func(l *approvalhttp.Link) {
			l.Choices = []policy.Choice{policy.ChoiceReject, policy.ChoiceRequestChanges}
		}))
		page := s.follow("GET", link).body
		require.NotContains(t, page, `value="approve"`)
		require.Contains(t, page, `value="request-changes">Request changes`)
		for _, choice := range []string{"approve", "", "maybe"} {
			a := s.use(link, choice, "")
			require.Equal(t, http.StatusForbidden, a.status)
			require.Contains(t, a.body, "the link does not offer that choice; choose one of")
		}
		require.Empty(t, s.fake.updates)
		require.Equal(t, http.StatusOK, s.use(link, "request-changes", "").status)
	})

	t.Run("is refused in another round, and on another subject", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		for _, change := range []func(*approvalhttp.Link){
			func(l *approvalhttp.Link) { l.Round = 2 },
			func(l *approvalhttp.Link) { l.Digest = "d0" },
		} {
			a := s.use(token(t, s.link(change)), "approve", "")
			require.Equal(t, http.StatusPreconditionFailed, a.status)
			require.Contains(t, a.body, "look at it again")
			require.Contains(t, a.body, "<dd>open</dd>", "how the gate stands")
		}
		require.Zero(t, s.fake.tally.Approvals())
	})

	t.Run("is the requester's as little as any other vote", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		a := s.use(token(t, s.link(func(l *approvalhttp.Link) { l.Actor = "eve" })), "approve", "")
		require.Equal(t, http.StatusForbidden, a.status)
		require.Contains(t, a.body, "You have made this request, so another person must decide")
	})

	t.Run("asks for the comment that is missing, and takes it by the same link", func(t *testing.T) {
		t.Parallel()
		p := twoOfThem
		p.RequireCommentOn = []policy.Choice{policy.ChoiceReject}
		s := newSite(t, p, nil)
		link := token(t, s.link(nil))
		a := s.use(link, "reject", "")
		require.Equal(t, http.StatusUnprocessableEntity, a.status)
		require.Contains(t, a.body, "needs a comment; send one")
		require.Contains(t, a.body, `value="`+link+`"`, "the form again")
		require.Equal(t, http.StatusOK, s.use(link, "reject", "too much").status)
	})

	t.Run("keeps what was written when there is no answer", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.broken = serviceerror.NewUnavailable("canary-cause")
		a := s.use(token(t, s.link(nil)), "reject", `too "much"`)
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.Equal(t, "3", a.header.Get("Retry-After"))
		require.Contains(t, a.body, "Send your decision again in a while: it counts once.")
		require.Contains(t, a.body, `too &#34;much&#34;</textarea>`)
		require.NotContains(t, a.body, "canary")
	})

	t.Run("is for whom the application lets look", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, func(o *approvalhttp.Options) {
			o.Authorize = func(_ *http.Request, a policy.Actor, _ approvalclient.Ref, _ string) bool {
				return a.ID != "ann" || a.Auth != approvalhttp.AuthLink
			}
		})
		link := token(t, s.link(nil))
		for _, a := range []answer{s.follow("GET", link), s.use(link, "approve", "")} {
			require.Equal(t, http.StatusNotFound, a.status)
		}
		require.Empty(t, s.fake.updates)
	})

	t.Run("is not read when it is no form, or too large", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		require.Equal(t, http.StatusBadRequest, s.send("", "POST", "/link", "token=%zz", formHeader).status)
		require.Equal(t, http.StatusUnsupportedMediaType, s.send("", "POST", "/link", `{"token":"`+link+`"}`, jsonHeader).status)
		a := s.use(link, "approve", strings.Repeat("c", 1<<20))
		require.Equal(t, http.StatusRequestEntityTooLarge, a.status)
		require.Contains(t, a.body, "more than 262144 bytes; send less")
		require.Empty(t, s.fake.updates)
	})

	for reason, status := range map[approval.Reason]int{
		approval.ReasonNotOpen: http.StatusTooEarly,
		approval.ReasonFull:    http.StatusTooManyRequests,
	} {
		t.Run("passes on "+string(reason), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, twoOfThem, nil)
			s.fake.refusing = reason
			a := s.use(token(t, s.link(nil)), "approve", "")
			require.Equal(t, status, a.status)
			require.Contains(t, a.body, "it says no; do something else")
		})
	}
}
