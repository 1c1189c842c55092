package approvalhttp_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// A key stands for one request: the same again has the same answer, whatever edge
// knows more by then, and whatever else comes under it is refused and counts nothing.
func TestAKeyStandsForOneRequest(t *testing.T) {
	t.Parallel()
	approve := `{` + thisGate + `,"choice":"approve"`
	for name, body := range map[string]string{
		"another choice":     `{` + thisGate + `,"choice":"reject"}`,
		"for another person": approve + `,"for":"bob"}`,
		"another subject":    approve + `,"subject":{"euros":1}}`,
		"another round":      approve + `,"round":7}`,
		"another digest":     approve + `,"digest":"of-something-else"}`,
		"another comment":    approve + `,"comment":"only up to 10 euros"}`,
		"another reason":     approve + `,"reason":"too much"}`,
		"a change":           `{` + thisGate + `,"kind":"withdraw"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := twoOfThem.Within(24 * time.Hour)
			p.AllowEdits, p.AllowDelegation = true, true
			s := newSite(t, p, nil)
			key := map[string]string{"Idempotency-Key": "form-81"}
			first := s.post("ann", "/decide", approve+"}", key)
			require.Equal(t, http.StatusOK, first.status)
			path := "/decide"
			if strings.Contains(body, "kind") {
				path = "/change"
			}
			again := s.post("ann", path, body, key).problem(t)
			require.Equal(t, http.StatusConflict, again.Status)
			require.Equal(t, string(approval.ReasonKeyReused), again.Code)
			require.Equal(t, 1, again.Gate.Approvals)
			require.Equal(t, first.body, s.post("ann", "/decide", approve+"}", key).body)
			require.Equal(t, 1, s.fake.tally.Approvals())
		})
	}
	t.Run("another change", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		key := map[string]string{"Idempotency-Key": "k"}
		require.Equal(t, http.StatusOK, s.post("eve", "/change", `{`+thisGate+`,"kind":"withdraw"}`, key).status)
		require.Equal(t, string(approval.ReasonKeyReused), s.post("eve", "/change", `{`+thisGate+`,"kind":"withdraw","to":"bob"}`,
			key).problem(t).Code)
	})
	t.Run("one gate twice in a list", func(t *testing.T) {
		t.Parallel()
		s := newSite(t, twoOfThem, nil)
		a := s.post("ann", "/decide-many", `{"gates":[{`+thisGate+`},{`+thisGate+`,"for":"bob"},{`+thisGate+`}],"choice":"approve"}`)
		require.Equal(t, 2, strings.Count(a.body, `"status":200`), a.body)
		require.Equal(t, 1, strings.Count(a.body, `"code":"KeyReused"`), a.body)
		require.Len(t, s.fake.updates, 1)
	})
}

// Requests of few people under few keys, at random: what is answered with 200 is what
// counts, and the same request has the same answer each time.
func TestAnswersByKey(t *testing.T) {
	t.Parallel()
	s := newSite(t, twoOfThem, nil)
	rapid.Check(t, func(rt *rapid.T) {
		s.fake.again(twoOfThem)
		first := map[string]string{} // the body of a key, once it has counted
		answers := map[string]string{}
		for range rapid.IntRange(1, 12).Draw(rt, "requests") {
			who := rapid.SampledFrom([]string{"ann", "bob"}).Draw(rt, "who")
			key := rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "key")
			body := fmt.Sprintf(`{%s,"choice":%q,"comment":%q}`, thisGate, rapid.SampledFrom([]string{"approve", "reject"}).Draw(rt, "choice"),
				rapid.SampledFrom([]string{"", "c"}).Draw(rt, "comment"))
			a := s.post(who, "/decide", body, map[string]string{"Idempotency-Key": key})
			name := who + key
			switch counted, known := first[name]; {
			case known && counted != body:
				require.Equal(rt, string(approval.ReasonKeyReused), a.problem(t).Code)
			case known:
				require.Equal(rt, http.StatusOK, a.status)
				require.Equal(rt, answers[name], a.body)
			case a.status == http.StatusOK:
				first[name], answers[name] = body, a.body
			default:
				require.Equal(rt, http.StatusConflict, a.status, a.body) // closed, or the same choice again
			}
		}
	})
}
