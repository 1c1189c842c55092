package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// newEnvironment returns the SDK's test environment without its log.
func newEnvironment() *testsuite.TestWorkflowEnvironment {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	return suite.NewTestWorkflowEnvironment()
}

// An activity keeps its signature. Its worker dies after the effect; the next
// attempt gives the service the same key, and that does not charge again.
func ExampleWrap() {
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	charged := map[string]string{} // the service's, by key
	charge := func(ctx context.Context, order string) (string, error) {
		key, err := idempotency.DownstreamKey(ctx, "charge")
		if err != nil {
			return "", err
		}
		if receipt, ok := charged[key]; ok {
			return receipt, nil
		}
		charged[key] = "receipt of " + order
		return "", errors.New("connection reset")
	}

	env := newEnvironment()
	env.RegisterActivityWithOptions(idempotency.Wrap(guard, charge, idempotency.ActivityOptions{PassThrough: true}),
		activity.RegisterOptions{Name: "Charge"})
	env.ExecuteWorkflow(func(ctx workflow.Context) (receipt string, err error) {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		err = workflow.ExecuteActivity(ctx, "Charge", "order-7").Get(ctx, &receipt)
		return receipt, err
	})
	var receipt string
	fmt.Println(env.GetWorkflowResult(&receipt), receipt)
	fmt.Println("charged:", len(charged))
	// Output:
	// <nil> receipt of order-7
	// charged: 1
}

// Work of a program's own, with a key of the business.
func ExampleDo() {
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	for range 2 {
		invoice, err := idempotency.Do(context.Background(), guard, "invoice", "2026-11/customer-7", func(context.Context) (string, error) {
			fmt.Println("written")
			return "invoice 81", nil
		}, idempotency.ActivityOptions{})
		fmt.Println(invoice, err)
	}
	// Output:
	// written
	// invoice 81 <nil>
	// invoice 81 <nil>
}

// What cannot be asked and must not be repeated waits for a person.
func ExampleGuard_Resolve() {
	ctx := context.Background()
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	wire := func() (string, error) {
		return idempotency.Do(ctx, guard, "wire", "transfer-7", func(context.Context) (string, error) {
			return "", errors.New("the bank does not answer")
		}, idempotency.ActivityOptions{ReviewAbandoned: true})
	}
	_, err := wire()
	fmt.Println(err)
	_, err = wire()
	fmt.Println(idempotency.ReasonOf(err))

	held, _ := guard.List(ctx, driver.Query{State: driver.StateIndeterminate, Limit: 10})
	fmt.Println(guard.Resolve(ctx, held[0].Key, held[0].Fence, "the bank's number 4711"))
	fmt.Println(wire())
	// Output:
	// the bank does not answer
	// idempotency.NeedsReview true
	// <nil>
	// the bank's number 4711 <nil>
}

// The service is asked what has become of a charge.
func ExampleActivityOptions_reconcile() {
	ask := func(ctx context.Context, p idempotency.PriorAttempt) (idempotency.Reconciliation, error) {
		// GET /charges?reference=… at the service
		fmt.Println("asked about a key of", len(p.Key("charge")), "characters")
		return idempotency.Completed("receipt 7"), nil
	}
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	for range 2 {
		fmt.Println(idempotency.Do(context.Background(), guard, "charge", "order-7", func(context.Context) (string, error) {
			return "", errors.New("connection reset")
		}, idempotency.ActivityOptions{Reconcile: ask}))
	}
	// Output:
	//  connection reset
	// asked about a key of 32 characters
	// receipt 7 <nil>
}

// Requests to one service get their key by the HTTP client.
func ExampleTransport() {
	client := &http.Client{Transport: idempotency.Transport(nil, idempotency.TransportOptions{Hosts: []string{"api.payments.example"}})}
	charge := func(ctx context.Context) error {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.payments.example/charges", nil)
		if err != nil {
			return err
		}
		_, err = client.Do(request)
		return err
	}
	_ = idempotency.ActivityOptions{PassThrough: true}
	fmt.Println(charge != nil)
	// Output: true
}

// Two effects in one activity: what was done is not done again.
func ExampleStep() {
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	fail := true
	for range 2 {
		got, err := idempotency.Do(context.Background(), guard, "open-account", "customer-7", func(ctx context.Context) (string, error) {
			account, err := idempotency.Step(ctx, "account", func(context.Context) (string, error) {
				fmt.Println("account opened")
				return "AT-1", nil
			})
			if err != nil {
				return "", err
			}
			if fail {
				fail = false
				return "", errors.New("the mail server is down")
			}
			fmt.Println("mail sent")
			return account, nil
		}, idempotency.ActivityOptions{})
		fmt.Println(got, err)
	}
	// Output:
	// account opened
	//  the mail server is down
	// mail sent
	// AT-1 <nil>
}
