package approval

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// maxAnswer is about how many bytes the answer to a query has at most: the server
// takes 2 MB.
const maxAnswer = 512 << 10

// maxListed is about how many bytes a gate has in a list of gates.
const maxListed = 64 << 10

// status answers [QueryStatus].
func (g *Gates) status() (protocol.Status, error) {
	s := protocol.Status{Gates: []protocol.GateStatus{}, Early: len(g.early), Newer: len(g.newer)}
	s.DeadLetters.Count = g.dead.Count
	for _, letter := range g.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, signals.DeadLetter(letter))
	}
	told, room := make([]*protocol.GateStatus, len(g.order)), maxAnswer
	for _, closed := range []bool{false, true} {
		for n := range g.order {
			i := n // open gates as opened, then closed ones from the last on
			if closed {
				i = len(g.order) - 1 - n
			}
			if g.order[i].closed.IsZero() == closed || room <= 0 {
				continue
			}
			one := g.order[i].status()
			size, err := fit(&one, maxListed)
			if err != nil {
				return s, err
			}
			if room -= size; room >= 0 {
				told[i] = &one
			}
		}
	}
	for _, one := range told {
		if one != nil {
			s.Gates = append(s.Gates, *one)
		}
	}
	s.More = len(g.order) - len(s.Gates)
	return s, nil
}

// one answers [QueryGate].
func (g *Gates) one(id string) (*protocol.GateAnswer, error) {
	gate, ok := g.byID[id]
	if !ok {
		return nil, nil //nolint:nilnil // null is the answer
	}
	a := protocol.GateAnswer{GateStatus: gate.whole(), Named: gate.named()}
	_, err := fit(&a.GateStatus, maxAnswer+a.SubjectSize)
	return &a, err
}

// fit leaves out the first votes of a gate until it has at most that many bytes, and
// returns how many it has.
func fit(s *protocol.GateStatus, room int) (int, error) {
	votes := s.Votes
	s.Votes = nil
	size, err := wire.Size(s)
	for i, v := range slices.Backward(votes) {
		var n int
		if n, err = wire.Size(v); err != nil || size+n+1 > room {
			s.MoreVotes = i + 1
			break
		}
		size += n + 1
	}
	s.Votes = votes[s.MoreVotes:]
	return size, err
}

// named are the groups that matter for the gate, each once: those of the rules and
// escalations of all stages, and of the managers.
func (g *gate) named() []string {
	names := slices.Clone(g.managers.Groups)
	for _, stage := range g.tally.Policy().Stages {
		for _, r := range stage.Rules {
			names = append(names, r.From.Groups...)
		}
		for _, e := range stage.Escalations {
			names = append(names, e.To.Groups...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (g *Gates) audit(id string) (policy.Audit, error) {
	gate, ok := g.byID[id]
	if !ok {
		return policy.Audit{}, g.notOpen(id)
	}
	return gate.tally.Audit(), nil
}

func (g *Gates) receiptOf(gate, actor, id string) (*protocol.KeptReceipt, error) {
	if known, ok := g.byID[gate]; ok {
		if first, ok := known.first(protocol.Decision{Actor: actor, ID: id}); ok {
			return &first.KeptReceipt, nil
		}
	}
	return nil, nil //nolint:nilnil // null is the answer
}
