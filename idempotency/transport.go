package idempotency

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// TransportOptions configures [Transport].
type TransportOptions struct {
	// Hosts names the hosts that get a key, without scheme and path, with the port unless it
	// is the default of the scheme. No other host gets one.
	Hosts []string
	// Header names the header. Empty means "Idempotency-Key".
	Header string
}

// Transport returns a round tripper that adds the idempotency key to requests of guarded
// work: POST and PATCH requests to o.Hosts. The label of a request is the label of
// [WithLabel], or its method and path. A nil base is http.DefaultTransport.
//
// A request that is sent again, with the same query and body, keeps the key of the first
// one: after an error, after an answer that was cut off, and after an answer that lets a
// client try again. A body of more than 1 MB needs GetBody for that. Another request with
// the same method and path, and without a label, ends with [ReasonMisuse], also
// while the first is in flight, because the service would take it for the first. A request
// whose key is not of this work ends with [ReasonMisuse]: a client that makes keys of its
// own, such as a new one for each attempt, defeats the guard. Outside guarded work the
// round tripper does nothing. Transport panics if o.Hosts is empty or has a URL.
func Transport(base http.RoundTripper, o TransportOptions) http.RoundTripper {
	must(len(o.Hosts) > 0, "Transport needs the hosts that get a key; set TransportOptions.Hosts")
	for _, host := range o.Hosts {
		must(host != "" && !strings.ContainsAny(host, "/ @?#"), fmt.Sprintf("Transport was given the host %q; write it without scheme, "+
			"path and user, such as api.example.com", host))
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

// RoundTrip implements [http.RoundTripper].
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	x, guarded := from(r.Context())
	if !guarded || !t.concerns(r) {
		return t.base.RoundTrip(r)
	}
	r = r.Clone(r.Context()) // round trippers must not change what they are given
	if r.Header == nil {
		r.Header = http.Header{}
	}
	request, key, err := keyOf(x, r, strings.Trim(r.Header.Get(t.options.Header), `"`))
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // as round trippers must
		}
		return nil, err
	}
	r.Header.Set(t.options.Header, key)
	response, err := t.base.RoundTrip(r)
	x.progress.answer(request, err == nil && !resendable(response.StatusCode))
	if err == nil && request != nil && response.StatusCode != http.StatusSwitchingProtocols {
		response.Body = &answerBody{ReadCloser: response.Body, cutOff: func() { x.progress.answer(request, false) }}
	}
	return response, err
}

// CloseIdleConnections closes idle connections of the base, for [http.Client].
func (t *transport) CloseIdleConnections() {
	if base, ok := t.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// concerns reports whether a request gets a key.
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
		status == http.StatusConflict || status == http.StatusTooEarly || status == http.StatusTemporaryRedirect ||
		status == http.StatusPermanentRedirect
}

// answerBody wraps the body of an answer. When it is cut off, the client has no answer,
// and may send the request again.
type answerBody struct {
	io.ReadCloser

	cutOff func()
}

// Read implements [io.Reader].
func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.cutOff()
	}
	return n, err
}
