package approval

import (
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/wait"
)

// check refuses what would be found out by people only.
func (o Options) check(ctx workflow.Context) error {
	for _, k := range o.Keys {
		if k.id == "" {
			return refusal(InvalidRequest, "", "one of Options.Keys is empty; make each with NewHMACKey or NewVerifyingKey")
		}
	}
	if !wait.Once(ctx, "approval.NewGates") {
		return refusal(InvalidRequest, "", "NewGates was called before in this run; call it once, first thing in the workflow, and hand its Gates on")
	}
	return nil
}
