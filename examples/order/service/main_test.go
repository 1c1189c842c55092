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
	soon = 40 * time.Second // what comes without doubt, on a busy machine
	tick = 50 * time.Millisecond
)

// A rig is a service, its partners and a server.
type rig struct {
	service.Client
	t        *testing.T
	server   *devserver.Server
	partners *partners.Partners
	stop     context.CancelFunc
	ended    chan error
}

// newRig runs a service, which need not be ready yet.
func newRig(t *testing.T, server *devserver.Server, latency func() time.Duration) *rig {
	t.Helper()
	r := &rig{t: t, server: server, partners: partners.New(payments.Options{}, latency), ended: make(chan error, 1)}
	address, stop, err := loopback.Serve(t.Context(), r.partners)
	require.NoError(t, err)
	t.Cleanup(stop)
	l, err := loopback.Listen(t.Context())
	require.NoError(t, err)
	r.Client = service.Client{URL: "http://" + l.Addr().String(), User: "cleo", HTTP: &http.Client{Timeout: soon}}
	var ctx context.Context
	ctx, r.stop = context.WithCancel(context.WithoutCancel(t.Context()))
	config := service.Config{
		Temporal: server.ClientOptions, Queue: t.Name(), Partners: address, Store: filepath.Join(t.TempDir(), "records.db"),
		Drain: 3 * time.Second, StopWithin: soon, Terms: func(orders.Order) orders.Terms { return orders.TermsOf(time.Minute) },
		Identify: service.DemoSignIn, Log: slog.New(slog.DiscardHandler),
	}
	go func() { r.ended <- service.Run(ctx, l, config) }()
	t.Cleanup(func() {
		r.stop()
		if err, ok := <-r.ended; ok {
			require.NoError(t, err)
		}
	})
	return r
}

// end stops the service.
func (r *rig) end() error {
	r.stop()
	err := <-r.ended
	close(r.ended)
	return err
}

// get asks the service.
func (r *rig) get(path string) (status int, text string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.URL+path, nil)
	require.NoError(r.t, err)
	return r.do(request)
}

func (r *rig) do(request *http.Request) (status int, text string) {
	r.t.Helper()
	response, err := r.HTTP.Do(request)
	require.NoError(r.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(r.t, err)
	return response.StatusCode, string(body)
}

// becomes waits for the answer of a probe.
func (r *rig) becomes(status int, path string) {
	r.t.Helper()
	require.Eventually(r.t, func() bool {
		got, _ := r.get(path)
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

// requireShown says what the Web UI shows of an order: in lists, and of it alone.
func (r *rig) requireShown(order, summary, details string) {
	r.t.Helper()
	c, err := client.Dial(r.server.ClientOptions)
	require.NoError(r.t, err)
	defer c.Close()
	d, err := c.DescribeWorkflow(r.t.Context(), service.WorkflowID(order), "")
	require.NoError(r.t, err)
	got, err := d.GetStaticSummary()
	require.NoError(r.t, err)
	require.Equal(r.t, summary, got)
	value, err := c.QueryWorkflow(r.t.Context(), service.WorkflowID(order), "", "__temporal_workflow_metadata")
	require.NoError(r.t, err)
	var metadata sdk.WorkflowMetadata
	require.NoError(r.t, value.Get(&metadata))
	require.Equal(r.t, details, metadata.GetCurrentDetails())
}
