package classify

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

const typeRateLimited = "RateLimited"

// HTTP classifies a *[ResponseError], and other errors that report the status of a
// response by a method StatusCode() int or HTTPStatusCode() int.
//
//   - Any status with Retry-After: retryable after that wait.
//   - 429: retryable, with the type "RateLimited".
//   - 408, 425, 500, 502, 503, 504: retryable.
//   - 409 and 412: unknown, because they depend on the request.
//   - 501, 505 and all other 4xx: non-retryable. If a retry renews the token, put a
//     classifier for 401 before HTTP.
//   - Other 3xx and 5xx: unknown.
//
// The type is "HTTP" and the status, such as "HTTP503".
func HTTP(_ context.Context, err error) Classification {
	status, after := statusOf(err)
	v := Classification{Type: "HTTP" + strconv.Itoa(status), RetryAfter: after}
	switch {
	case status == http.StatusTooManyRequests:
		v.Retryability, v.Type = Retryable, typeRateLimited
	case after > 0:
		v.Retryability = Retryable
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusInternalServerError,
		status == http.StatusBadGateway, status == http.StatusServiceUnavailable, status == http.StatusGatewayTimeout:
		v.Retryability = Retryable
	case status == http.StatusConflict, status == http.StatusPreconditionFailed:
		return Classification{}
	case status/100 == 4, status == http.StatusNotImplemented, status == http.StatusHTTPVersionNotSupported:
		v.Retryability = NonRetryable
	default:
		return Classification{}
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
