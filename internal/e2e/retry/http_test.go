package retry_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// startHTTP starts a service that is in trouble, each path in its own way.
func startHTTP(t *testing.T) *httptest.Server {
	t.Helper()
	var calls atomic.Int32
	paths := http.NewServeMux()
	paths.HandleFunc("/in-turn", func(w http.ResponseWriter, r *http.Request) {
		switch calls.Add(1) {
		case 1:
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusServiceUnavailable)
		case 2:
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0) // a reset, not an orderly end
				_ = conn.Close()
			}
		case 3:
			<-r.Context().Done()
		}
	})
	paths.HandleFunc("/bad-request", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	paths.HandleFunc("/closed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "36000")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	s := httptest.NewServer(paths)
	t.Cleanup(s.Close)
	return s
}

// post is an activity that calls a service, as in the documentation of package
// retry, with a time limit for each call.
func post(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, nil)
	if err != nil {
		return err
	}
	c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := c.Do(request)
	if err != nil {
		return fmt.Errorf("charging: %w", err)
	}
	if err := classify.CheckResponse(response); err != nil {
		return fmt.Errorf("charging: %w", err)
	}
	return response.Body.Close()
}

func TestHTTP(t *testing.T) {
	t.Parallel()
	service := startHTTP(t)
	queue := startWorker(t, retry.InterceptorOptions{Classify: classify.Default})
	begin := func(t *testing.T, path string, call Call) *job {
		return start(t, queue, func(ctx context.Context, j *job, _ int32) error {
			j.watch(ctx)
			return post(ctx, service.URL+path)
		}, Once, call)
	}

	// 503 with Retry-After, a reset, no answer, and success.
	t.Run("trouble that passes", func(t *testing.T) {
		t.Parallel()
		j := begin(t, "/in-turn", Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 0)})
		require.False(t, j.end().Failed)
		require.Equal(t, 4, j.attempts())
		require.GreaterOrEqual(t, j.waits[0], time.Second, "as the service has asked, and not as the policy says")
		require.Less(t, j.waits[1], time.Second)
		types := j.types()
		require.Equal(t, []string{"HTTP503", "Network"}, types[:2])
		require.Contains(t, []string{"DeadlineExceeded", "NetworkTimeout"}, types[2])
		require.Contains(t, j.after[0].GetMessage(), "charging: HTTP 503 Service Unavailable, retry after 1s")
	})

	t.Run("a request that is wrong", func(t *testing.T) {
		t.Parallel()
		call := Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 0)}
		seen := begin(t, "/bad-request", call).end()
		require.Equal(t, Seen{
			Failed: true, Reason: retry.ReasonNonRetryable, State: "NonRetryableFailure",
			Type: "HTTP400", Last: "HTTP400", Message: "charging: HTTP 400 Bad Request", Cause: seen.Cause,
		}, seen)
	})

	t.Run("a wait for which there is no time", func(t *testing.T) {
		t.Parallel()
		j := begin(t, "/closed", Call{StartToClose: time.Minute, ScheduleToClose: 10 * time.Minute, Policy: every(100*time.Millisecond, 0)})
		seen := j.end()
		require.Equal(t, 1, j.attempts())
		require.Equal(t, retry.ReasonBudgetExceeded, seen.Reason)
		require.Equal(t, retry.ReasonBudgetExceeded.Error(), seen.Last)
		require.Equal(t, 10*time.Hour, seen.Budget.RetryAfter)
		require.InDelta(t, 600, seen.Budget.Remaining.Seconds(), 60)
		require.Contains(t, seen.Message, "the failure asked for a wait of 10h0m0s, but ")
		require.Contains(t, seen.Cause, "charging: HTTP 503 Service Unavailable, retry after 10h0m0s")
	})

	// There is time for 10 hours, but no one waits for so long.
	t.Run("a wait that is too long", func(t *testing.T) {
		t.Parallel()
		j := begin(t, "/closed", Call{StartToClose: time.Minute, Policy: every(100*time.Millisecond, 0)})
		p := j.waiting(1)
		require.Equal(t, "HTTP503", p.GetLastFailure().GetApplicationFailureInfo().GetType())
		require.InDelta(t, retry.DefaultMaxRetryAfter.Seconds(), p.GetCurrentRetryInterval().AsDuration().Seconds(), 1)
	})
}
