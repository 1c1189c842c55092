package service_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/order/service"
	"github.com/temporal-patterns/temporal-patterns/examples/support/loopback"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/internal/devserver"
)

const (
	soon = 40 * time.Second // enough for a busy machine
	tick = 50 * time.Millisecond
)

// A testService runs a service with its partners on a server.
type testService struct {
	service.Client
	t        *testing.T
	server   *devserver.Server
	partners *partners.Partners
	stop     context.CancelFunc
	ended    chan error
}

// newTestService runs a service, which need not be ready yet.
func newTestService(t *testing.T, server *devserver.Server, latency func() time.Duration) *testService {
	t.Helper()
	s := &testService{t: t, server: server, partners: partners.New(payments.Options{}, latency), ended: make(chan error, 1)}
	address, stop, err := loopback.Serve(t.Context(), s.partners)
	require.NoError(t, err)
	t.Cleanup(stop)
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	s.Client = service.Client{URL: "http://" + l.Addr().String(), User: "cleo", HTTP: &http.Client{Timeout: soon}}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(context.WithoutCancel(t.Context()))
	config := service.Config{
		Temporal: server.ClientOptions, Queue: t.Name(), Partners: address, Store: filepath.Join(t.TempDir(), "records.db"),
		Drain: 3 * time.Second, StopWithin: soon, Terms: func(orders.Order) orders.Terms { return orders.TermsOf(time.Minute) },
		Identify: service.DemoSignIn, Log: slog.New(slog.DiscardHandler),
	}
	go func() { s.ended <- service.Run(ctx, l, config) }()
	t.Cleanup(func() {
		s.stop()
		if err, ok := <-s.ended; ok {
			require.NoError(t, err)
		}
	})
	return s
}

// end stops the service.
func (s *testService) end() error {
	s.stop()
	err := <-s.ended
	close(s.ended)
	return err
}

// get returns the answer to a GET.
func (s *testService) get(path string) (status int, text string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.URL+path, nil)
	require.NoError(s.t, err)
	return s.do(request)
}

func (s *testService) do(request *http.Request) (status int, text string) {
	s.t.Helper()
	response, err := s.HTTP.Do(request)
	require.NoError(s.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, string(body)
}

// becomes waits until a probe answers with a status.
func (s *testService) becomes(status int, path string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool {
		got, _ := s.get(path)
		return got == status
	}, soon, tick, "%s does not become %d", path, status)
}

func startServer(t *testing.T, o devserver.Options) *devserver.Server {
	t.Helper()
	server, err := devserver.Start(t.Context(), io.Discard, o)
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	c, err := client.Dial(server.ClientOptions)
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, approvalclient.SetUpInbox(t.Context(), c, client.DefaultNamespace))
	return server
}

// requireShown checks what the Web UI shows of an order: its summary in lists, and its details.
func (s *testService) requireShown(order, summary, details string) {
	s.t.Helper()
	c, err := client.Dial(s.server.ClientOptions)
	require.NoError(s.t, err)
	defer c.Close()
	d, err := c.DescribeWorkflow(s.t.Context(), service.WorkflowID(order), "")
	require.NoError(s.t, err)
	got, err := d.GetStaticSummary()
	require.NoError(s.t, err)
	require.Equal(s.t, summary, got)
	value, err := c.QueryWorkflow(s.t.Context(), service.WorkflowID(order), "", "__temporal_workflow_metadata")
	require.NoError(s.t, err)
	var metadata sdk.WorkflowMetadata
	require.NoError(s.t, value.Get(&metadata))
	require.Equal(s.t, details, metadata.GetCurrentDetails())
}
