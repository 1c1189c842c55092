package policy

import (
	"slices"
	"time"
)

// An Opening is what a gate is opened with.
type Opening struct {
	// Requester is the actor who asks.
	Requester string
	// Roster says who is in which group, where that is known now. It is not
	// copied: do not change it any more.
	Roster Roster
	// Digest names what is to be approved, so that a vote on something else can
	// be refused. Empty does not tell.
	Digest string
	// At is the time, for the audit.
	At time.Time
}

// A Tally counts the votes on one gate. It is a state machine without a clock:
// what happens is told to it.
type Tally struct{ s Snapshot }

// A Cast is a vote that was counted.
type Cast struct {
	Vote // its Round is the one that it counts in

	// Person is who it counts for: the actor, or who has delegated to them.
	Person string `json:"person"`
	// Rules are those of the stage, by number, for which it may count.
	Rules []int     `json:"rules,omitempty"`
	Stage int       `json:"stage,omitempty"`
	At    time.Time `json:"at,omitzero"`
}

// NewTally returns the tally of a request, or what is wrong with the policy:
// see [Policy.Validate] and [Lint].
func NewTally(p Policy, o Opening) (*Tally, error) {
	t, err := lint(p, o)
	if err != nil {
		return nil, err
	}
	t.open(o)
	return t, nil
}

// Check reports, as a [Refusal], why the vote would not count now. It changes
// nothing.
func (t *Tally) Check(v Vote) error {
	_, err := t.cast(v)
	return err
}

// cast is the vote as it would be counted.
func (t *Tally) cast(v Vote) (Cast, error) {
	if err := v.Validate(); err != nil {
		return Cast{}, err
	}
	if err := t.current(v); err != nil {
		return Cast{}, err
	}
	c := Cast{Vote: v, Person: v.Actor.ID, Stage: t.s.Stage}
	c.Round = t.s.Round // the vote may not say
	groups := v.Actor.Groups
	if v.For != "" {
		owner, err := t.owner(v)
		if err != nil {
			return Cast{}, err
		}
		c.Person, groups = owner.From, owner.Groups
	}
	for _, id := range []string{c.Person, v.Actor.ID} {
		if err := t.barred(id); err != nil {
			return Cast{}, err
		}
	}
	for i, r := range t.stage().Rules {
		if r.From.holds(c.Person, groups, t.s.Roster) {
			c.Rules = append(c.Rules, i)
		}
	}
	if len(c.Rules) == 0 {
		return Cast{}, refuse(NotEligible, "the actor is not among those who may decide now; ask one of them: %s", t.stage().who())
	}
	if err := t.again(c); err != nil {
		return Cast{}, err
	}
	return c, t.offered(v)
}

// current refuses what is not about what is open now.
func (t *Tally) current(v Vote) error {
	switch {
	case t.s.State.IsClosed():
		return refuse(Closed, "the gate is %s; nothing more can be decided", t.s.State)
	case v.Round != 0 && v.Round != t.s.Round, v.Round == 0 && t.s.Round > 1:
		return refuse(Stale, "the vote is on round %d and the request is in round %d; look at it again and decide with round %d", v.Round, t.s.Round, t.s.Round)
	case v.Digest != "" && t.s.Digest == "":
		return refuse(Stale, "the vote is on a subject with a digest, and this one has none; look at it again, and decide without a digest")
	case v.Digest != "" && v.Digest != t.s.Digest:
		return refuse(Stale, "the vote is on another subject than the one that is to be approved; look at it again, and decide on the digest %q", t.s.Digest)
	case t.s.State == ChangesRequested:
		return refuse(Paused, "changes were requested; wait until the request is made again")
	}
	return nil
}

// offered refuses what this policy does not offer, or not in this form. It comes
// last: who may not vote need not be told how.
func (t *Tally) offered(v Vote) error {
	p := t.s.Policy
	switch {
	case v.Choice == RequestChanges && p.MaxRounds < 2:
		return refuse(NotAllowed, "the policy has a single round, so no changes can be requested; reject instead")
	case v.Edited != "" && !p.AllowEdits:
		return refuse(NotAllowed, "the policy does not let an approval change the subject; approve as it is, or reject")
	case slices.Contains(p.CommentOn, v.Choice) && v.Comment == "":
		return refuse(CommentRequired, "the choice %q needs a comment; send one", v.Choice)
	case v.Choice == Reject && len(p.RejectFor) > 0 && !slices.Contains(p.RejectFor, v.Reason):
		return refuse(CommentRequired, "a rejection needs a reason; send one of them: %s", listed(p.RejectFor))
	case t.s.Cast >= MaxVotes:
		return refuse(Full, "the gate has taken %d votes, which is the limit; make a new request", t.s.Cast)
	}
	return nil
}

func (t *Tally) barred(id string) error {
	switch {
	case id == t.s.Requester && !t.s.Policy.AllowRequester:
		return refuse(SelfApproval, "the requester cannot decide on a request of their own; ask another of those who may: %s", t.stage().who())
	case slices.Contains(t.s.Policy.Barred, id):
		return refuse(NotEligible, "the actor is barred from this decision; ask another of those who may: %s", t.stage().who())
	}
	return nil
}

// again refuses what somebody has decided already: one person, and one actor for
// whomever, has one vote.
func (t *Tally) again(c Cast) error {
	for _, old := range t.s.Votes {
		switch {
		case old.Person == c.Person && old.Choice == c.Choice && !t.edits(c.Vote):
			return refuse(AlreadyVoted, "the actor has decided %q already; nothing to do, or send another choice to change it", c.Choice)
		case old.Person == c.Person && t.s.Policy.FinalVotes:
			return refuse(AlreadyVoted, "the actor has decided %q, and the policy keeps that; nothing to do", old.Choice)
		case old.Person != c.Person && old.Actor.ID == c.Actor.ID:
			return refuse(AlreadyVoted, "the actor has decided for somebody else already, and has one vote; ask another")
		}
	}
	return nil
}
