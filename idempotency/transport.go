package idempotency

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// TransportOptions tunes [Transport].
type TransportOptions struct {
	// Hosts are those that get a key, as in a URL, with the port if there is one.
	// Others are never sent one.
	Hosts []string
	// Header is the name of the header. Empty is "Idempotency-Key".
	Header string
	// Quoted sends the key in quotes, as the draft of the IETF has it. Most
	// services want it without.
	Quoted bool
}

// Transport returns a round tripper that gives the requests of guarded work their
// key: POST and PATCH requests to o.Hosts that have none. The label of a request
// is that of [WithLabel], else its method and path; a second request with the
// same method and path, and without a label, is an error of [SameLabel], because
// the service would swallow it. Nil base is http.DefaultTransport. Outside guarded
// work it does nothing.
func Transport(base http.RoundTripper, o TransportOptions) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	o.Header = cmp.Or(o.Header, "Idempotency-Key")
	return &transport{base: base, options: o}
}

type transport struct {
	base    http.RoundTripper
	options TransportOptions
}

// RoundTrip is that of [http.RoundTripper].
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	x, guarded := from(r.Context())
	writes := r.Method == http.MethodPost || r.Method == http.MethodPatch
	if !guarded || !writes || r.Header.Get(t.options.Header) != "" || !slices.ContainsFunc(t.options.Hosts, func(h string) bool { return strings.EqualFold(h, r.URL.Host) }) {
		return t.base.RoundTrip(r)
	}
	key, err := x.requestKey(r)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // as round trippers must
		}
		return nil, err
	}
	if t.options.Quoted {
		key = `"` + key + `"`
	}
	r = r.Clone(r.Context()) // round trippers must not change what they are given
	r.Header.Set(t.options.Header, key)
	return t.base.RoundTrip(r)
}

// requestKey is the key of a request. Who follows a redirect sends the same one
// again.
func (x *execution) requestKey(r *http.Request) (string, error) {
	label, named := r.Context().Value(labelKey{}).(string)
	first := r
	for first.Response != nil && first.Response.Request != nil {
		first = first.Response.Request
	}
	if !named {
		label = first.Method + " " + first.URL.Path
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if !named && first == r {
		if x.labels[label] {
			return "", refuse(SameLabel, fmt.Sprintf("%s was requested before in this work, and would get the same key; name both with WithLabel, the same when it is sent again", label))
		}
		if x.labels == nil {
			x.labels = map[string]bool{}
		}
		x.labels[label] = true
	}
	return downstreamKey(x.ref.Key, label, x.progress.Generations[label]), nil
}
