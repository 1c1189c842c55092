package approvalhttp_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalhttp"
)

// A page of a trusted origin lists, shows and decides from a browser: it is answered
// when it asks by OPTIONS, and its scripts may read the answers, refusals too. No
// other origin is.
func TestTrustedOrigins(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, func(o *approvalhttp.Options) { o.TrustedOrigins = []string{"https://spa.example.com"} })
	gate := "/gate?" + url.Values{"workflow": {s.fake.workflow}, "gate": {s.fake.status.ID}}.Encode()
	const spa = "https://spa.example.com"
	ask := func(origin, path string) answer {
		return s.send("", http.MethodOptions, path, "", map[string]string{
			"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,idempotency-key,x-csrf",
		})
	}
	for path, methods := range map[string]string{"/decide": "POST", "/decide-many": "POST", "/change": "POST", "/gates": "GET", gate: "GET"} {
		a := ask(spa, path)
		require.Equal(t, http.StatusNoContent, a.status)
		require.Empty(t, a.body)
		require.Equal(t, spa, a.header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "true", a.header.Get("Access-Control-Allow-Credentials"))
		require.Equal(t, methods, a.header.Get("Access-Control-Allow-Methods"))
		require.Equal(t, "content-type,idempotency-key,x-csrf", a.header.Get("Access-Control-Allow-Headers"))
		require.Contains(t, a.header.Values("Vary"), "Origin")
		for _, origin := range []string{
			"https://evil.example.com", "http://spa.example.com", "https://spa.example.com.evil.example", "null",
			"",
		} {
			a := ask(origin, path)
			require.Equal(t, http.StatusMethodNotAllowed, a.status, origin)
			require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
			require.Empty(t, a.header.Get("Access-Control-Allow-Credentials"))
		}
	}
	for _, a := range []answer{
		s.post("ann", "/decide", approving, map[string]string{"Origin": spa, "Sec-Fetch-Site": "cross-site"}),
		s.post("eve", "/decide", approving, map[string]string{"Origin": spa, "Sec-Fetch-Site": "cross-site"}),
		s.post("", "/decide", approving, map[string]string{"Origin": spa, "Sec-Fetch-Site": "cross-site"}),
		s.send("ann", http.MethodGet, gate, "", map[string]string{"Origin": spa}),
	} {
		require.Equal(t, spa, a.header.Get("Access-Control-Allow-Origin"), a.body)
		require.Equal(t, "true", a.header.Get("Access-Control-Allow-Credentials"))
		require.Equal(t, "Idempotency-Key, Retry-After", a.header.Get("Access-Control-Expose-Headers"))
	}
	require.Len(t, s.fake.updates, 2, "what is asked by OPTIONS is not sent")

	t.Run("the page of a link is no API", func(t *testing.T) {
		a := ask(spa, "/link")
		require.Equal(t, http.StatusMethodNotAllowed, a.status)
		require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
	})
	t.Run("without trusted origins nothing is said of them", func(t *testing.T) {
		s := newSite(t, twoOfThem, nil)
		a := s.post("ann", "/decide", approving, map[string]string{"Origin": "https://erp.example.com"})
		require.Empty(t, a.header.Values("Vary"))
		require.Empty(t, a.header.Get("Access-Control-Allow-Origin"))
	})
}
