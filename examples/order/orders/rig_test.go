package orders_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/examples/order/partners"
	"github.com/temporal-patterns/temporal-patterns/examples/support/payments"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
	"github.com/temporal-patterns/temporal-patterns/signals/signalstest"
)

// rig is an order in the test environment, with services behind real HTTP.
type rig struct {
	*testsuite.TestWorkflowEnvironment
	t        *testing.T
	people   *approvaltest.Driver
	partners *partners.Partners
	told     []approval.NoticeKind
	log      bytes.Buffer // warnings and errors
}

func newRig(t *testing.T) *rig {
	t.Helper()
	return newRigWith(t, partners.New(payments.Options{}, nil), memstore.New(memstore.Options{}))
}

// newRigWith is a rig with partners and a store that may know orders already.
func newRigWith(t *testing.T, p *partners.Partners, store driver.Store) *rig {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	r := &rig{t: t, partners: p}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(&r.log, &slog.HandlerOptions{Level: slog.LevelWarn}))))
	r.TestWorkflowEnvironment = suite.NewTestWorkflowEnvironment()
	plugin, err := patterns.NewPlugin(patterns.Options{Retry: retry.InterceptorOptions{Classify: classify.Default}})
	require.NoError(t, err)
	r.SetWorkerOptions(worker.Options{Plugins: []worker.Plugin{plugin}, DeadlockDetectionTimeout: time.Minute}) // the machine may be busy
	r.SetTestTimeout(time.Minute)
	server := httptest.NewServer(r.partners)
	t.Cleanup(server.Close)
	http := server.Client()
	http.Transport = idempotency.Transport(http.Transport, idempotency.TransportOptions{Hosts: []string{server.Listener.Addr().String()}})
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	require.NoError(t, orders.Register(r, guard, &orders.Activities{
		Partners: server.URL, HTTP: http, Told: func(n approval.Notice) { r.told = append(r.told, n.Kind) },
	}))
	r.people = approvaltest.New(t, r.TestWorkflowEnvironment)
	return r
}

// item reports one, so long after the start.
func (r *rig) item(after time.Duration, id string) {
	signalstest.SendAfter(r.t, r.TestWorkflowEnvironment, after, orders.ItemReady, orders.Item{ID: id})
}

// cancelWhen cancels the order when an activity begins for the nth time.
func (r *rig) cancelWhen(name string, nth int) {
	r.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name != name {
			return
		}
		if nth--; nth == 0 {
			r.CancelWorkflow()
		}
	})
}

func (r *rig) run(id string, cents int64) orders.Result {
	r.t.Helper()
	r.ExecuteWorkflow(orders.Process, orders.Input{
		Order: orders.Order{ID: id, Clerk: "cleo", Cents: cents, Items: 3}, Terms: orders.TermsOf(time.Hour),
	})
	require.True(r.t, r.IsWorkflowCompleted())
	value, err := r.QueryWorkflow(orders.Progress.Name())
	require.NoError(r.t, err)
	var result orders.Result
	require.NoError(r.t, value.Get(&result))
	return result
}

// ledger is what the order cost the customer.
func (r *rig) ledger(id string) payments.Entry { return r.partners.Payments.Ledger()[id] }
