package idempotency

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// TransportOptions tunes [Transport].
type TransportOptions struct {
	// Hosts are those that get a key, as in a URL: without a scheme or a path, with
	// the port if it is not that of the scheme. Others are never sent one.
	Hosts []string
	// Header is the name of the header. Empty is "Idempotency-Key".
	Header string
	// Quoted sends the key in quotes, as the draft of the IETF has it. Most
	// services want it without.
	Quoted bool
}

// Transport returns a round tripper that gives the requests of guarded work their
// key: POST and PATCH requests to o.Hosts. The label of a request is that of
// [WithLabel], else its method and path. Nil base is http.DefaultTransport.
//
// A request that is sent again, with the same body and after an answer that lets a
// client try again, has the key of the first. Another one with the same method and
// path, and without a label, is an error of [SameLabel], because the service would
// take it for the first. A request with a key that is not of this work is an error
// of [Misuse]: a client that makes keys of its own, such as a new one for each
// attempt, defeats the guard. Outside guarded work it does nothing. Transport panics if
// o.Hosts is empty or holds a URL.
func Transport(base http.RoundTripper, o TransportOptions) http.RoundTripper {
	must(len(o.Hosts) > 0, "Transport needs the hosts that get a key; set TransportOptions.Hosts")
	for _, host := range o.Hosts {
		must(host != "" && !strings.ContainsAny(host, "/ @?#"), fmt.Sprintf("Transport was given the host %q; write it without scheme, path and user, such as api.example.com", host))
	}
	if base == nil {
		base = http.DefaultTransport
	}
	o.Hosts = slices.Clone(o.Hosts)
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
	if !guarded || !t.concerns(r) {
		return t.base.RoundTrip(r)
	}
	key, label, err := x.requestKey(r, strings.Trim(r.Header.Get(t.options.Header), `"`))
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
	response, err := t.base.RoundTrip(r)
	if err == nil && !resendable(response.StatusCode) {
		x.answered(label)
	}
	return response, err
}

// concerns reports whether a request is to have a key.
func (t *transport) concerns(r *http.Request) bool {
	port := map[string]string{"http": ":80", "https": ":443"}[strings.ToLower(r.URL.Scheme)]
	method := strings.ToUpper(r.Method)
	return (method == http.MethodPost || method == http.MethodPatch) && slices.ContainsFunc(t.options.Hosts, func(host string) bool {
		return strings.EqualFold(strings.TrimSuffix(host, port), strings.TrimSuffix(r.URL.Host, port))
	})
}

// resendable reports whether a client may send a request again after this answer.
func resendable(status int) bool {
	return status >= 500 || status == http.StatusRequestTimeout || status == http.StatusTooManyRequests ||
		status == http.StatusConflict || status == http.StatusTooEarly || status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect
}

// sent is a request that was sent in this attempt.
type sent struct {
	body     [sha256.Size]byte
	known    bool // the body
	answered bool
}

// requestKey is the key of a request, and its label. own is the key that the
// request has already.
func (x *execution) requestKey(r *http.Request, own string) (key, label string, err error) {
	label, named := r.Context().Value(labelKey{}).(string)
	first := r
	for first.Response != nil && first.Response.Request != nil { // a redirect sends the same one again
		first = first.Response.Request
	}
	if !named {
		label = strings.ToUpper(first.Method) + " " + first.URL.Path
	}
	now := sent{}
	now.body, now.known = bodySum(r)
	x.mu.Lock()
	defer x.mu.Unlock()
	sum, err := x.downstream(label)
	if err != nil {
		return "", "", err
	}
	if key = downstreamKey(sum); own != "" {
		if !x.given[own] && own != key {
			return "", "", refuse(Misuse, fmt.Sprintf("a request to %s has an idempotency key that is not of this work, so that each attempt may have another; "+
				"let the client make none, or set that of DownstreamKey", r.URL.Host))
		}
		return own, label, nil
	}
	before, again := x.requests[label]
	if again && !named && first == r && (before.answered || !before.known || !now.known || before.body != now.body) {
		return "", "", refuse(SameLabel, fmt.Sprintf("%s was requested before in this work, and would get the same key; name both with WithLabel, the same when it is sent again", label))
	}
	if x.requests == nil {
		x.requests = map[string]sent{}
	}
	x.requests[label] = now
	return key, label, nil
}

// answered notes that a request has an answer after which it is not sent again.
func (x *execution) answered(label string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if request, ok := x.requests[label]; ok {
		request.answered = true
		x.requests[label] = request
	}
}

// bodySum is a hash of the body of a request that can be read again.
func bodySum(r *http.Request) (sum [sha256.Size]byte, known bool) {
	if r.Body == nil || r.Body == http.NoBody {
		return sha256.Sum256(nil), true
	}
	if r.GetBody == nil {
		return sum, false
	}
	body, err := r.GetBody()
	if err != nil {
		return sum, false
	}
	defer body.Close() //nolint:errcheck // it is read
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return sum, false
	}
	return [sha256.Size]byte(hash.Sum(nil)), true
}
