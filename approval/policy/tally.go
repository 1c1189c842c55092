package policy

import (
	"fmt"
	"slices"
)

// A State is where a gate stands by its votes.
type State string

// The states. A tally that is not Open never changes again.
const (
	Open     State = "open"
	Approved State = "approved"
	Rejected State = "rejected"
)

// A Reason is why a vote is refused, in one word for programs.
type Reason string

// The reasons of a [Refusal].
const (
	Malformed    Reason = "Malformed"
	TooLarge     Reason = "TooLarge"
	Closed       Reason = "Closed"
	SelfApproval Reason = "SelfApproval"
	NotEligible  Reason = "NotEligible"
	AlreadyVoted Reason = "AlreadyVoted"
)

// A Refusal says why a vote does not count, and what to do.
type Refusal struct {
	Reason Reason
	Text   string
}

func (r *Refusal) Error() string { return r.Text }

func refuse(reason Reason, format string, args ...any) error {
	return &Refusal{Reason: reason, Text: fmt.Sprintf(format, args...)}
}

// A Tally counts the votes on one gate.
type Tally struct {
	policy    Policy
	requester string
	state     State
	votes     []Vote // the latest of each actor, in order of their first vote
}

// NewTally returns the empty tally of a request by requester, or what is
// wrong with the policy.
func NewTally(p Policy, requester string) (*Tally, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return &Tally{policy: p.normalized(), requester: requester, state: Open}, nil
}

// Check reports, as a [Refusal], why the vote would not count now. It changes
// nothing.
func (t *Tally) Check(v Vote) error {
	if err := v.Validate(); err != nil {
		return err
	}
	switch i := t.find(v.Actor.ID); {
	case t.state != Open:
		return refuse(Closed, "the gate is %s; nothing more can be decided", t.state)
	case v.Actor.ID == t.requester && !t.policy.AllowRequester:
		return refuse(SelfApproval, "the requester cannot decide on a request of their own; ask another member of %q", t.policy.Group)
	case !slices.Contains(v.Actor.Groups, t.policy.Group):
		return refuse(NotEligible, "the actor is not in group %q; ask a member to decide", t.policy.Group)
	case i >= 0 && t.votes[i].Choice == v.Choice:
		return refuse(AlreadyVoted, "the actor has decided %q already; nothing to do, or send another choice to change it", v.Choice)
	}
	return nil
}

// Apply counts the vote and returns the new state, or the [Refusal] of Check.
func (t *Tally) Apply(v Vote) (State, error) {
	if err := t.Check(v); err != nil {
		return t.state, err
	}
	if i := t.find(v.Actor.ID); i >= 0 {
		t.votes[i] = v
	} else {
		t.votes = append(t.votes, v)
	}
	switch {
	case t.count(Reject) >= t.policy.Veto:
		t.state = Rejected
	case t.count(Approve) >= t.policy.Need:
		t.state = Approved
	}
	return t.state, nil
}

// Policy is the policy with its defaults filled in.
func (t *Tally) Policy() Policy { return t.policy }

// State is where the gate stands.
func (t *Tally) State() State { return t.state }

// Approvals is how many approvals count now.
func (t *Tally) Approvals() int { return t.count(Approve) }

// Votes are the votes that count now: the latest of each actor, in the order
// in which the actors first voted.
func (t *Tally) Votes() []Vote { return slices.Clone(t.votes) }

func (t *Tally) find(actor string) int {
	return slices.IndexFunc(t.votes, func(v Vote) bool { return v.Actor.ID == actor })
}

func (t *Tally) count(c Choice) int {
	n := 0
	for _, v := range t.votes {
		if v.Choice == c {
			n++
		}
	}
	return n
}
