package classify

import (
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxBody bounds how much of a response's body is kept.
	maxBody = 2 << 10
	// maxReason bounds how much of it is in the error's text.
	maxReason = 256
)

// A ResponseError is an HTTP response that is no success.
type ResponseError struct {
	// StatusCode is the response's, as in 503.
	StatusCode int
	// RetryAfter is what the server asked for by a header: retry-after-ms,
	// x-ms-retry-after-ms or Retry-After. It is 0 when the server did not, or not
	// in a form that is known, and a millisecond for as soon as possible.
	RetryAfter time.Duration
	// Body is the beginning of the response's body, at most 2 KB.
	Body []byte
}

// Error names the status and, if the body is text, its first 256 bytes: services
// tell there what was wrong. The text ends up in the workflow's history.
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

// lastRune returns the bytes of the last rune, which may be cut.
func lastRune(body []byte) []byte {
	at := len(body) - 1
	for at > 0 && len(body)-at < utf8.UTFMax && !utf8.RuneStart(body[at]) {
		at--
	}
	return body[at:]
}

// CheckResponse returns nil for a response of success (2xx, and 304), and a
// *[ResponseError] for any other. Then it reads at most 2 KB of the body and
// closes it; else the body is the caller's. For activities.
func CheckResponse(r *http.Response) error {
	if r.StatusCode/100 == 2 || r.StatusCode == http.StatusNotModified {
		return nil
	}
	e := &ResponseError{StatusCode: r.StatusCode, RetryAfter: wishIn(r.Header)}
	if r.Body != nil {
		e.Body, _ = io.ReadAll(io.LimitReader(r.Body, maxBody)) // what can be had of it
		_ = r.Body.Close()
	}
	return e
}

// wishIn returns how long the headers ask to wait, and 0 when they do not. The
// ones in milliseconds are more exact.
func wishIn(h http.Header) time.Duration {
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		if d, ok := number(h.Get(name), time.Millisecond); ok {
			return d
		}
	}
	now := time.Now() //nolint:forbidigo // activity code; only if the response has no date of its own
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // the clock that the header's date is by
	}
	return retryAfter(h.Get("Retry-After"), now)
}

// retryAfter reads the header: a number of seconds, or a date. What has passed
// means as soon as possible; what is neither is ignored.
func retryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	if d, ok := number(header, time.Second); ok {
		return d
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(date.Sub(now), time.Millisecond)
	}
	return 0
}

// number reads a decimal number of units, and rounds a fraction up.
func number(text string, unit time.Duration) (time.Duration, bool) {
	text = strings.TrimSpace(text)
	if strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, false
	case n >= float64(math.MaxInt64)/float64(unit):
		return math.MaxInt64, true
	}
	return max(time.Duration(math.Ceil(n*float64(unit))), time.Millisecond), true
}
