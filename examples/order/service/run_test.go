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

// The process lives while the server is away, from its very start, and is ready
// only when there is a server: an outage restarts no worker.
func TestProbes(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "temporal.db")
	server := startServer(t, devserver.Options{DBFilename: data})
	_, port, err := net.SplitHostPort(server.ClientOptions.HostPort)
	require.NoError(t, err)
	same := devserver.Options{DBFilename: data}
	same.Port, err = strconv.Atoi(port)
	require.NoError(t, err)
	server.Kill()

	r := newRig(t, server, nil)
	r.becomes(http.StatusOK, "/livez")
	status, text := r.get("/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "the worker does not run\n", text)
	require.EqualError(t, r.Submit(t.Context(), orders.Order{ID: "early", Cents: 1, Items: 1}),
		"HTTP 503: no worker or server answers; send the same again later")

	again := startServer(t, same)
	r.becomes(http.StatusOK, "/readyz")
	again.Kill()
	r.becomes(http.StatusServiceUnavailable, "/readyz")
	_, text = r.get("/readyz")
	require.Equal(t, "the Temporal server does not answer\n", text)
	status, _ = r.get("/livez")
	require.Equal(t, http.StatusOK, status)

	startServer(t, same)
	r.becomes(http.StatusOK, "/readyz")
	require.NoError(t, r.end())
}

// An activity that runs when the service is told to stop ends in peace, and the
// next worker goes on behind it.
func TestStopsInGoodOrder(t *testing.T) {
	t.Parallel()
	server := startServer(t, devserver.Options{})
	asked, answering := make(chan struct{}, 100), make(chan struct{})
	r := newRig(t, server, func() time.Duration {
		asked <- struct{}{}
		<-answering
		return 0
	})
	r.becomes(http.StatusOK, "/readyz")
	require.NoError(t, r.Submit(t.Context(), orders.Order{ID: "fraud-1", Cents: 1, Items: 1}))
	<-asked // Screen runs
	r.stop()
	r.becomes(http.StatusServiceUnavailable, "/readyz") // a balancer sees that
	_, text := r.get("/readyz")
	require.Equal(t, "the worker does not run\n", text)
	status, _ := r.get("/livez")
	require.Equal(t, http.StatusOK, status)
	p, err := r.Progress(t.Context(), "fraud-1")
	require.NoError(t, err, "who still asks gets an answer of the worker")
	require.Equal(t, orders.StateScreening, p.State)
	require.Eventually(t, func() bool { // then nobody is let in any more
		_, err := r.Progress(t.Context(), "fraud-1")
		return err != nil
	}, soon, tick)
	close(answering)
	require.NoError(t, r.end())

	next := newRig(t, server, nil)
	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	var result orders.Result
	require.NoError(t, c.GetWorkflow(t.Context(), service.WorkflowID("fraud-1"), "").Get(t.Context(), &result))
	require.Equal(t, orders.StateRefused, result.State)
	require.Empty(t, asked, "the first worker's answer is what counts: it was asked once")
	require.NoError(t, next.end())
}

// A workflow that sets an unknown search attribute is stuck, so the worker does not
// start, and says what to do.
func TestNamespaceWithoutInbox(t *testing.T) {
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

// The page has the metrics of the SDK and of the library.
func TestMetrics(t *testing.T) {
	t.Parallel()
	r := newRig(t, startServer(t, devserver.Options{}), nil)
	r.becomes(http.StatusOK, "/readyz")
	require.NoError(t, r.Submit(t.Context(), orders.Order{ID: "fraud-1", Cents: 1, Items: 1}))
	require.Eventually(t, func() bool {
		p, err := r.Progress(t.Context(), "fraud-1")
		return err == nil && p.State.HasEnded()
	}, soon, tick)
	// The worker counts a run after the server has been told of its end.
	require.EventuallyWithT(t, func(t *assert.CollectT) {
		_, page := r.get("/metrics")
		assert.Contains(t, page, "# TYPE temporal_workflow_completed_total counter\n")
		assert.Regexp(t, `(?m)^temporal_workflow_completed_total\{.*workflow_type="Order".*\} 1$`, page)
		assert.Regexp(t, `(?m)^temporal_activity_execution_latency_seconds_count\{.*activity_type="Screen".*\} 1$`, page)
		assert.Regexp(t, `(?m)^temporal_activity_execution_latency_seconds_bucket\{.*activity_type="Screen".*,le="0.005"\} [01]$`, page)
		assert.Regexp(t, `(?m)^temporal_patterns_approvals_waiting\{.*\} 0$`, page)
		assert.Regexp(t, `(?m)^temporal_patterns_approvals_overdue\{.*\} 0$`, page)
	}, soon, tick)
}
