package service_test

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

// An outage of the server restarts no worker.
func TestServiceIsLiveWithoutServerAndReadyWithIt(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "temporal.db")
	server := startServer(t, devserver.Options{DBFilename: data})
	_, port, err := net.SplitHostPort(server.ClientOptions.HostPort)
	require.NoError(t, err)
	same := devserver.Options{DBFilename: data}
	same.Port, err = strconv.Atoi(port)
	require.NoError(t, err)
	server.Kill()

	s := newTestService(t, server, nil)
	s.becomes(http.StatusOK, "/livez")
	status, text := s.get("/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "the worker does not run\n", text)
	require.EqualError(t, s.Submit(t.Context(), orders.Order{ID: "early", Cents: 1, Items: 1}),
		"HTTP 503: no worker or server answers; send the same again later")

	again := startServer(t, same)
	s.becomes(http.StatusOK, "/readyz")
	again.Kill()
	s.becomes(http.StatusServiceUnavailable, "/readyz")
	_, text = s.get("/readyz")
	require.Equal(t, "the Temporal server does not answer\n", text)
	status, _ = s.get("/livez")
	require.Equal(t, http.StatusOK, status)

	startServer(t, same)
	s.becomes(http.StatusOK, "/readyz")
	require.NoError(t, s.end())
}

func TestStoppedServiceFinishesItsRequestsAndActivities(t *testing.T) {
	t.Parallel()
	server := startServer(t, devserver.Options{})
	asked, answering := make(chan struct{}, 100), make(chan struct{})
	s := newTestService(t, server, func() time.Duration {
		asked <- struct{}{}
		<-answering
		return 0
	})
	s.becomes(http.StatusOK, "/readyz")
	require.NoError(t, s.Submit(t.Context(), orders.Order{ID: "fraud-1", Cents: 1, Items: 1}))
	<-asked // Screen runs
	s.stop()
	s.becomes(http.StatusServiceUnavailable, "/readyz") // for the load balancer
	_, text := s.get("/readyz")
	require.Equal(t, "the worker does not run\n", text)
	status, _ := s.get("/livez")
	require.Equal(t, http.StatusOK, status)
	p, err := s.Progress(t.Context(), "fraud-1")
	require.NoError(t, err, "the worker still answers")
	require.Equal(t, orders.StateScreening, p.State)
	require.Eventually(t, func() bool { // then requests are refused
		_, err := s.Progress(t.Context(), "fraud-1")
		return err != nil
	}, soon, tick)
	close(answering)
	require.NoError(t, s.end())

	next := newTestService(t, server, nil)
	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	var result orders.Result
	require.NoError(t, c.GetWorkflow(t.Context(), service.WorkflowID("fraud-1"), "").Get(t.Context(), &result))
	require.Equal(t, orders.StateRefused, result.State)
	require.Empty(t, asked, "the activity of the first worker counts")
	require.NoError(t, next.end())
}

// A workflow that sets an unknown search attribute makes no progress.
func TestWorkerDoesNotStartWithoutTheInbox(t *testing.T) {
	t.Parallel()
	server, err := devserver.Start(t.Context(), io.Discard, devserver.Options{})
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	err = service.Run(t.Context(), l, service.Config{
		Temporal: server.ClientOptions, Queue: t.Name(), Partners: "http://127.0.0.1:1", Identify: service.DemoSignIn,
		Store: filepath.Join(t.TempDir(), "records.db"), StopWithin: soon, Log: slog.New(slog.DiscardHandler),
	})
	require.ErrorContains(t, err, `namespace "default" lacks search attributes of the inbox; call SetUpInbox`)
}

func TestMetricsOfTheSDKAndTheLibrary(t *testing.T) {
	t.Parallel()
	s := newTestService(t, startServer(t, devserver.Options{}), nil)
	s.becomes(http.StatusOK, "/readyz")
	require.NoError(t, s.Submit(t.Context(), orders.Order{ID: "fraud-1", Cents: 1, Items: 1}))
	require.Eventually(t, func() bool {
		p, err := s.Progress(t.Context(), "fraud-1")
		return err == nil && p.State.HasEnded()
	}, soon, tick)
	// The worker counts a run after it has reported its end to the server.
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		_, page := s.get("/metrics")
		assert.Contains(t, page, "# TYPE temporal_workflow_completed_total counter\n")
		assert.Regexp(t, `(?m)^temporal_workflow_completed_total\{.*workflow_type="Order".*\} 1$`, page)
		assert.Regexp(t, `(?m)^temporal_activity_execution_latency_seconds_count\{.*activity_type="Screen".*\} 1$`, page)
		assert.Regexp(t, `(?m)^temporal_activity_execution_latency_seconds_bucket\{.*activity_type="Screen".*,le="0.005"\} [01]$`, page)
		assert.Regexp(t, `(?m)^temporal_patterns_approvals_waiting\{.*\} 0$`, page)
		assert.Regexp(t, `(?m)^temporal_patterns_approvals_overdue\{.*\} 0$`, page)
	}, soon, tick)
}
