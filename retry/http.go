package retry

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// maxBody bounds how much of a response's body is kept.
const maxBody = 2 << 10

// A ResponseError is an HTTP response that is no success.
type ResponseError struct {
	// StatusCode is the response's, as in 503.
	StatusCode int
	// RetryAfter is what the server asked for by the header of that name; 0
	// when it did not, or not in a form that is known.
	RetryAfter time.Duration
	// Body is the beginning of the response's body, at most 2 KB. It is not
	// part of the error's text, since that ends up in the workflow's history.
	Body []byte
}

// Error names the status.
func (e *ResponseError) Error() string {
	text := fmt.Sprintf("HTTP %d %s", e.StatusCode, http.StatusText(e.StatusCode))
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(", retry after %v", e.RetryAfter)
	}
	return text
}

// CheckResponse returns nil for a response of success (2xx, and 304), and a
// *[ResponseError] for any other. Then it reads at most 2 KB of the body and
// closes it; else the body is the caller's. For activities.
func CheckResponse(r *http.Response) error {
	if r.StatusCode/100 == 2 || r.StatusCode == http.StatusNotModified {
		return nil
	}
	e := &ResponseError{StatusCode: r.StatusCode}
	now := time.Now() //nolint:forbidigo // activity code; only if the response has no date of its own
	if date, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		now = date // the clock that the header's date is by
	}
	e.RetryAfter = retryAfter(r.Header.Get("Retry-After"), now)
	if r.Body != nil {
		e.Body, _ = io.ReadAll(io.LimitReader(r.Body, maxBody)) // what can be had of it
		_ = r.Body.Close()
	}
	return e
}

// retryAfter reads the header: a number of seconds, or a date. What has passed
// means as soon as possible; what is neither is ignored.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 64); err == nil {
		if seconds > uint64(longest/time.Second) {
			return longest
		}
		return max(time.Duration(seconds)*time.Second, time.Millisecond)
	} else if errors.Is(err, strconv.ErrRange) {
		return longest
	}
	if date, err := http.ParseTime(header); err == nil {
		return max(date.Sub(now), time.Millisecond)
	}
	return 0
}

// HTTP knows a *[ResponseError], and other errors that tell the status of a
// response by a method StatusCode() int or HTTPStatusCode() int.
//
//   - 408, 425, 500, 502, 503, 504: retryable.
//   - 429: retryable, with the type "RateLimited".
//   - 503, 429 and 3xx with Retry-After: retryable, not before that.
//   - 409 and 412: unknown, they depend on what was asked.
//   - 501, 505 and all other 4xx: final. Where a token is renewed by a retry,
//     put a classifier for 401 before it.
//   - Other 3xx and 5xx: unknown.
//
// The type is "HTTP503" and the like.
func HTTP(_ context.Context, err error) Verdict {
	status, after := statusOf(err)
	v := Verdict{Type: "HTTP" + strconv.Itoa(status)}
	switch {
	case status == http.StatusTooManyRequests:
		v.Class, v.Type, v.After = Retryable, "RateLimited", after
	case status == http.StatusServiceUnavailable, status/100 == 3 && after > 0:
		v.Class, v.After = Retryable, after
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusInternalServerError,
		status == http.StatusBadGateway, status == http.StatusGatewayTimeout:
		v.Class = Retryable
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return Verdict{}
	case status/100 == 4, status == http.StatusNotImplemented, status == http.StatusHTTPVersionNotSupported:
		v.Class = Final
	default:
		return Verdict{}
	}
	return v
}

func statusOf(err error) (status int, after time.Duration) {
	failure.Walk(err, func(err error) bool {
		switch e := err.(type) { //nolint:errorlint // Walk takes the tree apart
		case *ResponseError:
			if e == nil {
				return false
			}
			status, after = e.StatusCode, e.RetryAfter
		case interface{ StatusCode() int }:
			status = e.StatusCode()
		case interface{ HTTPStatusCode() int }:
			status = e.HTTPStatusCode()
		default:
			return false
		}
		return true
	})
	return status, after
}
