package approval

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"time"

	"go.temporal.io/sdk/client"

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
	// Key signs what is sent, for workers that have Options.Keys. Namespace must
	// be that of the client then.
	Key *Key
	// Namespace is the namespace of the workflows; it is signed.
	Namespace string
	// GoodFor is how long a signature is good. Zero is a day: a vote that is
	// queued is looked at when a worker is back.
	GoodFor time.Duration
}

const (
	goodFor = 24 * time.Hour
	// firstPause is how long to wait before a gate that is not open is asked
	// again, then twice that, and so on to lastPause.
	firstPause = 50 * time.Millisecond
	lastPause  = 400 * time.Millisecond
)

// A Client decides on gates from outside workflow code: in handlers, programs
// and activities. It is safe for concurrent use.
type Client struct {
	temporal client.Client
	patience time.Duration
	options  ClientOptions
}

// NewClient returns a client that works through c.
func NewClient(c client.Client, o ClientOptions) *Client {
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if o.GoodFor <= 0 {
		o.GoodFor = goodFor
	}
	return &Client{temporal: c, patience: o.Patience, options: o}
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
// no refusal leaves the outcome unknown: call Decide again with the same ID. A run
// that has ended since is asked for the receipt, for which a worker must run.
//
// A vote on a gate that is [NotOpen] is sent again for most of a second, within
// that patience: right after its start, a workflow may not have come to it.
func (c *Client) Decide(ctx context.Context, ref Ref, v Vote) (Receipt, error) {
	receipt, err := c.decide(ctx, ref, v)
	return receipt, reasoned(err)
}

func (c *Client) decide(ctx context.Context, ref Ref, v Vote) (Receipt, error) {
	if v.ID == "" {
		v.ID = rand.Text()
	}
	m, err := v.message(ref.Gate)
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
	receipt, err := c.update(ctx, ref, UpdateDecide, m.decision(), sent)
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
		if err = c.temporal.SignalWorkflow(ctx, ref.WorkflowID, ref.RunID, SignalVote, sent); err == nil {
			return Receipt{Gate: m.Gate, ID: m.ID, Choice: m.Choice, Queued: true}, nil
		}
		if isNotFound(err) { // was the update answered late, and has ended the workflow?
			if receipt, late := c.update(ctx, ref, UpdateDecide, m.decision(), sent); late == nil {
				return receipt, nil
			}
		}
	}
	err = c.explain(ctx, ref, UpdateDecide, m.ID, err)
	if ReasonOf(err) == Closed {
		return c.afterwards(ctx, ref, m, err)
	}
	return Receipt{}, err
}

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
func (c *Client) sign(ctx context.Context, ref Ref, m provable) (string, error) {
	if c.options.Key == nil {
		return "", nil
	}
	if _, err := c.options.Key.over(nil); err != nil {
		return "", err // it is a key that verifies only
	}
	at, err := c.place(ctx, ref)
	if err != nil {
		return "", err
	}
	//nolint:forbidigo // outside workflow code, the time of signing is the time of the signer
	return c.options.Key.sign(m.statement(at), time.Now().Add(c.options.GoodFor))
}
