package approval

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// maxAnswer bounds the bytes of the answer to a query, roughly: the server accepts 2 MB.
const maxAnswer = 512 << 10

// maxListed bounds the bytes of a gate in a list, roughly.
const maxListed = 64 << 10

// queries answer questions about the gates of a run. They change nothing.
type queries struct{ *Gates }

// status answers protocol.QueryStatus.
func (g queries) status() (protocol.Status, error) {
	s := protocol.Status{Gates: []protocol.GateStatus{}, Early: len(g.pendingVotes), Newer: len(g.newerVotes)}
	s.DeadLetters.Count = g.dead.Count
	for _, letter := range g.dead.Last {
		s.DeadLetters.Last = append(s.DeadLetters.Last, signals.DeadLetter(letter))
	}
	statuses, room := make([]*protocol.GateStatus, len(g.order)), maxAnswer
	for _, closed := range []bool{false, true} {
		for n := range g.order {
			i := n // open gates in the order of opening, then closed ones, the latest first
			if closed {
				i = len(g.order) - 1 - n
			}
			if g.order[i].isClosed() != closed || room <= 0 {
				continue
			}
			one := statusOf(g.order[i])
			size, err := trimVotes(&one, maxListed)
			if err != nil {
				return s, err
			}
			if room -= size; room >= 0 {
				statuses[i] = &one
			}
		}
	}
	for _, one := range statuses {
		if one != nil {
			s.Gates = append(s.Gates, *one)
		}
	}
	s.More = len(g.order) - len(s.Gates)
	return s, nil
}

// gate answers protocol.QueryGate.
func (g queries) gate(id string) (*protocol.GateAnswer, error) {
	gate, ok := g.byID[id]
	if !ok {
		return nil, nil //nolint:nilnil // null is the answer
	}
	a := protocol.GateAnswer{GateStatus: wholeStatus(gate), Named: namedGroups(gate)}
	_, err := trimVotes(&a.GateStatus, maxAnswer+a.SubjectSize)
	return &a, err
}

// trimVotes leaves out the first votes of a gate until the status has at most room bytes,
// and returns its size.
func trimVotes(s *protocol.GateStatus, room int) (int, error) {
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

// namedGroups returns the groups that the rules and escalations of all stages and the
// managers name, each once.
func namedGroups(g *gate) []string {
	names := slices.Clone(g.Managers.Groups)
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

// audit answers protocol.QueryAudit.
func (g queries) audit(id string) (policy.Audit, error) {
	gate, ok := g.byID[id]
	if !ok {
		return policy.Audit{}, g.notOpen(id)
	}
	return gate.tally.Audit(), nil
}

// receipt answers protocol.QueryReceipt.
func (g queries) receipt(gate, actor, id string) (*protocol.KeptReceipt, error) {
	if asked, ok := g.byID[gate]; ok {
		if first, ok := asked.receiptOf(protocol.Decision{Actor: actor, ID: id}); ok {
			return &first, nil
		}
	}
	return nil, nil //nolint:nilnil // null is the answer
}

// inboxOf answers protocol.QueryInbox: the gates that wait for the actor, in the order in which they were opened.
func (g queries) inboxOf(q protocol.InboxQuery) (protocol.InboxAnswer, error) {
	a, room := protocol.InboxAnswer{Gates: []protocol.InboxGate{}}, maxAnswer
	rest := g.order
	if last := g.byID[q.After]; last != nil { // else the run before had the gate: begin again
		rest = rest[g.indexOf(q.After)+1:]
	}
	for _, gate := range rest {
		found := protocol.InboxGate{}
		var ok bool
		if found.For, ok = isAwaiting(gate, q); !ok {
			continue
		}
		found.Gate = statusOf(gate)
		size, err := wire.Size(found)
		if err != nil {
			return a, err
		}
		if room -= size; len(a.Gates) > 0 && room < 0 || len(a.Gates) >= min(max(q.Limit, 1), protocol.MaxPage) {
			a.More = true
			return a, nil
		}
		a.Gates = append(a.Gates, found)
	}
	return a, nil
}

// isAwaiting reports whether the query selects the gate, and returns the person for whom
// the actor would decide, if not for themselves.
func isAwaiting(g *gate, q protocol.InboxQuery) (owner string, ok bool) {
	if g.tally.State().IsClosed() {
		return "", false
	}
	if due := g.deadlineAt(); !q.DueBefore.IsZero() && (due.IsZero() || !due.Before(q.DueBefore)) {
		return "", false
	}
	if q.All {
		return "", true
	}
	if len(q.Actor.Groups) > policy.MaxGroups {
		q.Actor.Groups = protocol.RelevantGroups(q.Actor.Groups, namedGroups(g))
	}
	return g.tally.IsWaitingFor(q.Actor)
}
