package approval

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// DefaultPatience is how long [Client.Decide] waits for a worker's answer
// before it queues the vote.
const DefaultPatience = 3 * time.Second

// ClientOptions tunes [NewClient]. The zero value is ready to use.
type ClientOptions struct {
	// Patience is how long Decide waits for a worker to answer before it
	// sends the vote as a signal. Zero or less means [DefaultPatience].
	Patience time.Duration
}

// A Client decides on gates from outside workflow code: in handlers, programs
// and activities. It is safe for concurrent use.
type Client struct {
	temporal client.Client
	patience time.Duration
}

// NewClient returns a client that works through c.
func NewClient(c client.Client, o ClientOptions) *Client {
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	return &Client{temporal: c, patience: o.Patience}
}

// A Ref names a gate. An empty RunID means the run that is open now.
type Ref struct{ WorkflowID, RunID, Gate string }

// Decide sends a vote and returns what became of it. A refusal is an error:
// see [ReasonOf]. An empty v.ID is replaced by a random one, which the receipt
// tells; give one of your own when the same decision may be sent again.
//
// The vote goes out as an update, which a worker answers at once. When none
// does within the client's patience, or half of the time that ctx has left, the
// same vote goes out as a signal, which is durable without a worker, and the
// receipt says Queued. If both arrive, the vote counts once. An error that is
// no refusal leaves the outcome unknown: call Decide again with the same ID.
func (c *Client) Decide(ctx context.Context, ref Ref, v Vote) (Receipt, error) {
	if v.ID == "" {
		v.ID = rand.Text()
	}
	m := message{V: wireVersion, Gate: ref.Gate, ID: v.ID, Vote: policy.Vote{Actor: v.Actor, Choice: v.Choice, Comment: v.Comment}}
	if err := m.check(); err != nil {
		return Receipt{}, err
	}
	receipt, err := c.update(ctx, ref, m)
	if err == nil {
		return receipt, nil
	}
	if first, ok := firstReceipt(err); ok {
		return first, nil
	}
	if ReasonOf(err) != "" {
		return Receipt{}, err
	}
	if ctx.Err() == nil && !apperr.Refused(err) { // in doubt: the vote counts once all the same
		if err = c.temporal.SignalWorkflow(ctx, ref.WorkflowID, ref.RunID, SignalVote, m); err == nil {
			return Receipt{Gate: m.Gate, ID: m.ID, Choice: m.Choice, Queued: true}, nil
		}
		if isNotFound(err) { // was the update answered late, and has ended the workflow?
			if receipt, late := c.update(ctx, ref, m); late == nil {
				return receipt, nil
			}
		}
	}
	return Receipt{}, c.explain(ctx, ref, m, err)
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

func (c *Client) update(ctx context.Context, ref Ref, m message) (Receipt, error) {
	patience := c.patience
	if end, ok := ctx.Deadline(); ok {
		patience = min(patience, time.Until(end)/2) // the other half is for the signal
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: ref.WorkflowID, RunID: ref.RunID, UpdateName: UpdateDecide,
		UpdateID:     updateID(m),
		Args:         []any{m},
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
func updateID(m message) string {
	h := sha256.New()
	for _, part := range []string{m.Gate, m.ID, m.Actor.ID} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return fmt.Sprintf("%s/%x", UpdateDecide, h.Sum(nil)[:16])
}
