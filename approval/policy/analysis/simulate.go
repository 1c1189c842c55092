package analysis

import (
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Options says who there is, and what has happened. The zero value simulates a request
// of an unknown requester that no one has decided on.
type Options struct {
	// Requester holds the ID of the actor who makes the request.
	Requester string
	// GroupMembers holds the members of groups, as far as known.
	GroupMembers policy.GroupMembers
	// People lists, with the groups that they claim, everyone beside the users whom
	// the policy names and GroupMembers. Their Auth is ignored. Without People, each
	// group of unknown members has as many as are needed, who are in no other group.
	People []policy.Actor
	// Waited says how long each stage has waited when people vote. Escalations that are
	// due by then have taken place.
	Waited time.Duration
	// Votes lists what is cast, in this order.
	Votes []Vote
}

// A Vote is a decision of one of the people.
type Vote struct {
	Actor  string        `json:"actor"` // an ID
	Choice policy.Choice `json:"choice"`
}

// A Result says how a gate stands after the votes.
type Result struct {
	State policy.State `json:"state"`
	// Explanation says why, if votes do not explain it.
	Explanation string `json:"explanation,omitempty"`
	// Stage numbers, from 0, the stage that waits or was the last one.
	Stage int `json:"stage"`
	// Votes says for each vote what it has done.
	Votes []Counted `json:"votes,omitempty"`
	// People says for each known person who matters in this stage whether an approval
	// would count now. It is empty if the gate is not open.
	People []Person `json:"people,omitempty"`
	// Teams lists the smallest groups of people whose approvals would approve the request
	// from here on. It is empty if the gate is not open, and if no group suffices.
	Teams []Team `json:"teams,omitempty"`
	// IsPartial means that there are more teams than a simulation looks for. Teams are
	// then some of them.
	IsPartial bool `json:"partial,omitempty"`
}

// Counted says what a vote has done.
type Counted struct {
	Vote

	// Refused says why the vote does not count; empty if it counts.
	Refused string `json:"refused,omitempty"`
	// State and Stage are those after the vote.
	State policy.State `json:"state"`
	Stage int          `json:"stage"`
}

// A Person is an actor and what an approval of theirs would do.
type Person struct {
	ID string `json:"id"`
	// MayApprove reports whether an approval would count now, and CountsFor has the
	// rules of the stage that it could count for.
	MayApprove bool     `json:"mayApprove"`
	CountsFor  []string `json:"countsFor,omitempty"`
	// Why says why an approval would not count.
	Why string `json:"why,omitempty"`
}

// Simulate opens a gate with the policy, casts the votes, and says what is needed from
// there on. The error says what is wrong with the policy, as [policy.Lint] does. Votes
// that do not count are no error.
func Simulate(p policy.Policy, o Options) (Result, error) {
	gate, err := tally.New(p, tally.Options{Requester: o.Requester, GroupMembers: o.GroupMembers})
	if err != nil {
		return Result{}, err
	}
	s := &simulation{gate: gate, o: o, claims: map[string][]string{}}
	for _, a := range o.People {
		s.claims[s.spelled(a.ID)] = a.Groups
	}
	var r Result
	s.escalate()
	for _, v := range o.Votes {
		r.Votes = append(r.Votes, s.cast(v))
		s.escalate()
	}
	r.State, r.Explanation, r.Stage = gate.State(), gate.Explanation(), gate.Stage()
	if r.State == policy.StateOpen {
		all := s.universe()
		r.People = s.people(all)
		r.Teams, r.IsPartial = s.problem(all).teams()
	}
	return r, nil
}
