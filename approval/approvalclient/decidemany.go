package approvalclient

import (
	"context"
	"crypto/rand"
	"sync"
	"sync/atomic"

	"github.com/temporal-patterns/temporal-patterns/approval"
)

// parallelVotes bounds the votes that DecideMany has on their way.
const parallelVotes = 8

// A Target is a gate to decide on with [Client.DecideMany], as the actor has seen it.
type Target struct {
	Ref  Ref
	Gate string
	// Round and Digest are those of its [GateStatus]. They may be zero in the first round
	// only.
	Round  int
	Digest string
	// For is the actor for whom this one decides, by delegation.
	For string
}

// A DecideResult is the result for one target of [Client.DecideMany].
type DecideResult struct {
	Target  Target
	Receipt Receipt
	// Err is nil, an error of [Client.Decide], or [ReasonNotSent].
	Err error
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

// firstOf returns for each target the index of the first one with the same gate.
func firstOf(targets []Target) []int {
	index, first := map[address]int{}, make([]int, len(targets))
	for i, t := range targets {
		a := address{t.Ref, t.Gate}
		if _, ok := index[a]; !ok {
			index[a] = i
		}
		first[i] = index[a]
	}
	return first
}

// sameTarget reports whether two votes of one choice come to the same.
func (v Vote) sameTarget(w Vote) bool {
	return v.For == w.For && v.Round == w.Round && v.Digest == w.Digest
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

// on returns the vote as it goes to that target.
func (v Vote) on(t Target) Vote {
	if v.Round == 0 {
		v.Round = t.Round
	}
	if v.Digest == "" {
		v.Digest = t.Digest
	}
	if v.For == "" {
		v.For = t.For
	}
	return v
}
