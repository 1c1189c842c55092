package approvalclient

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// update sends an update and waits for its receipt, as long as patience allows.
func (c *Client) update(ctx context.Context, ref Ref, name, id string, arg any) (Receipt, error) {
	patience := c.patience
	if end, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(end)/2) // the other half is for the signal
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	receipt, err := c.updateOnce(ctx, ref, name, id, arg)
	for pause := firstPause; approval.ReasonOf(err) == approval.NotOpen && pause <= lastPause; pause *= 2 {
		again := time.NewTimer(pause)
		select {
		case <-again.C:
			receipt, err = c.updateOnce(ctx, ref, name, id, arg)
		case <-ctx.Done():
			again.Stop()
			return receipt, err // it was refused, which is known
		}
	}
	return receipt, err
}

func (c *Client) updateOnce(ctx context.Context, ref Ref, name, id string, arg any) (Receipt, error) {
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: ref.WorkflowID, RunID: ref.RunID, UpdateName: name,
		UpdateID: id, Args: []any{arg},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err != nil {
		return Receipt{}, err
	}
	var receipt Receipt
	err = handle.Get(ctx, &receipt)
	return receipt, err
}

// updateID is one per gate, decision and content: the server answers a repeated
// update with the first result, which must not be that of another request. It is a
// hash, because update IDs are in clear, and of the lengths too, because any byte
// may stand in an ID.
func updateID(name, gate string, d protocol.Decision, content string) string {
	h := sha256.New()
	for _, part := range []string{gate, d.ID, d.Actor, content} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return fmt.Sprintf("%s/%x", name, h.Sum(nil)[:16])
}

// sign returns the proof of a message, and nothing without a key.
func (c *Client) sign(ctx context.Context, ref Ref, m provable) (string, error) {
	if c.options.Key == nil {
		return "", nil
	}
	at, err := c.place(ctx, ref)
	if refused := refusedBy(ref, err); err != nil && refused != nil {
		return "", refused
	}
	if err != nil {
		return "", refusalFor(
			err,
			approval.NotSent,
			ref.Gate,
			fmt.Sprintf("it was not sent, since the run of workflow %q to sign it for is not known; send it again", ref.WorkflowID),
		)
	}
	//nolint:forbidigo // outside workflow code, the time of signing is the time of the signer
	return protocol.Sign(c.options.Key, m.Statement(at), time.Now().Add(c.options.SignatureTTL))
}

// A provable message says what its proof is about.
type provable interface {
	Statement(at protocol.Place) protocol.Statement
}
