package classify_test

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// body notices that it is closed.
type body struct {
	io.Reader
	closed bool
}

func (b *body) Close() error {
	b.closed = true
	return nil
}

func response(status int, headers ...string) (*http.Response, *body) {
	b := &body{Reader: strings.NewReader(strings.Repeat("x", 1<<20))}
	r := &http.Response{StatusCode: status, Header: http.Header{}, Body: b}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r, b
}

func TestCheckResponse(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 204, 299, 304} {
		r, b := response(status)
		require.NoError(t, classify.CheckResponse(r))
		require.False(t, b.closed, "the body is the caller's")
	}
	for _, status := range []int{300, 301, 400, 404, 429, 500, 503, 599} {
		r, b := response(status)
		var e *classify.ResponseError
		require.ErrorAs(t, classify.CheckResponse(r), &e)
		require.Equal(t, status, e.StatusCode)
		require.Len(t, e.Body, 2<<10)
		require.True(t, b.closed)
		require.Equal(t, 256, strings.Count(e.Error(), "x"), "the first part of the body is in the text")
		require.Contains(t, e.Error(), fmt.Sprint("HTTP ", status))
	}
	require.Error(t, classify.CheckResponse(&http.Response{StatusCode: 500}), "without a body")
}

func TestRetryAfterHeader(t *testing.T) {
	t.Parallel()
	const date = "Wed, 21 Oct 2026 07:00:00 GMT"
	for header, want := range map[string]time.Duration{
		"":                              0,
		"120":                           2 * time.Minute,
		"0":                             time.Millisecond,
		"36000":                         10 * time.Hour,
		"99999999999":                   math.MaxInt64,
		"99999999999999999999999":       math.MaxInt64,
		"-5":                            0,
		"1.5":                           1500 * time.Millisecond,
		"299.997":                       299997 * time.Millisecond,
		"0.0000000001":                  time.Millisecond,
		" 30.0 ":                        30 * time.Second,
		"+5":                            0,
		"1e3":                           0,
		"1e400":                         0,
		"NaN":                           0,
		"Inf":                           0,
		"-1.5":                          0,
		"1.2.3":                         0,
		".":                             0,
		"soon":                          0,
		"Wed, 21 Oct 2026 07:02:00 GMT": 2 * time.Minute,
		"Wed, 21 Oct 2026 06:00:00 GMT": time.Millisecond,
		"Wed Oct 21 07:00:05 2026":      5 * time.Second,
		"21 Oct 2026":                   0,
	} {
		r, _ := response(503, "Date", date, "Retry-After", header)
		var e *classify.ResponseError
		require.ErrorAs(t, classify.CheckResponse(r), &e)
		require.Equal(t, want, e.RetryAfter, header)
	}
	r, _ := response(503, "Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
	var e *classify.ResponseError
	require.ErrorAs(t, classify.CheckResponse(r), &e)
	require.InDelta(t, time.Hour, e.RetryAfter, float64(time.Minute), "by our own clock when the response has no date")

	for _, status := range []int{301, 400, 403, 404, 408, 409, 413, 423, 425, 429, 500, 501, 502, 503, 504, 520, 529} {
		v := classify.HTTP(t.Context(), &classify.ResponseError{StatusCode: status, RetryAfter: time.Minute})
		require.Equal(t, classify.Retryable, v.Retryability, status)
		require.Equal(t, time.Minute, v.RetryAfter, status)
	}
}

// Services that tell milliseconds are heard, and those come before seconds.
func TestRetryAfterInMilliseconds(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"retry-after-ms", "x-ms-retry-after-ms"} {
		for value, want := range map[string]time.Duration{"1500": 1500 * time.Millisecond, "0.5": time.Millisecond, "soon": time.Minute} {
			r, _ := response(429, name, value, "Retry-After", "60")
			var e *classify.ResponseError
			require.ErrorAs(t, classify.CheckResponse(r), &e)
			require.Equal(t, want, e.RetryAfter, "%s: %s", name, value)
		}
	}
}

// The text has the beginning of the body, if that is text, in one line.
func TestResponseErrorTellsTheReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ body, want string }{
		"no body": {want: "HTTP 422 Unprocessable Entity"},
		"a JSON body": {
			body: "{\n  \"error\": \"card expired\"\n}\n",
			want: `HTTP 422 Unprocessable Entity: { "error": "card expired" }`,
		},
		"a body with control characters": {body: "a\x1b[31mb\u202ec", want: "HTTP 422 Unprocessable Entity: a [31mb c"},
		"a body that is not text":        {body: "\xff\xfe\x00", want: "HTTP 422 Unprocessable Entity"},
		"a body whose last rune is cut": {
			body: strings.Repeat("€", 100), want: "HTTP 422 Unprocessable Entity: " + strings.Repeat("€", 85) + " …",
		},
		"a long body that is not text": {body: strings.Repeat("\xff", 300), want: "HTTP 422 Unprocessable Entity"},
		"a body of white space":        {body: " \n ", want: "HTTP 422 Unprocessable Entity"},
	} {
		require.Equal(t, c.want, (&classify.ResponseError{StatusCode: 422, Body: []byte(c.body)}).Error(), name)
	}
}
