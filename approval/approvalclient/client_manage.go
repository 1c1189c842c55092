package approvalclient

import (
	"context"
	"crypto/rand"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// Manage changes a gate and returns what became of it. A refusal is an error:
// see [ReasonOf]. An empty ch.ID is replaced by a random one, which the receipt
// tells; give one of your own when the same change may be sent again.
//
// It goes out as an update, and needs a worker: unlike a vote it is not queued.
// An error that is no refusal leaves the outcome unknown: call Manage again with
// the same ID.
func (c *Client) Change(ctx context.Context, ref Ref, ch Change) (Receipt, error) {
	receipt, err := c.manage(ctx, ref, ch)
	return receipt, reasoned(err)
}

func (c *Client) manage(ctx context.Context, ref Ref, ch Change) (Receipt, error) {
	if err := c.check(); err != nil {
		return Receipt{}, err
	}
	if err := ref.check(); err != nil {
		return Receipt{}, err
	}
	if ch.ID == "" {
		ch.ID = rand.Text()
	}
	var err error
	if ch.Actor, err = c.claims(ctx, ref, ch.Actor); err != nil {
		return Receipt{}, err
	}
	m, err := ch.encode(ref.Gate)
	if err != nil {
		return Receipt{}, err
	}
	if m.Proof, err = c.sign(ctx, ref, m); err != nil {
		return Receipt{}, err
	}
	sent, err := m.Encode()
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := c.update(ctx, ref, protocol.UpdateChange, updateID(protocol.UpdateChange, m.Gate, m.Decision(), m.Content()), sent)
	if err == nil {
		return receipt, nil
	}
	if first, ok := protocol.FirstReceipt(err); ok {
		return Receipt(first), nil
	}
	if approval.ReasonOf(err) != "" {
		return Receipt{}, err
	}
	return Receipt{}, c.explain(ctx, ref, protocol.UpdateChange, m.ID, err)
}
