package approvalclient

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Decide sends a vote on a gate and returns its receipt. A refusal is an error with a
// reason: see [ReasonOf]. An empty v.ID is replaced by a random one, which the receipt
// has; set your own when you may send the same decision again.
//
// The vote goes out as an update, which a worker answers at once. When no worker answers
// within Options.UpdateTimeout, or half of the time that ctx has left, the same vote goes
// out as a signal, which is durable without a worker, and the receipt says Queued. If both
// arrive, the vote counts once. An error without a reason leaves the outcome unknown: call
// Decide again with the same ID. If the run has ended since, Decide asks it for the
// receipt, for which a worker must run.
//
// Decide repeats a vote that is refused as approval.ReasonNotOpen for most of a second,
// within that timeout: a workflow that has just started may not have opened the gate yet.
func (c *Client) Decide(ctx context.Context, ref Ref, gate string, v Vote) (Receipt, error) {
	receipt, err := c.decide(ctx, address{ref, gate}, v)
	return receipt, restore(err)
}

func (c *Client) decide(ctx context.Context, a address, v Vote) (Receipt, error) {
	m, err := c.prepare(ctx, a, protocol.UpdateDecide, &v.ID, &v.Actor, func() (sendable, error) { return v.encode(a.Gate) })
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := c.update(ctx, a, m)
	if err == nil || isRefusal(err) {
		return receipt, err
	}
	if ctx.Err() == nil && queueable(err) { // in doubt: the vote counts once in any case
		if err = c.temporal.SignalWorkflow(ctx, a.WorkflowID, a.RunID, protocol.SignalVote, m.payload); err == nil {
			return Receipt{Gate: a.Gate, ID: v.ID, Choice: v.Choice, Queued: true}, nil
		}
		if isNotFound(err) { // was the update answered late, and has ended the workflow?
			if receipt, late := c.update(ctx, a, m); late == nil {
				return receipt, nil
			}
		}
	}
	err = c.explain(ctx, a, m, err)
	if reasonOf(err) == approval.ReasonClosed {
		return c.receiptAfterEnd(ctx, a, m, err)
	}
	return Receipt{}, err
}

// Change changes a gate and returns the receipt. A refusal is an error with a reason: see
// [ReasonOf]. An empty ch.ID is replaced by a random one, which the receipt has; set your
// own when you may send the same change again.
//
// The change goes out as an update and needs a worker: unlike a vote it is not queued. An
// error without a reason leaves the outcome unknown: call Change again with the same ID.
func (c *Client) Change(ctx context.Context, ref Ref, gate string, ch Change) (Receipt, error) {
	receipt, err := c.change(ctx, address{ref, gate}, ch)
	return receipt, restore(err)
}

func (c *Client) change(ctx context.Context, a address, ch Change) (Receipt, error) {
	m, err := c.prepare(ctx, a, protocol.UpdateChange, &ch.ID, &ch.Actor, func() (sendable, error) { return ch.encode(a.Gate) })
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := c.update(ctx, a, m)
	if err == nil || isRefusal(err) {
		return receipt, err
	}
	return Receipt{}, c.explain(ctx, a, m, err)
}

// prepare completes a vote or a change, checks it and signs it.
func (c *Client) prepare(
	ctx context.Context, a address, update string, id *string, actor *policy.Actor, encode func() (sendable, error),
) (message, error) {
	if err := c.check(); err != nil {
		return message{}, err
	}
	if err := a.check(); err != nil {
		return message{}, err
	}
	if *id == "" {
		*id = rand.Text()
	}
	var err error
	if *actor, err = c.reduceGroups(ctx, a, *actor); err != nil {
		return message{}, err
	}
	s, err := encode()
	if err != nil {
		return message{}, err
	}
	proof, err := c.sign(ctx, a, s)
	if err != nil {
		return message{}, err
	}
	payload, err := s.Encode(proof)
	return message{update: update, decision: s.Decision(), content: s.Content(), payload: payload}, err
}

// DecideMany sends the same vote to many gates, eight at a time, as [Client.Decide] does,
// and returns the results in the order of the targets. Round, Digest and For of a target
// take the place of those of the vote, unless the vote has its own.
//
// All use v.ID: a gate counts it once, however often you repeat the call. An empty v.ID is
// replaced by a random one, which the receipts have. A gate that is listed twice gets the
// vote of its first target: a target that comes to the same has the same result, and any
// other is refused as approval.ReasonKeyReused. When ctx ends, targets that were not sent
// have the error [ReasonNotSent]; call again with the same ID for those.
func (c *Client) DecideMany(ctx context.Context, targets []Target, v Vote) []DecideResult {
	if v.ID == "" {
		v.ID = rand.Text()
	}
	results, first := make([]DecideResult, len(targets)), firstOf(targets)
	var next atomic.Int64
	var sending sync.WaitGroup
	for range min(parallelVotes, len(targets)) {
		sending.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(targets); i = int(next.Add(1)) - 1 {
				if first[i] == i {
					results[i] = c.decideOne(ctx, targets[i], v)
				}
			}
		})
	}
	sending.Wait()
	for i, before := range first {
		if before == i {
			continue
		}
		results[i] = results[before]
		results[i].Target = targets[i]
		if !v.on(targets[i]).sameTarget(v.on(targets[before])) {
			results[i] = DecideResult{Target: targets[i], Err: restore(refusal(
				approval.ReasonKeyReused,
				targets[i].Gate,
				"the gate is in the list twice, for another person, round or subject; only the first is sent; send the other under an ID of its own",
			))}
		}
	}
	return results
}

func (c *Client) decideOne(ctx context.Context, t Target, v Vote) DecideResult {
	r := DecideResult{Target: t}
	if ctx.Err() != nil {
		r.Err = restore(
			refusal(ReasonNotSent, t.Gate, "the vote was not sent, since the caller's context has ended; send it again with the same ID"),
		)
		return r
	}
	r.Receipt, r.Err = c.Decide(ctx, t.Ref, t.Gate, v.on(t))
	return r
}
