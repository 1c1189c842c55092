package tally

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Check returns a [Refusal] if the vote would not count now. It changes nothing.
func (t *view) Check(v Vote) error {
	_, err := t.evaluate(v)
	return err
}

// evaluate returns the vote as it would count now.
func (t *view) evaluate(v Vote) (policy.CountedVote, error) {
	if err := v.Validate(); err != nil {
		return policy.CountedVote{}, err
	}
	v.Actor, v.For = t.keptActor(v.Actor), t.keptName(v.For)
	if err := t.checkCurrent(v); err != nil {
		return policy.CountedVote{}, err
	}
	c := policy.CountedVote{
		Actor: v.Actor, Choice: v.Choice, Comment: v.Comment, Reason: v.Reason, For: v.For, Digest: v.Digest, Edited: v.Edited,
		Person: v.Actor.ID, Stage: t.s.Stage, Round: t.s.Round,
	}
	claims, chain := v.Actor.Groups, []string{v.Actor.ID}
	if v.For != "" {
		d, through, ok := t.path(v.For, v.Actor.ID)
		if !ok {
			return policy.CountedVote{}, refuse(ReasonNotEligible,
				"no one has delegated that decision to the actor; have it delegated first, or decide without \"for\"")
		}
		c.Person, claims, chain = d.From, d.Groups, through
	}
	for _, id := range chain {
		if err := t.checkBarred(id); err != nil {
			return policy.CountedVote{}, err
		}
	}
	may := t.mayVoteFor(c.Person, claims, chain)
	if may == 0 {
		return policy.CountedVote{}, refuse(ReasonNotEligible, "the actor is not among those who may decide now; ask one of them: %s",
			t.deciders())
	}
	c.Rules, c.Actor.Groups = may.Numbers(), t.Named(v.Actor.Groups)
	for _, check := range []func(policy.CountedVote) error{t.checkRepeat, t.checkDuplicate, t.checkAllowed} {
		if err := check(c); err != nil {
			return policy.CountedVote{}, err
		}
	}
	return c, nil
}

// mayVoteFor returns the rules that a person may vote for by a chain of actors.
func (t *view) mayVoteFor(person string, claims, chain []string) electorate.RuleSet {
	return t.electorate().Rules(person, claims) &^ t.electorate().Excepts(chain...)
}

// checkCurrent refuses a vote on anything but what is open now.
func (t *view) checkCurrent(v Vote) error {
	switch {
	case t.s.State.IsClosed():
		return refuse(ReasonClosed, "the gate is %s; nothing more can be decided", t.s.State)
	case v.Round != 0 && v.Round != t.s.Round, v.Round == 0 && t.s.Round > 1:
		return refuse(ReasonStale,
			"the vote is on round %d and the request is in round %d; look at it again and decide with round %d", v.Round, t.s.Round, t.s.Round)
	case v.Digest != "" && t.s.Digest == "":
		return refuse(ReasonStale, "the vote is on a subject with a digest, and this one has none; look at it again, and decide without a digest")
	case v.Digest != "" && v.Digest != t.s.Digest:
		return refuse(ReasonStale, "the vote is on another subject than the open one; look at it again, and decide on the digest %q", t.s.Digest)
	case t.s.State == policy.StateChangesRequested:
		return refuse(ReasonPaused, "changes were requested; wait until the request is made again")
	}
	return nil
}

// A bar says why a person may not decide.
type bar int

const (
	barRequester bar = iota + 1
	barExcluded
	barRepeat // approved an earlier stage: may reject, not approve
)

// bars returns the people who may not decide, by fold.
func (t *view) bars() map[string]bar {
	if t.barred != nil {
		return t.barred
	}
	t.barred = map[string]bar{}
	p := t.s.Policy
	for _, c := range t.s.Past {
		if c.Round == t.s.Round && c.Choice == policy.ChoiceApprove && !p.AllowRepeat {
			t.barred[names.Fold(c.Person)], t.barred[names.Fold(c.Actor.ID)] = barRepeat, barRepeat
		}
	}
	for _, id := range p.Excluded {
		t.barred[names.Fold(id)] = barExcluded
	}
	if t.s.Requester != "" && !p.AllowRequester {
		t.barred[names.Fold(t.s.Requester)] = barRequester
	}
	return t.barred
}

// checkBarred refuses the requester and excluded people.
func (t *view) checkBarred(id string) error {
	switch t.bars()[names.Fold(id)] {
	case barRequester:
		return refuse(ReasonSelfApproval, "the requester cannot decide on their own request; ask another of those who may: %s", t.deciders())
	case barExcluded:
		return refuse(ReasonNotEligible, "the policy excludes the actor from this decision; ask another of those who may: %s", t.deciders())
	}
	return nil
}

// deciders returns a short text that says who may decide now.
func (t *view) deciders() string {
	var all []string
	for _, r := range t.stage().Rules {
		for _, g := range r.From.Groups {
			all = append(all, "a member of "+g)
		}
		if len(r.From.Users) > 0 {
			all = append(all, "one of those named in the policy")
		}
	}
	slices.Sort(all)
	return abbreviate(slices.Compact(all))
}

// mayApprove reports whether nothing but the rules can keep a person from approving.
func (t *view) mayApprove(id string) bool { return t.bars()[names.Fold(id)] == 0 }

// checkRepeat refuses an approval of a person who approved an earlier stage.
func (t *view) checkRepeat(c policy.CountedVote) error {
	if c.Choice != policy.ChoiceApprove || t.edits(c.Edited) {
		return nil
	}
	for _, id := range []string{c.Person, c.Actor.ID} {
		if t.bars()[names.Fold(id)] == barRepeat {
			return refuse(ReasonAlreadyVoted,
				"the actor has approved an earlier stage, and each stage needs other people; ask another of those who may: %s", t.deciders())
		}
	}
	return nil
}

// checkDuplicate refuses a second vote of a person, and of an actor for another.
func (t *view) checkDuplicate(c policy.CountedVote) error {
	for _, old := range t.s.Votes {
		mine := names.Same(old.Person, c.Person)
		switch {
		case mine && old.Choice == c.Choice && !t.edits(c.Edited) && electorate.SetOf(c.Rules)&^electorate.SetOf(old.Rules) == 0:
			return refuse(ReasonAlreadyVoted, "the actor has decided %q already; nothing to do, or send another choice to change it", c.Choice)
		case mine && t.s.Policy.FinalVotes && (old.Choice != c.Choice || t.edits(c.Edited)):
			return refuse(ReasonAlreadyVoted, "the actor has decided %q, and the policy makes votes final; nothing to do", old.Choice)
		case !mine && names.Same(old.Actor.ID, c.Actor.ID):
			return refuse(ReasonAlreadyVoted, "the actor has decided for another person already, and has one vote; ask another actor")
		}
	}
	return nil
}

// checkAllowed refuses what the policy does not offer, or not in this form. It is the
// last check: an actor who may not vote does not learn the form.
func (t *view) checkAllowed(c policy.CountedVote) error {
	p := t.s.Policy
	switch {
	case c.Choice == policy.ChoiceRequestChanges && p.MaxRounds < 2:
		return refuse(ReasonNotAllowed, "the policy has a single round, so changes cannot be requested; reject instead")
	case c.Edited != "" && !p.AllowEdits:
		return refuse(ReasonNotAllowed, "the policy does not let an approval change the subject; approve it as it is, or reject")
	case slices.Contains(p.RequireCommentOn, c.Choice) && names.IsBlank(c.Comment):
		return refuse(ReasonCommentRequired, "the choice %q needs a comment; send one", c.Choice)
	case c.Choice == policy.ChoiceReject && len(p.RejectReasons) > 0 && !slices.Contains(p.RejectReasons, c.Reason):
		return refuse(ReasonCommentRequired, "a rejection needs a reason; send one of them: %s", abbreviate(p.RejectReasons))
	case t.replaces(c):
		return t.checkChanges(c.Actor.ID)
	case len(t.s.Past)+len(t.s.Votes) >= policy.MaxVotes:
		return refuse(ReasonFull, "the gate has %d votes, which is the limit; make a new request", policy.MaxVotes)
	}
	return nil
}
