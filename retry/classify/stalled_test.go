package classify_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// stalledServer answers each request with 503 and the beginning of a body, and then
// sends nothing more. Its connections are pipes, which the clock of synctest knows.
func stalledServer() *http.Transport {
	return &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			in := bufio.NewReader(theirs)
			if _, err := http.ReadRequest(in); err != nil {
				return
			}
			_, _ = io.WriteString(theirs, "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\nContent-Length: 100\r\n\r\nbusy")
			_, _ = in.ReadByte() // until the client hangs up
			_ = theirs.Close()
		}()
		return ours, nil
	}}
}

// deafBody never ends, neither by itself nor by Close.
type deafBody struct{ ended <-chan struct{} }

func (b deafBody) Read([]byte) (int, error) { <-b.ended; return 0, io.EOF }
func (b deafBody) Close() error             { <-b.ended; return nil }

// checked returns the error of CheckResponse and how long it took.
func checked(t *testing.T, r *http.Response) (*classify.ResponseError, time.Duration) {
	t.Helper()
	start := time.Now()
	var e *classify.ResponseError
	require.ErrorAs(t, classify.CheckResponse(r), &e)
	return e, time.Since(start)
}

// A body that stalls holds up the activity for 5 seconds at most, and what has arrived
// of it is kept.
func TestCheckResponseOfAStalledServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://stalled.test", nil)
		require.NoError(t, err)
		r, err := stalledServer().RoundTrip(request) //nolint:bodyclose // CheckResponse does
		require.NoError(t, err)
		e, took := checked(t, r)
		require.Equal(t, 5*time.Second, took)
		require.Equal(t, "busy", string(e.Body))
		require.Equal(t, 7*time.Second, e.RetryAfter)
	})
}

// The request's context ends the reading too, even of a body that does not heed Close.
func TestCheckResponseEndsWithTheRequestsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		defer close(ended)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://stalled.test", nil)
		require.NoError(t, err)
		e, took := checked(t, &http.Response{StatusCode: 503, Body: deafBody{ended}, Request: request})
		require.Equal(t, time.Second, took)
		require.Empty(t, e.Body)
		e, took = checked(t, &http.Response{StatusCode: 503, Body: deafBody{ended}})
		require.Equal(t, 5*time.Second, took, "without a request")
		require.Equal(t, 503, e.StatusCode)
	})
}

type panickingBody struct{}

func (panickingBody) Read(p []byte) (int, error) { panic("broken") } //archtest:panic plays the mistake of a library
func (panickingBody) Close() error               { return nil }

// A body that panics does not end the process.
func TestCheckResponseOfABodyThatPanics(t *testing.T) {
	t.Parallel()
	e, _ := checked(t, &http.Response{StatusCode: 500, Body: panickingBody{}})
	require.Equal(t, 500, e.StatusCode)
}
