package idempotency_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// Parts that were done are not done again, and their results come back.
func TestStep(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	parts := map[string]int{}
	run := func(fail bool) (string, error) {
		return idempotency.Do(t.Context(), r.guard, "steps", "k", func(ctx context.Context) (string, error) {
			one, err := idempotency.Step(ctx, "one", func(context.Context) (string, error) { parts["one"]++; return "a", nil })
			if err != nil {
				return "", err
			}
			two, err := idempotency.Step(ctx, "two", func(context.Context) (string, error) {
				if parts["two"]++; fail {
					return "", idempotency.NoEffect(errors.New("no connection"))
				}
				return "b", nil
			})
			return one + two, err
		}, idempotency.ActivityOptions{})
	}
	_, err := run(true)
	require.ErrorContains(t, err, "no connection")
	got, err := run(false)
	require.NoError(t, err)
	require.Equal(t, "ab", got)
	require.Equal(t, map[string]int{"one": 1, "two": 2}, parts, "what was done before an error without effect stays done")

	_, err = idempotency.Step(t.Context(), "one", func(context.Context) (int, error) { return 1, nil })
	require.Equal(t, idempotency.ReasonNoKey, reasonOf(err))
	_, err = idempotency.Do(t.Context(), r.guard, "steps", "large", func(ctx context.Context) (int, error) {
		_, err := idempotency.Step(ctx, "one", func(context.Context) ([]byte, error) { return make([]byte, 3<<20), nil })
		return 0, err
	}, idempotency.ActivityOptions{})
	require.ErrorContains(t, err, `the result of step "one" cannot be stored`)
}

// A key is the same for each attempt, until it is made again.
func TestDownstreamKeys(t *testing.T) {
	t.Parallel()
	r := newFixture(t)
	var keys []string
	for i := range 3 {
		_, err := idempotency.Do(t.Context(), r.guard, "charge", "k", func(ctx context.Context) (int, error) {
			if i == 2 {
				if err := idempotency.RotateKey(ctx, "a"); err != nil {
					return 0, err
				}
			}
			keys = append(keys, keyOf(ctx, "a"), keyOf(ctx, "b"))
			return 0, errors.New("reset")
		}, idempotency.ActivityOptions{})
		require.ErrorContains(t, err, "reset")
	}
	require.Equal(t, keys[:2], keys[2:4])
	require.NotEqual(t, keys[0], keys[1])
	require.NotEqual(t, keys[0], keys[4], "made again")
	require.Equal(t, keys[1], keys[5], "of that label only")
	require.Regexp(t, "^[0-9a-f]{32}$", keys[0])

	_, err := idempotency.DownstreamKey(t.Context(), "a")
	require.Equal(t, idempotency.ReasonNoKey, reasonOf(err), "outside guarded work")
	require.Equal(t, idempotency.ReasonNoKey, reasonOf(idempotency.RotateKey(t.Context(), "a")))
	_, _, ok := idempotency.FencingToken(t.Context())
	require.False(t, ok)
}

func TestTransport(t *testing.T) {
	t.Parallel()
	var got []string
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		got = append(got, q.Method+" "+q.URL.Path+" "+q.Header.Get("Idempotency-Key"))
		if q.URL.Path == "/old" {
			http.Redirect(w, q, "/new", http.StatusTemporaryRedirect)
		}
	}))
	t.Cleanup(service.Close)
	host := strings.TrimPrefix(service.URL, "http://")
	send := func(ctx context.Context, o idempotency.TransportOptions, method, path string, header ...string) error {
		q, err := http.NewRequestWithContext(ctx, method, service.URL+path, strings.NewReader("x"))
		require.NoError(t, err)
		if len(header) > 0 {
			q.Header.Set("Idempotency-Key", header[0])
		}
		response, err := (&http.Client{Transport: idempotency.Transport(nil, o)}).Do(q)
		if err == nil {
			err = response.Body.Close()
		}
		return err
	}
	r := newFixture(t)
	ours := idempotency.TransportOptions{Hosts: []string{host}}
	_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
		key := func(label string) string { return keyOf(ctx, label) }
		require.NoError(t, send(ctx, ours, http.MethodPost, "/charges"))
		require.NoError(t, send(ctx, ours, http.MethodPatch, "/charges"))
		require.NoError(t, send(ctx, ours, http.MethodGet, "/charges"))
		require.NoError(t, send(ctx, ours, http.MethodPost, "/own", key("mine")))
		require.NoError(t, send(ctx, idempotency.TransportOptions{Hosts: []string{"elsewhere.example"}}, http.MethodPost, "/foreign"))
		require.NoError(t, send(ctx, ours, http.MethodPost, "/old"))
		named := idempotency.WithLabel(ctx, "tip")
		require.NoError(t, send(named, ours, http.MethodPost, "/charges"))
		require.NoError(t, send(named, ours, http.MethodPost, "/charges"))
		require.Equal(t, []string{
			"POST /charges " + key("POST /charges"), "PATCH /charges " + key("PATCH /charges"), "GET /charges ", "POST /own " + key("mine"),
			"POST /foreign ",
			"POST /old " + key("POST /old"), "POST /new " + key("POST /old"), "POST /charges " + key("tip"), "POST /charges " + key("tip"),
		}, got)
		return 0, send(ctx, ours, http.MethodPost, "/charges")
	}, idempotency.ActivityOptions{})
	require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%v", err)
	require.Len(t, got, 9, "it was not sent")
	require.NoError(t, send(t.Context(), ours, http.MethodPost, "/outside"))
	require.Equal(t, "POST /outside ", got[9])
}
