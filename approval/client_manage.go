package approval

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Manage changes a gate and returns what became of it. A refusal is an error:
// see [ReasonOf]. An empty ch.ID is replaced by a random one, which the receipt
// tells; give one of your own when the same change may be sent again.
//
// It goes out as an update, and needs a worker: unlike a vote it is not queued.
// An error that is no refusal leaves the outcome unknown: call Manage again with
// the same ID.
func (c *Client) Manage(ctx context.Context, ref Ref, ch Change) (Receipt, error) {
	receipt, err := c.manage(ctx, ref, ch)
	return receipt, reasoned(err)
}

func (c *Client) manage(ctx context.Context, ref Ref, ch Change) (Receipt, error) {
	if ch.ID == "" {
		ch.ID = rand.Text()
	}
	m, err := ch.change(ref.Gate)
	if err != nil {
		return Receipt{}, err
	}
	if m.Proof, err = c.sign(ctx, ref, m); err != nil {
		return Receipt{}, err
	}
	sent, err := argument(ref.Gate, m)
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := c.update(ctx, ref, UpdateManage, m.decision(), sent)
	if err == nil {
		return receipt, nil
	}
	if first, ok := firstReceipt(err); ok {
		return first, nil
	}
	if ReasonOf(err) != "" {
		return Receipt{}, err
	}
	return Receipt{}, c.explain(ctx, ref, UpdateManage, m.ID, err)
}

// Audit asks a run, open or closed, what has happened to a gate. It needs a
// worker that runs.
func (c *Client) Audit(ctx context.Context, ref Ref) (policy.Audit, error) {
	var audit policy.Audit
	value, err := c.temporal.QueryWorkflow(ctx, ref.WorkflowID, ref.RunID, QueryAudit, ref.Gate)
	if err == nil {
		err = value.Get(&audit)
	}
	if err != nil {
		return policy.Audit{}, fmt.Errorf("approval: no audit of gate %q of workflow %q; check the IDs, that it calls NewGates, and that a worker runs: %w", ref.Gate, ref.WorkflowID, err)
	}
	return audit, nil
}

// Status asks a run, open or closed, about its gates. It needs a worker that
// runs.
func (c *Client) Status(ctx context.Context, workflowID, runID string) (Status, error) {
	var status Status
	value, err := c.temporal.QueryWorkflow(ctx, workflowID, runID, QueryStatus)
	if err == nil {
		err = value.Get(&status)
	}
	if err != nil {
		return Status{}, fmt.Errorf("approval: no status of workflow %q; check the ID, that it calls NewGates, and that a worker runs: %w", workflowID, err)
	}
	return status, nil
}
