package approvalhttp_test

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
)

const subjectShown = "&#34;euros&#34;: 420"

// decides reports whether a page has a button that decides.
func decides(body string) bool { return strings.Contains(body, `name="choice"`) }

// write sends the form of a link with what a person has typed.
func (s *site) write(token, choice, comment, reason string) answer {
	s.t.Helper()
	sent := url.Values{"token": {token}, "choice": {choice}, "comment": {comment}, "reason": {reason}}
	return s.send("", http.MethodPost, "/link", sent.Encode(), formHeader)
}

// What people have typed is taken, or they get it back, with the request that it is
// about, to mend it. An end of line counts as the one that people see.
func TestWhatIsTypedIsNotLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		comment, reason string
		status          int
		text            string
	}{
		"4,096 letters":          {strings.Repeat("c", 4096), "", http.StatusOK, "recorded: Approve"},
		"700 lines of 4 letters": {strings.Repeat("line\r\n", 700), "", http.StatusOK, "recorded: Approve"},
		"2,100 letters of Cyrillic": {
			strings.Repeat("я", 2100), "", http.StatusRequestEntityTooLarge,
			"has 4200 bytes, the limit is 4096; shorten it",
		},
		"40,000 letters of Cyrillic":     {strings.Repeat("я", 40000), "", http.StatusRequestEntityTooLarge, "shorten it"},
		"1,100 faces":                    {strings.Repeat("🙂", 1100), "", http.StatusRequestEntityTooLarge, "shorten it"},
		"a long reason":                  {"because", strings.Repeat("r", 300), http.StatusBadRequest, "1 to 200 bytes"},
		"an empty line at the beginning": {"\r\n" + strings.Repeat("c", 4096), "", http.StatusRequestEntityTooLarge, "shorten it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, oneOfThem, nil)
			a := s.write(token(t, s.link(nil)), "approve", c.comment, c.reason)
			require.Equal(t, c.status, a.status)
			require.Contains(t, a.body, c.text)
			typed := strings.ReplaceAll(c.comment, "\r\n", "\n")
			if c.status == http.StatusOK {
				require.Equal(t, typed, s.fake.updates[0].Comment)
				return
			}
			require.Contains(t, a.body, ">\n"+typed+"</textarea>")
			require.Contains(t, a.body, `value="`+c.reason+`"`)
			require.Contains(t, a.body, subjectShown)
			require.True(t, decides(a.body))
		})
	}
	for name, refuse := range map[string]func(*site) string{
		"a decision of before": func(s *site) string {
			link := token(s.t, s.link(nil))
			s.use(link, "reject", "")
			return link
		},
		"another round": func(s *site) string { return token(s.t, s.link(func(l *approvalhttp.Link) { l.Round = 2 })) },
		"not eligible": func(s *site) string {
			return token(s.t, s.link(func(l *approvalhttp.Link) { l.Groups = []string{"sales"} }))
		},
		"no valid link": func(*site) string { return "1.k1.e30.AA" },
		"a server that refuses": func(s *site) string {
			s.fake.broken = serviceerror.NewPermissionDenied("no", "")
			return token(s.t, s.link(nil))
		},
	} {
		t.Run("refused by "+name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, twoOfThem, nil)
			a := s.write(refuse(s), "approve", "my <long> text", "and why")
			require.GreaterOrEqual(t, a.status, http.StatusBadRequest)
			require.Contains(t, a.body, "Your text was not recorded:")
			require.Contains(t, a.body, "my &lt;long&gt; text\nand why")
			require.NotContains(t, a.body, "<form")
		})
	}
}

// A page never offers to decide on a request that it does not show.
func TestNoFormWithoutTheSubject(t *testing.T) {
	t.Parallel()

	t.Run("a subject that is not to be had", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, oneOfThem, nil)
		s.fake.status.Subject, s.fake.status.SubjectSize = nil, 1<<20
		link := token(t, s.link(nil))
		for _, a := range []answer{s.follow(http.MethodGet, link), s.write(link, "approve", strings.Repeat("c", 5000), "")} {
			require.Contains(t, a.body, "This page cannot show the request, so it cannot be decided here. Sign in to look at it and to decide.")
			require.NotContains(t, a.body, "Look at the request below")
			require.NotContains(t, a.body, "<form")
		}
	})

	t.Run("a subject of 200 KB is shown whole", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, oneOfThem, nil)
		long := strings.Repeat("s", 200<<10)
		s.fake.status.Subject = []byte(`{"why":"` + long + `"}`)
		a := s.follow(http.MethodGet, token(t, s.link(nil)))
		require.Contains(t, a.body, html.EscapeString(`"why": "`+long+`"`))
		require.True(t, decides(a.body))
	})

	t.Run("no one says how the gate stands: the text is kept, and the request can be shown again", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(nil))
		s.fake.broken = serviceerror.NewUnavailable("down")
		a := s.write(link, "approve", "my text", "why")
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.False(t, decides(a.body))
		require.Contains(t, a.body, ">\nmy text</textarea>")
		require.Contains(t, a.body, `<button type="submit" name="show" value="again">Show the request again</button>`)
		again := url.Values{"token": {link}, "comment": {"my text"}, "reason": {"why"}, "show": {"again"}}.Encode()
		a = s.send("", http.MethodPost, "/link", again, formHeader)
		require.Equal(t, http.StatusServiceUnavailable, a.status)
		require.Contains(t, a.body, ">\nmy text</textarea>")
		s.fake.broken = nil
		a = s.send("", http.MethodPost, "/link", again, formHeader)
		require.Equal(t, http.StatusOK, a.status)
		require.True(t, decides(a.body))
		require.Contains(t, a.body, subjectShown)
		require.Contains(t, a.body, ">\nmy text</textarea>")
		require.Contains(t, a.body, `value="why"`)
		require.Zero(t, s.fake.tally.Approvals(), "to show it decides nothing")
		require.Equal(t, http.StatusOK, s.write(link, "approve", "my text", "why").status)
	})

	t.Run("a gate that is not open yet", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		link := token(t, s.link(func(l *approvalhttp.Link) { l.Gate = "later" }))
		a := s.write(link, "approve", "my text", "")
		require.Equal(t, http.StatusTooEarly, a.status)
		require.False(t, decides(a.body))
		require.Contains(t, a.body, ">\nmy text</textarea>")
	})
}
