package orders

import (
	"time"

	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency"
)

// A Registry is where [Register] registers: a worker.Worker, or the SDK's test
// environment.
type Registry interface {
	worker.ActivityRegistry
	RegisterWorkflowWithOptions(w any, o workflow.RegisterOptions)
}

// retain is how long it is kept that money was moved: longer than compensateWithin,
// and than anybody runs an order again.
const retain = 90 * 24 * time.Hour

// Register registers the workflow and its activities. Those that move money are
// guarded by the ID of the order. For one order money is moved once, whatever run
// asks for it, for as long as the record is kept; and each attempt gives the
// provider the same key, which this one knows for ever. For one that forgets keys
// set ActivityOptions.DownstreamTTL. An order that was paid back can be run again, and is not
// shipped: see [Activities.Send]. While it is being paid back, do not reset it.
func Register(r Registry, guard *idempotency.Guard, a *Activities) error {
	r.RegisterWorkflowWithOptions(Process, workflow.RegisterOptions{Name: Name})
	once := idempotency.ActivityOptions{Key: idempotency.KeyFunc(func(o Order) string { return o.ID }), PassThrough: true, Retain: retain}
	return idempotency.Register(r, guard, a, map[string]idempotency.ActivityOptions{"Charge": once, "Refund": once})
}
