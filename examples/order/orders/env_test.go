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

// An orderEnv runs an order in the test environment, with services behind real HTTP.
type orderEnv struct {
	*testsuite.TestWorkflowEnvironment
	t        *testing.T
	people   *approvaltest.Driver
	partners *partners.Partners
	notices  []approval.NoticeKind
	log      bytes.Buffer // warnings and errors
}

func newEnv(t *testing.T) *orderEnv {
	t.Helper()
	return newEnvWith(t, partners.New(payments.Options{}, nil), memstore.New(memstore.Options{}))
}

// newEnvWith uses partners and a store that may know orders already.
func newEnvWith(t *testing.T, p *partners.Partners, store driver.Store) *orderEnv {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	e := &orderEnv{t: t, partners: p}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(&e.log, &slog.HandlerOptions{Level: slog.LevelWarn}))))
	e.TestWorkflowEnvironment = suite.NewTestWorkflowEnvironment()
	plugin, err := patterns.NewPlugin(patterns.Options{Retry: retry.InterceptorOptions{Classify: classify.Default}})
	require.NoError(t, err)
	e.SetWorkerOptions(worker.Options{Plugins: []worker.Plugin{plugin}, DeadlockDetectionTimeout: time.Minute}) // the machine may be busy
	e.SetTestTimeout(time.Minute)
	server := httptest.NewServer(e.partners)
	t.Cleanup(server.Close)
	http := server.Client()
	http.Transport = idempotency.Transport(http.Transport, idempotency.TransportOptions{Hosts: []string{server.Listener.Addr().String()}})
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	require.NoError(t, orders.Register(e, guard, &orders.Activities{
		Partners: server.URL, HTTP: http, Notify: func(n approval.Notice) { e.notices = append(e.notices, n.Kind) },
	}))
	e.people = approvaltest.New(t, e.TestWorkflowEnvironment)
	return e
}

// item reports an item some time after the start.
func (e *orderEnv) item(after time.Duration, id string) {
	signalstest.SendAfter(e.t, e.TestWorkflowEnvironment, after, orders.ItemReady, orders.Item{ID: id})
}

// cancelWhen cancels the order when an activity begins for the nth time.
func (e *orderEnv) cancelWhen(name string, nth int) {
	e.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name != name {
			return
		}
		if nth--; nth == 0 {
			e.CancelWorkflow()
		}
	})
}

func (e *orderEnv) run(id string, cents int64) orders.Result {
	e.t.Helper()
	e.ExecuteWorkflow(orders.Process, orders.Input{
		Order: orders.Order{ID: id, Clerk: "cleo", Cents: cents, Items: 3}, Terms: orders.TermsOf(time.Hour),
	})
	require.True(e.t, e.IsWorkflowCompleted())
	value, err := e.QueryWorkflow(orders.Progress.Name())
	require.NoError(e.t, err)
	var result orders.Result
	require.NoError(e.t, value.Get(&result))
	return result
}

// ledger returns what the payment provider moved for an order.
func (e *orderEnv) ledger(id string) payments.Entry { return e.partners.Payments.Ledger()[id] }
