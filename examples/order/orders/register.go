package orders

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// A Registry is where [Register] registers: a worker.Worker, or the SDK's test
// environment.
type Registry interface {
	idempotency.Registry
	RegisterWorkflowWithOptions(w any, o workflow.RegisterOptions)
}

// Register registers the workflow and its activities. Those that move money are
// guarded: for one order it is moved once, whatever run asks for it, and each
// attempt gives the provider the same key.
func Register(r Registry, guard *idempotency.Guard, a *Activities) error {
	r.RegisterWorkflowWithOptions(Process, workflow.RegisterOptions{Name: Name})
	once := idempotency.Call{Key: idempotency.By(func(o Order) string { return o.ID }), PassThrough: true}
	return idempotency.Register(r, guard, a, map[string]idempotency.Call{"Charge": once, "Refund": once})
}
