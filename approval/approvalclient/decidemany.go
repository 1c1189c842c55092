package approvalclient

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// decideAtOnce is how many votes [Client.DecideMany] has on their way.
const decideAtOnce = 8

// DecideResult is what became of one vote of [Client.DecideMany].
type DecideResult struct {
	Ref     Ref
	Receipt Receipt
	// Err is nil, or what [Client.Decide] has returned, or [NotSent].
	Err error
}

// DecideMany sends the same vote to many gates, eight at a time, as
// [Client.Decide] does, and returns what became of each, in the order of the
// items. To each gate the vote goes with the round and the digest of the item,
// unless the vote has its own, and with its For.
//
// All use v.ID: a gate counts it once, however often the call is repeated. An
// empty v.ID is replaced by a random one, which the receipts tell. A gate that is
// there more than once gets the vote of its first item: items that come to the same
// have the same answer, and others are refused as [KeyReused]. When ctx ends,
// what was not sent has an error of [NotSent]; call again with the same ID for
// those. An item can be made of a Ref alone, if the policy has a single round.
func (c *Client) DecideMany(ctx context.Context, items []Item, v Vote) []DecideResult {
	if v.ID == "" {
		v.ID = rand.Text()
	}
	all, first := make([]DecideResult, len(items)), firstOf(items)
	var next atomic.Int64
	var sending sync.WaitGroup
	for range min(decideAtOnce, len(items)) {
		sending.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(items); i = int(next.Add(1)) - 1 {
				if first[i] == i {
					all[i] = c.decided(ctx, items[i], v)
				}
			}
		})
	}
	sending.Wait()
	for i, before := range first {
		switch {
		case before == i:
		case v.on(items[i]).sameTarget(v.on(items[before])):
			all[i] = all[before]
		default:
			all[i] = DecideResult{Ref: items[i].Ref, Err: reasoned(refusal(
				approval.KeyReused,
				items[i].Ref.Gate,
				"the gate is in the list twice, for another person, round or subject; only the first is sent; send the other under an ID of its own",
			))}
		}
	}
	return all
}

// firstOf returns for each item the place of the first one with the same gate.
func firstOf(items []Item) []int {
	places, first := map[Ref]int{}, make([]int, len(items))
	for i, item := range items {
		if _, ok := places[item.Ref]; !ok {
			places[item.Ref] = i
		}
		first[i] = places[item.Ref]
	}
	return first
}

// sameTarget reports whether two votes of one choice come to the same.
func (v Vote) sameTarget(w Vote) bool {
	return v.For == w.For && v.Round == w.Round && v.Digest == w.Digest
}

func (c *Client) decided(ctx context.Context, item Item, v Vote) DecideResult {
	d := DecideResult{Ref: item.Ref}
	if ctx.Err() != nil {
		d.Err = reasoned(
			refusal(approval.NotSent, item.Ref.Gate, "the vote was not sent, since the caller's context has ended; send it again with the same ID"),
		)
		return d
	}
	d.Receipt, d.Err = c.Decide(ctx, item.Ref, v.on(item))
	return d
}

// on is the vote as it goes to that gate.
func (v Vote) on(item Item) Vote {
	if v.Round == 0 {
		v.Round = item.Gate.Round
	}
	if v.Digest == "" {
		v.Digest = item.Gate.Digest
	}
	if v.For == "" {
		v.For = item.For
	}
	return v
}
