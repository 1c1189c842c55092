package approvalclient

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"time"

	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// DefaultUpdateTimeout is how long [Client.Decide] waits for a worker's answer
// before it queues the vote.
const DefaultUpdateTimeout = 3 * time.Second

// Options tunes [New]. The zero value is ready to use.
type Options struct {
	// Patience is how long Decide waits for a worker to answer before it
	// sends the vote as a signal. Zero or less means [DefaultUpdateTimeout].
	UpdateTimeout time.Duration
	// Key signs what is sent, for workers that have Options.Keys. Namespace must
	// be that of the client then.
	Key *approval.Key
	// Namespace is the namespace of the workflows; it is signed.
	Namespace string
	// GoodFor is how long a signature is good. Zero is a day: a vote that is
	// queued is looked at when a worker is back.
	SignatureTTL time.Duration
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
	options  Options
}

// New returns a client that works through c. It fails without c, with a
// key that cannot sign, and with a key without the namespace that it signs.
func New(c client.Client, o Options) (*Client, error) {
	switch {
	case isNil(c):
		return nil, errors.New("approval: there is no Temporal client; give NewClient the one of client.Dial")
	case o.Key != nil && o.Namespace == "":
		return nil, fmt.Errorf(
			"approval: key %q signs votes without a namespace, which no worker accepts; set ClientOptions.Namespace to that of the client",
			o.Key.ID(),
		)
	}
	if o.Key != nil {
		if _, err := o.Key.Sign("approval.NewClient", nil); err != nil {
			return nil, fmt.Errorf(
				"approval: key %q of the client does not sign; give one of NewHMACKey or NewSigningKey: %w",
				o.Key.ID(),
				err,
			)
		}
	}
	if o.UpdateTimeout <= 0 {
		o.UpdateTimeout = DefaultUpdateTimeout
	}
	if o.SignatureTTL <= 0 {
		o.SignatureTTL = goodFor
	}
	return &Client{temporal: c, patience: o.UpdateTimeout, options: o}, nil
}

// check refuses a client that NewClient has not made.
func (c *Client) check() error {
	if c == nil || c.temporal == nil {
		return refusal(approval.InvalidRequest, "", "the client was not made by NewClient, so it has no server; make it there")
	}
	return nil
}

// isNil reports whether c is nil, or an interface that holds a nil pointer.
func isNil(c client.Client) bool {
	if c == nil {
		return true
	}
	v := reflect.ValueOf(c)
	return v.Kind() == reflect.Pointer && v.IsNil()
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
	if err := c.check(); err != nil {
		return Receipt{}, err
	}
	if err := ref.check(); err != nil {
		return Receipt{}, err
	}
	if v.ID == "" {
		v.ID = rand.Text()
	}
	var err error
	if v.Actor, err = c.claims(ctx, ref, v.Actor); err != nil {
		return Receipt{}, err
	}
	m, err := v.encode(ref.Gate)
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
	id := updateID(protocol.UpdateDecide, m.Gate, m.Decision(), m.Content())
	receipt, err := c.update(ctx, ref, protocol.UpdateDecide, id, sent)
	if err == nil {
		return receipt, nil
	}
	if first, ok := protocol.FirstReceipt(err); ok {
		return Receipt(first), nil
	}
	if approval.ReasonOf(err) != "" {
		return Receipt{}, err
	}
	if ctx.Err() == nil && queueable(err) { // in doubt: the vote counts once all the same
		if err = c.temporal.SignalWorkflow(ctx, ref.WorkflowID, ref.RunID, protocol.SignalVote, sent); err == nil {
			return Receipt{Gate: m.Gate, ID: m.ID, Choice: m.Choice, Queued: true}, nil
		}
		if isNotFound(err) { // was the update answered late, and has ended the workflow?
			if receipt, late := c.update(ctx, ref, protocol.UpdateDecide, id, sent); late == nil {
				return receipt, nil
			}
		}
	}
	err = c.explain(ctx, ref, protocol.UpdateDecide, m.ID, err)
	if approval.ReasonOf(err) == approval.Closed {
		return c.afterwards(ctx, ref, m, err)
	}
	return Receipt{}, err
}
