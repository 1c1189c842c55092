package approvalhttp_test

import (
	"net/http"
	"net/url"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Mail scanners and browsers open links before people do, with the headers of a
// browser or without: nothing is decided by that, and the link stays as it was.
func TestScanner(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	link := s.link(func(l *approvalhttp.Link) { l.Choices = []policy.Choice{policy.ChoiceApprove} })
	query := "/link?" + url.Values{"token": {token(t, link)}}.Encode()
	for _, method := range []string{"GET", "HEAD"} {
		for _, headers := range []map[string]string{
			{},
			{"Sec-Purpose": "prefetch"},
			{"Purpose": "prefetch"},
			{"X-Moz": "prefetch"},
			{"Sec-Purpose": "prefetch;prerender"},
			{"User-Agent": "Mozilla/5.0", "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"},
			{"Content-Type": "application/x-www-form-urlencoded"},
			{"X-HTTP-Method-Override": "POST"},
		} {
			require.Equal(t, http.StatusOK, s.send("", method, query+"&choice=approve", "", headers).status)
		}
	}
	for _, method := range []string{"PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"} {
		require.Equal(t, http.StatusMethodNotAllowed, s.send("", method, query, "").status)
	}
	require.Empty(t, s.fake.updates)
	require.Empty(t, s.fake.signals)
	require.Equal(t, http.StatusUnsupportedMediaType, s.send("", "POST", query+"&choice=approve", "").status,
		"a POST without the form of the page")
	require.Equal(t, http.StatusNotFound, s.send("", "POST", query+"&choice=approve", "", formHeader).status,
		"the token comes in the form alone")
	require.Empty(t, s.fake.updates)
	require.Equal(t, http.StatusOK, s.use(token(t, link), "", "").status, "the person can still decide")
	require.Len(t, s.fake.updates, 1)
}

func TestLinkPage(t *testing.T) {
	t.Parallel()
	changes := twoOfThem
	changes.MaxRounds = 2

	t.Run("shows what is to be decided, with all that people wrote escaped", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		a := s.follow("GET", link)
		require.Equal(t, http.StatusOK, a.status)
		for _, part := range []string{
			"&lt;b&gt;Travel&lt;/b&gt; &amp; more", "<dd>eve</dd>", "7 January 2030, 10:00 UTC", "&#34;euros&#34;: 420",
			"&lt;/pre&gt;&lt;script&gt;alert(1)",
			"<strong>ann</strong>", "Nothing is decided yet", `<form method="post" action="link">`, `value="` + link + `"`,
			`value="approve">Approve`, `value="reject">Reject`,
		} {
			require.Contains(t, a.body, part)
		}
		require.NotContains(t, a.body, "<script")
		require.NotContains(t, a.body, "request-changes")
	})

	for name, c := range map[string]struct {
		votes []tally.Vote
		text  string
	}{
		"says that the gate is decided": {[]tally.Vote{{
			Actor:  policy.Actor{ID: "bob", Groups: []string{"finance"}, Auth: "test"},
			Choice: policy.ChoiceReject,
		}}, "This is decided; there is nothing to do."},
		"says that changes are asked for": {[]tally.Vote{{
			Actor:  policy.Actor{ID: "bob", Groups: []string{"finance"}, Auth: "test"},
			Choice: policy.ChoiceRequestChanges,
		}}, "Changes were requested; wait for the link"},
		"says that the actor has decided": {[]tally.Vote{{
			Actor:  policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "test"},
			Choice: policy.ChoiceApprove,
		}}, "You have decided; there is nothing to do."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, changes, nil)
			for _, v := range c.votes {
				_, err := s.fake.tally.Apply(v, opened)
				require.NoError(t, err)
			}
			a := s.follow("GET", token(t, s.link(nil)))
			require.Equal(t, http.StatusOK, a.status)
			require.Contains(t, a.body, c.text)
			require.NotContains(t, a.body, "<form")
		})
	}

	t.Run("says that the request has changed", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		for _, change := range []func(*approvalhttp.Link){
			func(l *approvalhttp.Link) { l.Round = 2 },
			func(l *approvalhttp.Link) { l.Digest = "d0" },
		} {
			a := s.follow("GET", token(t, s.link(change)))
			require.Contains(t, a.body, "The request has changed since this link was sent")
			require.NotContains(t, a.body, "<form")
		}
	})

	t.Run("shows nothing while no worker can say what it is about", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.down = true
		a := s.follow("GET", token(t, s.link(nil)))
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.Equal(t, "3", a.header.Get("Retry-After"))
		require.NotContains(t, a.body, "<form")
	})
}

// The first decision by a link counts; the same again gets the same answer, and
// another one is refused, however close together they come.
func TestLinkWorksOnce(t *testing.T) {
	t.Parallel()

	t.Run("two posts at once are one vote", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		var posts sync.WaitGroup
		answers := make([]answer, 8)
		for i := range answers {
			posts.Go(func() { answers[i] = s.use(link, "approve", "") })
		}
		posts.Wait()
		for _, a := range answers {
			require.Equal(t, http.StatusOK, a.status)
			require.Contains(t, a.body, "Your decision is recorded: Approve.")
		}
		require.Len(t, s.fake.tally.Audit().Entries, 2, "opened, and one vote")
	})

	t.Run("a link that has approved does not reject", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		require.Equal(t, http.StatusOK, s.use(link, "approve", "").status)
		a := s.use(link, "reject", "")
		require.Equal(t, http.StatusConflict, a.status)
		require.Contains(t, a.body, "You have decided by this link before, and that decision counts")
		require.Equal(t, policy.StateOpen, s.fake.tally.State())
	})

	t.Run("what was queued counts once, and the first of two choices", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		s.fake.down = true
		link := token(t, s.link(nil))
		for _, choice := range []string{"approve", "approve", "reject"} {
			a := s.use(link, choice, "")
			require.Equal(t, http.StatusAccepted, a.status)
			require.Contains(t, a.body, "If you sent more than one by this link, the first one counts")
		}
		s.fake.back()
		require.Equal(t, 1, s.fake.tally.Approvals())
		require.Equal(t, http.StatusConflict, s.use(link, "reject", "").status)
	})
}
