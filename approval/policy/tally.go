package policy

import (
	"slices"
	"time"
)

// An Opening is what a gate is opened with.
type TallyOptions struct {
	// Requester is the actor who asks.
	Requester string
	// GroupMembers says who is in which group, where that is known now, in at most
	// [MaxNames] names. It is not copied: do not change it any more.
	GroupMembers GroupMembers
	// Managers are who may change the request. A tally only looks whether their
	// names are names.
	Managers Selector
	// Digest names what is to be approved, so that a vote on something else can
	// be refused. Empty does not tell.
	Digest string
	// At is the time, for the audit.
	At time.Time
}

// A Tally counts the votes on one gate. It is a state machine without a clock:
// what happens is told to it.
type Tally struct {
	s Snapshot

	// What was looked up; see turn.
	who   *electorate
	ahead *horizon
	out   map[string]bar
}

// A Cast is a vote that was counted.
type CountedVote struct {
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
func NewTally(p Policy, o TallyOptions) (*Tally, error) {
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
func (t *Tally) cast(v Vote) (CountedVote, error) {
	if err := v.Validate(); err != nil {
		return CountedVote{}, err
	}
	v.Actor, v.For = t.spelledActor(v.Actor), t.spelled(v.For)
	if err := t.current(v); err != nil {
		return CountedVote{}, err
	}
	c := CountedVote{Vote: v, Person: v.Actor.ID, Stage: t.s.Stage}
	c.Round = t.s.Round // the vote may not say
	claims, chain := v.Actor.Groups, []string{v.Actor.ID}
	if v.For != "" {
		owner, through, err := t.owner(v)
		if err != nil {
			return CountedVote{}, err
		}
		c.Person, claims, chain = owner.From, owner.Groups, through
	}
	for _, id := range chain {
		if err := t.barred(id); err != nil {
			return CountedVote{}, err
		}
	}
	rules := t.electorate().rules(c.Person, claims) &^ t.electorate().excepts(chain...)
	if rules == 0 {
		return CountedVote{}, refuse(ReasonNotEligible, "the actor is not among those who may decide now; ask one of them: %s", t.stage().who())
	}
	c.Rules, c.Actor.Groups = rules.numbers(), t.Named(v.Actor.Groups)
	if err := t.hasApproved(c); err != nil {
		return CountedVote{}, err
	}
	if err := t.again(c); err != nil {
		return CountedVote{}, err
	}
	return c, t.offered(c)
}

// current refuses what is not about what is open now.
func (t *Tally) current(v Vote) error {
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; nothing more can be decided", t.s.State)
	case v.Round != 0 && v.Round != t.s.Round, v.Round == 0 && t.s.Round > 1:
		return refuse(ReasonStale,
			"the vote is on round %d and the request is in round %d; look at it again and decide with round %d", v.Round, t.s.Round, t.s.Round)
	case v.Digest != "" && t.s.Digest == "":
		return refuse(ReasonStale, "the vote is on a subject with a digest, and this one has none; look at it again, and decide without a digest")
	case v.Digest != "" && v.Digest != t.s.Digest:
		return refuse(ReasonStale,
			"the vote is on another subject than the one that is to be approved; look at it again, and decide on the digest %q", t.s.Digest)
	case t.s.State == StateChangesRequested:
		return refuse(ReasonPaused, "changes were requested; wait until the request is made again")
	}
	return nil
}

// offered refuses what this policy does not offer, or not in this form. It comes
// last: who may not vote need not be told how.
func (t *Tally) offered(c CountedVote) error {
	p := t.s.Policy
	switch {
	case c.Choice == ChoiceRequestChanges && p.MaxRounds < 2:
		return refuse(ReasonNotAllowed, "the policy has a single round, so no changes can be requested; reject instead")
	case c.Edited != "" && !p.AllowEdits:
		return refuse(ReasonNotAllowed, "the policy does not let an approval change the subject; approve as it is, or reject")
	case slices.Contains(p.RequireCommentOn, c.Choice) && isBlank(c.Comment):
		return refuse(ReasonCommentRequired, "the choice %q needs a comment; send one", c.Choice)
	case c.Choice == ChoiceReject && len(p.RejectReasons) > 0 && !slices.Contains(p.RejectReasons, c.Reason):
		return refuse(ReasonCommentRequired, "a rejection needs a reason; send one of them: %s", listed(p.RejectReasons))
	case t.changes(c):
		return t.maySpend(c.Actor.ID)
	case len(t.s.Past)+len(t.s.Votes) >= MaxVotes:
		return refuse(ReasonFull, "the gate has the votes of %d people, which is the limit; make a new request", MaxVotes)
	}
	return nil
}

// changes reports whether the vote takes the place of others: of one of the same
// person, or, when it edits the subject, of all.
func (t *Tally) changes(c CountedVote) bool { return t.edits(c.Vote) || t.earlier(c.Person) >= 0 }

// earlier is the number of the person's vote in this stage, or below 0.
func (t *Tally) earlier(person string) int {
	return slices.IndexFunc(t.s.Votes, func(old CountedVote) bool { return same(old.Person, person) })
}

// again refuses what was decided already: one person, and one actor for
// any other, has one vote.
func (t *Tally) again(c CountedVote) error {
	for _, old := range t.s.Votes {
		mine := same(old.Person, c.Person)
		switch {
		case mine && old.Choice == c.Choice && !t.edits(c.Vote) && ruleSetOf(c.Rules)&^ruleSetOf(old.Rules) == 0:
			return refuse(ReasonAlreadyVoted, "the actor has decided %q already; nothing to do, or send another choice to change it", c.Choice)
		case mine && t.s.Policy.FinalVotes && (old.Choice != c.Choice || t.edits(c.Vote)):
			return refuse(ReasonAlreadyVoted, "the actor has decided %q, and the policy keeps that; nothing to do", old.Choice)
		case !mine && same(old.Actor.ID, c.Actor.ID):
			return refuse(ReasonAlreadyVoted, "the actor has decided for another already, and has one vote; ask another")
		}
	}
	return nil
}
