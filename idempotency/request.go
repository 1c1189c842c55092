package idempotency

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"io"
	"net/http"
	"strings"
	"sync"
)

// sent describes a request that was sent in this attempt.
type sent struct {
	query    string
	body     *content
	open     bool // it is in flight
	answered bool // so that it is not sent again
}

// same reports whether other is the same request, sent again.
func (s *sent) same(other *sent) bool {
	before, known := s.body.sum()
	now, knownNow := other.body.sum()
	return !s.open && !s.answered && s.query == other.query && known && knownNow && before == now
}

// keyOf records a request and returns its key. own is the key that the request has; then
// keyOf records nothing.
func keyOf(x *execution, r *http.Request, own string) (*sent, string, error) {
	label, _ := r.Context().Value(labelKey{}).(string)
	named, first := label != "", r
	for first.Response != nil && first.Response.Request != nil { // a redirect sends the same one again
		first = first.Response.Request
	}
	if !named {
		label = strings.ToUpper(first.Method) + " " + first.URL.Path
	}
	compared := !named && first == r
	p := &x.progress
	p.mu.Lock()
	_, again := p.sent[label]
	p.mu.Unlock()
	now := &sent{query: first.URL.RawQuery, body: contentOf(r, again && compared), open: true} // may take time
	p.mu.Lock()
	defer p.mu.Unlock()
	key, err := giveKey(x, label)
	if err != nil {
		return nil, "", err
	}
	if own != "" {
		if !p.given[strings.ReplaceAll(own, "-", "")] { // which can be a UUID
			return nil, "", nonRetryable(ReasonMisuse, "a request to %s has an idempotency key that does not belong to this work, "+
				"so that each attempt may have another; let the client make none, or set that of DownstreamKey", r.URL.Host)
		}
		return nil, own, nil
	}
	if before, again := p.sent[label]; again && compared && !before.same(now) {
		return nil, "", nonRetryable(ReasonMisuse, "%s was requested before in this work, and would get the same key; "+
			"name both with WithLabel, the same when it is sent again", label)
	}
	put(&p.sent, label, now)
	return now, key, nil
}

// answer records that a request is no longer in flight, and whether it has an answer after
// which it is not sent again.
func (p *progress) answer(request *sent, final bool) {
	if request == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	request.open, request.answered = false, final
}

// maxCompared bounds the bytes of a body that are read before it is sent, to compare it.
const maxCompared = 1 << 20

// content wraps the body of a request, which can be compared when all of it was read.
type content struct {
	io.ReadCloser

	mu   sync.Mutex
	hash hash.Hash
	all  bool
}

// contentOf returns the content of r. A body that can be read only once is hashed while it is
// sent, or read now when its hash is needed before.
func contentOf(r *http.Request, before bool) *content {
	c := &content{ReadCloser: r.Body, hash: sha256.New()}
	switch {
	case r.Body == nil || r.Body == http.NoBody:
		c.all = true
	case r.GetBody != nil:
		if body, err := r.GetBody(); err == nil {
			_, err = io.Copy(c.hash, body)
			c.all = err == nil
			_ = body.Close()
		}
	case before:
		start, err := io.ReadAll(io.LimitReader(io.TeeReader(r.Body, c.hash), maxCompared+1))
		c.all = err == nil && len(start) <= maxCompared
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(start), r.Body), r.Body}
	default:
		r.Body = c
	}
	return c
}

// Read implements [io.Reader].
func (c *content) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.hash.Write(b[:n]) // never fails
	c.all = c.all || err == io.EOF
	return n, err
}

// sum returns the hash of the body. known is false when the body was not read to its end.
func (c *content) sum() (sum [sha256.Size]byte, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return [sha256.Size]byte(c.hash.Sum(nil)), c.all
}
