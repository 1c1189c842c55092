package approvalhttp

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// maxAge says for how many seconds a browser may keep the answer to a preflight.
const maxAge = "600"

// origins has the origins whose pages may decide.
type origins struct {
	own     *http.CrossOriginProtection
	trusted map[string]bool // Options.TrustedOrigins
}

func newOrigins(trusted []string) (*origins, error) {
	o := &origins{own: http.NewCrossOriginProtection(), trusted: map[string]bool{}}
	for _, origin := range trusted {
		if err := o.own.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("approvalhttp: a trusted origin cannot be used; write it like \"https://erp.example.com\": %w", err)
		}
		o.trusted[origin] = true
	}
	return o, nil
}

// shared lets the scripts of trusted origins read the answer. It answers a preflight
// of theirs, and reports that it has.
func (o *origins) shared(w http.ResponseWriter, r *http.Request, methods map[string]http.HandlerFunc) bool {
	if len(o.trusted) == 0 {
		return false
	}
	header, origin := w.Header(), r.Header.Get("Origin")
	header.Add("Vary", "Origin")
	if !o.trusted[origin] {
		return false
	}
	header.Set("Access-Control-Allow-Origin", origin)
	header.Set("Access-Control-Allow-Credentials", "true")
	header.Set("Access-Control-Expose-Headers", idempotencyKey+", Retry-After")
	if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
		return false
	}
	header.Add("Vary", "Access-Control-Request-Headers")
	header.Set("Access-Control-Allow-Methods", strings.Join(slices.Sorted(maps.Keys(methods)), ", "))
	// A trusted page may send what it likes: Identify says which headers matter.
	header.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
	header.Set("Access-Control-Max-Age", maxAge)
	w.WriteHeader(http.StatusNoContent)
	return true
}
