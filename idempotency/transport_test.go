package idempotency_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
)

// service answers requests with these status codes, then with 200, and remembers
// their keys.
type service struct {
	*httptest.Server

	client *http.Client // with idempotency.Transport
	codes  []int
	keys   []string
}

func newService(t *testing.T, codes ...int) *service {
	t.Helper()
	s := &service{codes: codes}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		s.keys = append(s.keys, q.Header.Get("Idempotency-Key"))
		if len(s.codes) > 0 {
			w.WriteHeader(s.codes[0])
			s.codes = s.codes[1:]
		}
	}))
	t.Cleanup(s.Close)
	hosts := []string{"other.example", strings.ToUpper(s.Listener.Addr().String())}
	s.client = &http.Client{Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: hosts})}
	return s
}

// post sends a request with a key of the caller's, if there is one.
func (s *service) post(ctx context.Context, method, body, own string) error {
	q, err := http.NewRequestWithContext(ctx, method, s.URL+"/charges", strings.NewReader(body))
	if err != nil {
		return err
	}
	if own != "" {
		q.Header.Set("Idempotency-Key", own)
	}
	response, err := s.client.Do(q)
	if err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		err = response.Body.Close()
	}
	return err
}

// A client that sends a request again is not refused, and sends the same key; another
// request with the same label is.
func TestRepeatedRequestKeepsKey(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		codes  []int
		bodies []string
		want   idempotency.Reason
	}{
		"503, 429, 409 and 500 keep the key":     {codes: []int{503, 429, 409, 500}, bodies: []string{"x", "x", "x", "x", "x"}},
		"a second request after 200 is refused":  {bodies: []string{"x", "x"}, want: idempotency.ReasonMisuse},
		"a second request after 400 is refused":  {codes: []int{400}, bodies: []string{"x", "x"}, want: idempotency.ReasonMisuse},
		"another body after 503 is refused":      {codes: []int{503}, bodies: []string{"x", "y"}, want: idempotency.ReasonMisuse},
		"a request without a body keeps the key": {codes: []int{503}, bodies: []string{"", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, r := newService(t, c.codes...), newFixture(t)
			_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
				for i, body := range c.bodies {
					if err := s.post(ctx, http.MethodPost, body, ""); err != nil {
						require.Equal(t, len(c.bodies)-1, i)
						return 0, err
					}
				}
				return 1, nil
			}, idempotency.ActivityOptions{PassThrough: true})
			require.Equal(t, c.want, reasonOf(err), "%v", err)
			for _, key := range s.keys {
				require.Equal(t, s.keys[0], key)
				require.Len(t, key, 32)
			}
		})
	}
}

// A client that makes keys of its own defeats the guard, and is refused before it
// sends anything; keys of this work are welcome.
func TestClientWithOwnKeys(t *testing.T) {
	t.Parallel()
	s, r := newService(t), newFixture(t)
	_, err := idempotency.Do(t.Context(), r.guard, "http", "own", func(ctx context.Context) (int, error) {
		return 1, s.post(ctx, http.MethodPost, "x", fmt.Sprint("random-", time.Now().UnixNano()))
	}, idempotency.ActivityOptions{PassThrough: true})
	require.Equal(t, idempotency.ReasonMisuse, reasonOf(err), "%v", err)
	require.Empty(t, s.keys)
	_, err = idempotency.Do(t.Context(), r.guard, "http", "given", func(ctx context.Context) (int, error) {
		key, err := idempotency.DownstreamKey(ctx, "charge")
		require.NoError(t, err)
		uuid := fmt.Sprintf("%s-%s-%s-%s-%s", key[:8], key[8:12], key[12:16], key[16:20], key[20:])
		require.NoError(t, s.post(ctx, http.MethodPost, "x", key))
		require.NoError(t, s.post(ctx, http.MethodPost, "x", uuid))
		require.Equal(t, []string{key, uuid}, s.keys)
		return 1, nil
	}, idempotency.ActivityOptions{PassThrough: true})
	require.NoError(t, err)
}

// Methods and hosts are compared as the protocol does.
func TestMethodIsCaseInsensitive(t *testing.T) {
	t.Parallel()
	s, r := newService(t), newFixture(t)
	_, err := idempotency.Do(t.Context(), r.guard, "http", "k", func(ctx context.Context) (int, error) {
		return 1, s.post(ctx, "post", "x", "")
	}, idempotency.ActivityOptions{PassThrough: true})
	require.NoError(t, err)
	require.Len(t, s.keys[0], 32)
}

// What protects nothing is said once: PassThrough without a key.
func TestMissingKeyIsLoggedOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	for name, c := range map[string]struct {
		guarded bool
		work    func(context.Context) error
		want    string
	}{
		"guarded work that takes no key": {
			guarded: true, work: func(context.Context) error { return nil },
			want: "PassThrough is set, and no request had a key",
		},
		"guarded work that takes a key": {
			guarded: true,
			work:    func(ctx context.Context) error { _, err := idempotency.DownstreamKey(ctx, "x"); return err },
		},
		"a request that has a key": {
			guarded: true, work: func(ctx context.Context) error { return s.post(ctx, http.MethodPost, "x", "") },
		},
		"work without a guard": {work: func(ctx context.Context) error { return s.post(ctx, http.MethodPost, "x", "") }},
	} {
		t.Run(name, func(t *testing.T) {
			env, o := testenv.NewObserved()
			charge := func(ctx context.Context, _ order) (string, error) { return "", c.work(ctx) }
			if c.guarded {
				charge = idempotency.Wrap(newGuard(nil), charge, idempotency.ActivityOptions{PassThrough: true})
			}
			env.RegisterActivityWithOptions(charge, activity.RegisterOptions{Name: "Charge"})
			env.ExecuteWorkflow(twice("", o1, o2, "Charge"))
			require.NoError(t, env.GetWorkflowError())
			lines := o.Lines("level=WARN")
			if c.want == "" {
				require.Empty(t, lines)
				return
			}
			require.Len(t, lines, 1, "once")
			require.Contains(t, lines[0], c.want)
			require.Equal(t, 1, strings.Count(lines[0], "ActivityType="), lines[0])
		})
	}
}

// A misspelled name of an activity in the interceptor's options is logged once, unless both
// names are registered.
func TestMisspelledNameIsLoggedOnce(t *testing.T) {
	t.Parallel()
	for guarded, logged := range map[string]bool{"Chrage": true, "charge": true, "Payments_Charge": true, "Refund": false, "Charges": false} {
		options := map[string]idempotency.ActivityOptions{guarded: {ReviewAbandoned: true}}
		env, o := testenv.NewObserved(newGuard(nil).Interceptor(options))
		for _, a := range []string{"Charge", "Charges"} {
			env.RegisterActivityWithOptions(func(context.Context, order) (string, error) { return "", nil }, activity.RegisterOptions{Name: a})
		}
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			_, _ = twice("", o1, o2, "Charges")(ctx)
			_, err := twice("", o1, o2, "Charge")(ctx)
			return err
		})
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, logged, len(o.Lines(fmt.Sprintf("was given %s", `\"`+guarded+`\"`))) > 0, "%s: %s", guarded, o.Logs())
	}
}
