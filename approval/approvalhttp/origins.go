package approvalhttp

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// maxAge is for how many seconds a browser may remember a preflight.
const maxAge = "600"

// shared lets the scripts of trusted origins read the answer. It answers a preflight
// of theirs, and reports that it has.
func (h *handler) shared(w http.ResponseWriter, r *http.Request, methods map[string]http.HandlerFunc) bool {
	if len(h.trusted) == 0 {
		return false
	}
	header, origin := w.Header(), r.Header.Get("Origin")
	header.Add("Vary", "Origin")
	if !h.trusted[origin] {
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
