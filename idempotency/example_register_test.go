package idempotency_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
	"github.com/temporal-patterns/temporal-patterns/idempotency/memstore"
)

// Payments are activities.
type Payments struct{ fail bool }

// Charge charges, and hears nothing of it the first time.
func (p *Payments) Charge(_ context.Context, order string) (string, error) {
	fmt.Println("charging", order)
	if p.fail {
		p.fail = false
		return "", errors.New("connection reset")
	}
	return "receipt of " + order, nil
}

// Look has no effect, and needs no guard.
func (p *Payments) Look(context.Context, string) (int, error) { return 7, nil }

// The methods of a struct are registered as always, and one of them is guarded.
// No one knows whether the first attempt has charged, so the service is asked.
func ExampleRegister() {
	ask := func(_ context.Context, _ idempotency.PriorAttempt, order string) (idempotency.Reconciliation, error) {
		// GET /charges?reference=… at the service
		fmt.Println("asking about", order)
		return idempotency.Completed("receipt of " + order), nil
	}
	payments := &Payments{fail: true}
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	env := newEnvironment() // a worker.Worker in a program
	fmt.Println(idempotency.Register(env, guard, payments,
		map[string]idempotency.ActivityOptions{"Charge": {Reconcile: idempotency.ReconcileFunc(ask)}}))

	env.ExecuteWorkflow(func(ctx workflow.Context) (receipt string, err error) {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		err = workflow.ExecuteActivity(ctx, payments.Charge, "order-7").Get(ctx, &receipt)
		return receipt, err
	})
	var receipt string
	fmt.Println(env.GetWorkflowResult(&receipt), receipt)
	fmt.Println(idempotency.Register(env, guard, payments, map[string]idempotency.ActivityOptions{"Chrage": {}}))
	// Output:
	// <nil>
	// charging order-7
	// asking about order-7
	// <nil> receipt of order-7
	// idempotency: *idempotency_test.Payments has no activity "Chrage"; correct the name, or remove it from the map
}

// A service that cannot be reached has had no effect: the work is begun again, even
// where doubts would wait for a person.
func ExampleNoEffect() {
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	down := true
	for range 2 {
		fmt.Println(idempotency.Do(context.Background(), guard, "wire", "transfer-7", func(context.Context) (string, error) {
			if down {
				down = false
				return "", idempotency.NoEffect(errors.New("connection refused"))
			}
			return "done", nil
		}, idempotency.ActivityOptions{ReviewAbandoned: true}))
	}
	// Output:
	//  connection refused
	// done <nil>
}

// A service answers a key forever with its first error. When that is known to
// have had no effect, another key gets another answer.
func ExampleRotateKey() {
	guard := idempotency.NewGuard(memstore.New(memstore.Options{}), idempotency.Options{DataConverter: converter.GetDefaultDataConverter()})
	answers := map[string]string{} // the service's, by key
	for range 2 {
		fmt.Println(idempotency.Do(context.Background(), guard, "charge", "order-7", func(ctx context.Context) (string, error) {
			key, err := idempotency.DownstreamKey(ctx, "charge")
			if err != nil {
				return "", err
			}
			if len(answers) == 0 {
				answers[key] = "insufficient funds"
			}
			if refused, ok := answers[key]; ok {
				if err := idempotency.RotateKey(ctx, "charge"); err != nil {
					return "", err
				}
				return "", temporal.NewApplicationError(refused, "Refused")
			}
			return "charged", nil
		}, idempotency.ActivityOptions{PassThrough: true}))
	}
	// Output:
	//  insufficient funds (type: Refused, retryable: true)
	// charged <nil>
}
