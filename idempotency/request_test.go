package idempotency_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// stream is a body that can be read once, and whose length no one knows.
func stream(text string) io.Reader { return io.MultiReader(strings.NewReader(text)) }

// What tells two requests apart is all that the service sees of them without a key:
// only one that is sent again has the key of the first.
func TestOtherRequestsWithOneLabel(t *testing.T) {
	t.Parallel()
	const path = "/charges"
	text := func(s string) func() io.Reader { return func() io.Reader { return strings.NewReader(s) } }
	streamed := func(s string) func() io.Reader { return func() io.Reader { return stream(s) } }
	for name, c := range map[string]struct {
		paths  [2]string
		labels [2]string
		bodies [2]func() io.Reader
		want   idempotency.Reason
	}{
		"the same stream": {
			paths: [2]string{path, path}, labels: [2]string{}, bodies: [2]func() io.Reader{streamed("x"), streamed("x")},
		},
		"a stream, then a text": {
			paths: [2]string{path, path}, labels: [2]string{}, bodies: [2]func() io.Reader{streamed("x"), text("x")},
		},
		"the same query": {
			paths: [2]string{path + "?order=1", path + "?order=1"}, labels: [2]string{},
			bodies: [2]func() io.Reader{text(""), text("")},
		},
		"another query": {
			paths: [2]string{path + "?order=1", path + "?order=2"}, labels: [2]string{},
			bodies: [2]func() io.Reader{text(""), text("")}, want: idempotency.ReasonMisuse,
		},
		"one more query parameter": {
			paths: [2]string{path, path + "?order=2"}, labels: [2]string{},
			bodies: [2]func() io.Reader{text("x"), text("x")}, want: idempotency.ReasonMisuse,
		},
		"another stream": {
			paths: [2]string{path, path}, labels: [2]string{}, bodies: [2]func() io.Reader{streamed("x"), streamed("y")},
			want: idempotency.ReasonMisuse,
		},
		"a stream with more bytes": {
			paths: [2]string{path, path}, labels: [2]string{}, bodies: [2]func() io.Reader{streamed("x"), streamed("xy")},
			want: idempotency.ReasonMisuse,
		},
		"a stream too large to compare": {
			paths: [2]string{path, path}, labels: [2]string{},
			bodies: [2]func() io.Reader{streamed(strings.Repeat("x", 2<<20)), streamed(strings.Repeat("x", 2<<20))},
			want:   idempotency.ReasonMisuse,
		},
		"the same label": {
			paths: [2]string{path, path}, labels: [2]string{"a", "a"}, bodies: [2]func() io.Reader{text("x"), text("y")},
		},
		"an empty label": {
			paths: [2]string{path, path}, labels: [2]string{"", ""}, bodies: [2]func() io.Reader{text("x"), text("y")},
			want: idempotency.ReasonMisuse,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, r := newService(t, 503), newFixture(t)
			_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
				for i := range 2 {
					q, err := http.NewRequestWithContext(idempotency.WithLabel(ctx, c.labels[i]), http.MethodPost, s.URL+c.paths[i], c.bodies[i]())
					require.NoError(t, err)
					response, err := s.client.Do(q)
					if err != nil {
						require.Equal(t, 1, i)
						return 0, err
					}
					require.NoError(t, response.Body.Close())
				}
				return 1, nil
			}, idempotency.ActivityOptions{PassThrough: true})
			require.Equal(t, c.want, reasonOf(err), "%v", err)
			if c.want == "" {
				require.Len(t, s.keys, 2)
				require.Equal(t, s.keys[0], s.keys[1])
			}
		})
	}
}

// Two requests that are on their way at the same time are two, however alike. When the
// first has failed, it may be sent again.
func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	r, begun, end := newFixture(t), make(chan string, 2), make(chan struct{})
	var requests atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, q *http.Request) {
		begun <- q.Header.Get("Idempotency-Key")
		if requests.Add(1) == 1 {
			<-end
			panic(http.ErrAbortHandler) //archtest:panic ends the connection without an answer
		}
	}))
	t.Cleanup(s.Close)
	fail := sync.OnceFunc(func() { close(end) })
	t.Cleanup(fail) // before the server waits for it
	client := &http.Client{Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{s.Listener.Addr().String()}})}
	_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
		post := func() error {
			q, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL, strings.NewReader("x"))
			require.NoError(t, err)
			response, err := client.Do(q)
			if err == nil {
				err = response.Body.Close()
			}
			return err
		}
		first := make(chan error)
		go func() { first <- post() }()
		key := <-begun
		require.Equal(t, idempotency.ReasonMisuse, reasonOf(post()), "the first is on its way")
		fail()
		require.ErrorIs(t, <-first, io.EOF)
		require.NoError(t, post())
		require.Equal(t, key, <-begun, "it is sent again")
		return 1, nil
	}, idempotency.ActivityOptions{PassThrough: true})
	require.NoError(t, err)
}

// roundTripper answers all requests.
type roundTripper struct{ closed int }

func (*roundTripper) RoundTrip(q *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: q.Header, Body: io.NopCloser(&bytes.Buffer{})}, nil
}

func (r *roundTripper) CloseIdleConnections() { r.closed++ }

// The transport is a good wrapper of another one.
func TestTransportIsTransparent(t *testing.T) {
	t.Parallel()
	r, base := newFixture(t), &roundTripper{}
	transport := idempotency.Transport(base, idempotency.TransportOptions{Hosts: []string{"pay.example"}})
	_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
		q, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://pay.example/charges", stream("x"))
		require.NoError(t, err)
		body := q.Body
		q.Header = nil // as a client that calls the transport itself may have it
		response, err := transport.RoundTrip(q)
		require.NoError(t, err)
		require.Len(t, response.Header.Get("Idempotency-Key"), 32)
		require.Nil(t, q.Header, "the caller's request stays as it is")
		require.Equal(t, body, q.Body)
		return 1, response.Body.Close()
	}, idempotency.ActivityOptions{PassThrough: true})
	require.NoError(t, err)
	(&http.Client{Transport: transport, Timeout: time.Minute}).CloseIdleConnections()
	require.Equal(t, 1, base.closed)
}
