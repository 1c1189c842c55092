package classify

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxBody limits how much of a response's body is kept.
	maxBody = 2 << 10
	// maxBodyTime limits how long reading it takes.
	maxBodyTime = 5 * time.Second
	// maxReason limits how much of it is in the error's text.
	maxReason = 256
)

// A ResponseError is an HTTP response without success.
type ResponseError struct {
	// StatusCode holds the status of the response, such as 503.
	StatusCode int
	// RetryAfter holds the wait that the server asked for, in one of the headers
	// retry-after-ms, x-ms-retry-after-ms and Retry-After. It is 0 if the server did
	// not ask, or not in a known form, and a millisecond for "as soon as possible".
	RetryAfter time.Duration
	// Body holds the beginning of the response's body, at most 2 KB.
	Body []byte
}

// Error returns the status and, if the body is text, its first 256 bytes, because
// services explain the failure there. The text is recorded in the workflow's history.
func (e *ResponseError) Error() string {
	text := fmt.Sprintf("HTTP %d %s", e.StatusCode, http.StatusText(e.StatusCode))
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(", retry after %v", e.RetryAfter)
	}
	if reason := reasonIn(e.Body); reason != "" {
		text += ": " + reason
	}
	return text
}

// CheckResponse returns nil for a successful response (2xx and 304), whose body is
// the caller's. For any other it closes the body and returns a *[ResponseError] with
// at most 2 KB of it. It reads for at most 5 seconds, and only until the request's
// context ends, so a body that stalls does not block the activity. For activities.
func CheckResponse(r *http.Response) error {
	if r.StatusCode/100 == 2 || r.StatusCode == http.StatusNotModified {
		return nil
	}
	e := &ResponseError{StatusCode: r.StatusCode, RetryAfter: requestedWait(r.Header)}
	if r.Body != nil {
		e.Body = readStart(r)
	}
	return e
}

// readStart reads the beginning of a response's body, as far as it arrives in time,
// and closes the body. Reading and closing may block, so they run in a goroutine
// that readStart does not wait for when the time is over.
func readStart(r *http.Response) []byte {
	ctx := context.Background()
	if r.Request != nil {
		ctx = r.Request.Context()
	}
	ctx, cancel := context.WithTimeout(ctx, maxBodyTime)
	defer cancel()
	var read bodyBuffer
	inBackground := func(f func()) <-chan struct{} {
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { _ = recover() }() // a body that panics ends there
			f()
		}()
		return done
	}
	copied := inBackground(func() { _, _ = io.Copy(&read, io.LimitReader(r.Body, maxBody)) })
	select {
	case <-copied:
	case <-ctx.Done():
	}
	select {
	case <-inBackground(func() { _ = r.Body.Close() }): // unblocks the copy
	case <-ctx.Done():
	}
	return read.bytes()
}

// A bodyBuffer can be read while a goroutine still writes to it.
type bodyBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *bodyBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *bodyBuffer) bytes() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.buf.Bytes())
}

// reasonIn returns the beginning of a body of text, in one line.
func reasonIn(body []byte) string {
	if len(body) == 0 {
		return ""
	}
	cut := len(body) > maxReason
	if cut {
		body = body[:maxReason]
		for len(body) > 0 && !utf8.FullRune(lastRune(body)) {
			body = body[:len(body)-1]
		}
	}
	if !utf8.Valid(body) {
		return ""
	}
	text := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, string(body))), " ")
	if cut {
		text += " …"
	}
	return text
}

// lastRune returns the bytes of the last rune, which may be incomplete.
func lastRune(body []byte) []byte {
	at := len(body) - 1
	for at > 0 && len(body)-at < utf8.UTFMax && !utf8.RuneStart(body[at]) {
		at--
	}
	return body[at:]
}
