package approval

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
)

// update sends an update and waits for its receipt, as long as patience allows.
func (c *Client) update(ctx context.Context, ref Ref, name string, d decision, arg any) (Receipt, error) {
	patience := c.patience
	if end, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(end)/2) // the other half is for the signal
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	receipt, err := c.updateOnce(ctx, ref, name, d, arg)
	for pause := firstPause; ReasonOf(err) == NotOpen && pause <= lastPause; pause *= 2 {
		again := time.NewTimer(pause)
		select {
		case <-again.C:
			receipt, err = c.updateOnce(ctx, ref, name, d, arg)
		case <-ctx.Done():
			again.Stop()
			return receipt, err // it was refused, which is known
		}
	}
	return receipt, err
}

func (c *Client) updateOnce(ctx context.Context, ref Ref, name string, d decision, arg any) (Receipt, error) {
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: ref.WorkflowID, RunID: ref.RunID, UpdateName: name,
		UpdateID:     updateID(name, ref.Gate, d),
		Args:         []any{arg},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = handle.Get(ctx, &receipt)
	return receipt, err
}

// updateID is one per gate and decision: the server answers a repeated update
// with the first result. It is a hash, because update IDs are in clear, and of
// the lengths too, because any byte may stand in an ID.
func updateID(name, gate string, d decision) string {
	h := sha256.New()
	for _, part := range []string{gate, d.id, d.actor} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return fmt.Sprintf("%s/%x", name, h.Sum(nil)[:16])
}

// sign returns the proof of a message, and nothing without a key.
func (c *Client) sign(ref Ref, m provable) (string, error) {
	if c.options.Key == nil {
		return "", nil
	}
	//nolint:forbidigo // outside workflow code, the time of signing is the time of the signer
	return c.options.Key.sign(m.statement(c.options.Namespace, ref.WorkflowID), time.Now().Add(c.options.GoodFor))
}
