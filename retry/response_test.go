package retry_test

import (
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/retry"
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
		require.NoError(t, retry.CheckResponse(r))
		require.False(t, b.closed, "the body is the caller's")
	}
	for _, status := range []int{300, 301, 400, 404, 429, 500, 503, 599} {
		r, b := response(status)
		var e *retry.ResponseError
		require.ErrorAs(t, retry.CheckResponse(r), &e)
		require.Equal(t, status, e.StatusCode)
		require.Len(t, e.Body, 2<<10)
		require.True(t, b.closed)
		require.NotContains(t, e.Error(), "xx", "the body is not part of the text")
		require.Contains(t, e.Error(), fmt.Sprint("HTTP ", status))
	}
	require.Error(t, retry.CheckResponse(&http.Response{StatusCode: 500}), "without a body")
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
		"1.5":                           0,
		"soon":                          0,
		"Wed, 21 Oct 2026 07:02:00 GMT": 2 * time.Minute,
		"Wed, 21 Oct 2026 06:00:00 GMT": time.Millisecond,
		"Wed Oct 21 07:00:05 2026":      5 * time.Second,
		"21 Oct 2026":                   0,
	} {
		r, _ := response(503, "Date", date, "Retry-After", header)
		var e *retry.ResponseError
		require.ErrorAs(t, retry.CheckResponse(r), &e)
		require.Equal(t, want, e.RetryAfter, header)
	}
	r, _ := response(503, "Retry-After", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
	var e *retry.ResponseError
	require.ErrorAs(t, retry.CheckResponse(r), &e)
	require.InDelta(t, time.Hour, e.RetryAfter, float64(time.Minute), "by our own clock when the response has no date")

	for status, want := range map[int]time.Duration{503: time.Minute, 429: time.Minute, 301: time.Minute, 500: 0} {
		v := retry.HTTP(t.Context(), &retry.ResponseError{StatusCode: status, RetryAfter: time.Minute})
		require.Equal(t, retry.Retryable, v.Class)
		require.Equal(t, want, v.After, status)
	}
}
