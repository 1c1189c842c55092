package approvalhttp_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// A query or a form says one thing, or is refused, and no worker is asked.
func TestQueriesAndFormsAreExact(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	s.fake.down = true
	link := token(t, s.link(nil))
	form := "token=" + url.QueryEscape(link)
	for name, c := range map[string]struct{ method, path, body, text string }{
		"the choice of a form twice": {http.MethodPost, "/link", form + "&choice=reject&choice=approve", "stands 2 times; send it once"},
		"the same choice twice":      {http.MethodPost, "/link", form + "&choice=approve&choice=approve", "stands 2 times; send it once"},
		"the token of a form twice":  {http.MethodPost, "/link", form + "&choice=approve&" + form, "stands 2 times; send it once"},
		"the comment of a form twice": {
			http.MethodPost, "/link", form + "&choice=approve&comment=a&comment=b",
			"stands 2 times; send it once",
		},
		"a field of a form in another case": {
			http.MethodPost, "/link", form + "&choice=reject&Choice=approve",
			"is not known; send none but token, comment",
		},
		"a field that no form has": {
			http.MethodPost, "/link", form + "&choice=reject&for=bob",
			"is not known; send none but token, comment",
		},
		"an actor in a form": {
			http.MethodPost, "/link", form + "&choice=reject&actor=bob",
			"is not known; send none but token, comment",
		},
		"a comment of a form, no UTF-8":      {http.MethodPost, "/link", form + "&choice=approve&comment=%FF", "is no UTF-8; send text"},
		"a form with a bad escape":           {http.MethodPost, "/link", form + "&choice=approve&comment=%zz", "encode them as a form does"},
		"the token of a link twice":          {http.MethodGet, "/link?" + form + "&" + form, "", "stands 2 times; send it once"},
		"the gate of a query twice":          {http.MethodGet, "/gate?workflow=w&gate=a&gate=b", "", "stands 2 times; send it once"},
		"a gate of a query, no UTF-8":        {http.MethodGet, "/gate?workflow=w&gate=%FF", "", "is no UTF-8; send text"},
		"a query in another case":            {http.MethodGet, "/gate?Workflow=w&gate=a", "", "is not known; send none but workflow, gate"},
		"a query with a bad escape":          {http.MethodGet, "/gates?size=%zz", "", "encode them as a form does"},
		"the size of a page twice":           {http.MethodGet, "/gates?size=1&size=2", "", "stands 2 times; send it once"},
		"a filter that is not known, a typo": {http.MethodGet, "/gates?overdu=true", "", "is not known; send none but next, size, overdue"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := map[string]string{}
			if c.method == http.MethodPost {
				header = formHeader
			}
			a := s.send("ann", c.method, c.path, c.body, header)
			require.Equal(t, http.StatusBadRequest, a.status, a.body)
			require.Contains(t, a.body, c.text)
			require.Empty(t, s.fake.signals)
		})
	}
}

// Mail programs add fields to the links that they pass on.
func TestALinkMayHaveOtherFields(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	a := s.send("", http.MethodGet, "/link?utm_source=mail&utm_source=mail&token="+url.QueryEscape(token(t, s.link(nil))), "")
	require.Equal(t, http.StatusOK, a.status)
	require.True(t, decides(a.body))
}
