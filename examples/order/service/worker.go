package service

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"

	patterns "github.com/temporal-patterns/temporal-patterns"
	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/examples/order/orders"
	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/retry"
	"github.com/temporal-patterns/temporal-patterns/retry/classify"
)

// NewWorker returns the worker of orders, which is not started. The worker calls fatal with
// an error that ends it.
func NewWorker(c client.Client, store driver.Store, o Config, fatal func(error)) (worker.Worker, error) {
	partners, err := url.Parse(o.Partners)
	if err != nil {
		return nil, err
	}
	plugin, err := patterns.NewPlugin(patterns.Options{
		Activities: orders.ActivityOptions(),
		BeforeStart: func(ctx context.Context) error {
			return approvalclient.CheckInbox(ctx, c, cmp.Or(o.Temporal.Namespace, client.DefaultNamespace))
		},
		Retry: retry.InterceptorOptions{Classify: classify.Default, Jitter: retry.JitterEqual},
	})
	if err != nil {
		return nil, err
	}
	w := worker.New(c, o.Queue, worker.Options{
		Plugins: []worker.Plugin{plugin}, Interceptors: o.Interceptors,
		WorkerStopTimeout: o.StopWithin, OnFatalError: fatal,
		DisableRegistrationAliasing: true,
	})
	// A converter that encrypts payloads encrypts the results in the records too.
	dataConverter := o.Temporal.DataConverter
	if dataConverter == nil {
		dataConverter = converter.GetDefaultDataConverter()
	}
	guard := idempotency.NewGuard(store, idempotency.Options{DataConverter: dataConverter, FailureConverter: o.Temporal.FailureConverter})
	err = orders.Register(w, guard, &orders.Activities{
		Partners: o.Partners,
		HTTP: &http.Client{
			Timeout:   9 * time.Second, // below the 10 s of an attempt, so that the attempt returns an error
			Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{partners.Host}}),
		},
		Notify: func(n approval.Notice) {
			// Send a mail or a message: the notice has all that it needs.
			o.Log.Info("a gate needs attention", "kind", n.Kind, "workflow", n.WorkflowID, "gate", n.Gate)
		},
	})
	return w, err
}
