package idempotency_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// cuttingOff answers with 200 and a body that ends early, as often as cuts says, and
// then with a whole one.
func cuttingOff(t *testing.T, cuts int32) (client *http.Client, url string, keys func() []string) {
	t.Helper()
	var (
		mu   sync.Mutex
		seen []string
	)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		mu.Lock()
		seen = append(seen, q.Header.Get("Idempotency-Key"))
		cut := len(seen) <= int(cuts)
		mu.Unlock()
		w.Header().Set("Content-Length", "7")
		_, _ = io.WriteString(w, "receipt"[:3])
		if cut {
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler) //archtest:panic cuts the answer off
		}
		_, _ = io.WriteString(w, "receipt"[3:])
	}))
	t.Cleanup(s.Close)
	client = &http.Client{Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{s.Listener.Addr().String()}})}
	return client, s.URL, func() []string { mu.Lock(); defer mu.Unlock(); return seen }
}

// A client that gets half of an answer sends the request again, under the same key.
// One that has the whole answer, or does not want the rest, does not.
func TestRequestIsSentAgainAfterCutOffAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cuts int32
		read bool
		want idempotency.Reason
	}{
		"an answer that was cut off twice": {cuts: 2, read: true},
		"a whole answer":                   {cuts: 0, read: true, want: idempotency.ReasonMisuse},
		"an answer that was not read":      {cuts: 2, read: false, want: idempotency.ReasonMisuse},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newFixture(t)
			client, url, keys := cuttingOff(t, c.cuts)
			post := func(ctx context.Context) ([]byte, error) {
				q, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("x"))
				require.NoError(t, err)
				response, err := client.Do(q)
				if err != nil {
					return nil, err
				}
				defer response.Body.Close()
				if !c.read {
					return nil, nil
				}
				return io.ReadAll(response.Body)
			}
			_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
				for range c.cuts {
					if _, err := post(ctx); c.read {
						require.ErrorIs(t, err, io.ErrUnexpectedEOF)
					}
				}
				if c.cuts == 0 {
					_, err := post(ctx)
					require.NoError(t, err)
				}
				answer, err := post(ctx)
				if err == nil {
					require.Equal(t, "receipt", string(answer))
				}
				return 1, err
			}, idempotency.ActivityOptions{PassThrough: true})
			require.Equal(t, c.want, reasonOf(err), "%v", err)
			if c.want == "" {
				require.Len(t, keys(), 3)
			}
			for _, key := range keys() {
				require.Equal(t, keys()[0], key)
			}
		})
	}
}
