package approvalhttp_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// A form that says reject and approve decides nothing, whichever comes first.
func TestAFieldOfAFormThatStandsTwice(t *testing.T) {
	t.Parallel()
	for _, fields := range []string{"&choice=reject&choice=approve", "&choice=approve&choice=approve", "&choice=approve&comment=a&comment=b", "&choice=approve&token=x"} {
		s := newSite(t, oneOfThem, nil)
		a := s.send("", http.MethodPost, "/link", "token="+url.QueryEscape(token(t, s.link(nil)))+fields, formHeader)
		require.Equal(t, http.StatusBadRequest, a.status, fields)
		require.Contains(t, a.body, "a field stands twice", fields)
		require.Empty(t, s.fake.updates, fields)
	}
}

// Neither does a query that names two gates show one of them.
func TestAFieldOfAQueryThatStandsTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t, oneOfThem, nil)
	gate := url.Values{"workflow": {s.fake.workflow}, "gate": {s.fake.status.ID}}.Encode()
	require.Equal(t, http.StatusOK, s.send("ann", http.MethodGet, "/gate?"+gate, "").status)
	for _, path := range []string{"/gate?" + gate + "&workflow=other", "/gate?" + gate + "&gate=other", "/gates?size=1&size=2", "/gates?overdue=true&overdue=false"} {
		a := s.send("ann", http.MethodGet, path, "")
		require.Equal(t, http.StatusBadRequest, a.status, path)
		require.Equal(t, "Malformed", a.problem(t).Code)
	}
}
