package tally

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Apply counts the vote and returns the new state, or the [Refusal] of Check.
func (t *Tally) Apply(v Vote, at time.Time) (policy.State, error) {
	c, err := t.judge(v)
	if err != nil {
		return t.s.State, err
	}
	if t.replaces(c) {
		if err := t.countChange(c.Actor.ID); err != nil {
			return t.s.State, err
		}
	}
	c.At = at
	t.note(policy.AuditEntry{
		At: at, Kind: policy.AuditVote, Actor: c.Actor.ID, For: c.For, Choice: c.Choice,
		Note: joinNonEmpty(c.Reason, c.Comment),
	})
	t.s.Cast++
	switch {
	case c.Choice == policy.ChoiceRequestChanges && t.s.Round >= t.s.Policy.MaxRounds:
		t.record(c)
		t.close(policy.StateRejected, "no further round", at)
	case c.Choice == policy.ChoiceRequestChanges:
		t.record(c)
		t.s.State = policy.StateChangesRequested
	case t.edits(c.Edited):
		t.begin(c.Edited, at)
		again := Vote{Actor: v.Actor, Choice: c.Choice, Comment: c.Comment, For: c.For, Round: t.s.Round}
		if c, err = t.judge(again); err == nil { // otherwise others decide the first stage
			c.At = at
			t.record(c)
			t.decide(at)
		}
	default:
		t.record(c)
		t.decide(at)
	}
	return t.s.State, nil
}

// edits reports whether a vote with that digest changes the subject.
func (t *Tally) edits(digest string) bool { return digest != "" && digest != t.s.Digest }

// replaces reports whether the vote replaces others: one of the same person, or, if it
// edits the subject, all of them.
func (t *Tally) replaces(c policy.CountedVote) bool {
	return t.edits(c.Edited) || t.voteOf(c.Person) >= 0
}

// voteOf returns the index of the person's vote in this stage, or -1.
func (t *Tally) voteOf(person string) int {
	return slices.IndexFunc(t.s.Votes, func(old policy.CountedVote) bool { return names.Same(old.Person, person) })
}

// record adds a vote, or replaces the same person's earlier one. If the choice is the
// same, the earlier vote's rules still count.
func (t *Tally) record(c policy.CountedVote) {
	c.Actor.Groups = slices.Clone(c.Actor.Groups)
	if t.commentBytes()+jsonBytes(c.Comment) > maxCommentBytes {
		c.Comment = truncate(c.Comment, shortComment)
	}
	i := t.voteOf(c.Person)
	if i < 0 {
		t.s.Votes = append(t.s.Votes, c)
		return
	}
	if old := t.s.Votes[i]; old.Choice == c.Choice {
		c.Rules = (electorate.SetOf(c.Rules) | electorate.SetOf(old.Rules)&^t.electorate().All).Numbers()
	}
	t.s.Votes[i] = c
}

// commentBytes returns the size of the comments that are kept, as JSON.
func (t *Tally) commentBytes() (n int) {
	for _, c := range t.s.Votes {
		n += jsonBytes(c.Comment)
	}
	for _, c := range t.s.Past {
		n += jsonBytes(c.Comment)
	}
	return n
}

// decide closes the gate or begins the next stage if a threshold is reached. Votes
// come one at a time, so the first threshold that is reached decides.
func (t *Tally) decide(at time.Time) {
	switch {
	case t.countChoice(policy.ChoiceReject) >= t.stage().RejectThreshold:
		t.close(policy.StateRejected, "", at)
	case t.Missing() == 0:
		t.advance("", at)
	case t.s.Policy.FinalVotes && t.isUnreachable():
		t.close(policy.StateRejected, tooFew, at)
	}
}

// tooFew explains the rejection of a gate that can no longer be approved. Unless votes
// are final, that is checked only when a stage begins, because people can change their
// votes but those who approved an earlier stage cannot approve this one.
const tooFew = "too few people are left who could approve"

// advance ends a stage that has approved, or passes as explained.
func (t *Tally) advance(explanation string, at time.Time) {
	if t.s.Stage+1 == len(t.s.Policy.Stages) {
		t.close(policy.StateApproved, explanation, at)
		return
	}
	t.s.Past = append(t.s.Past, t.s.Votes...)
	t.s.Votes = nil
	t.s.Stage++
	t.rulesChanged()
	t.note(policy.AuditEntry{At: at, Kind: policy.AuditStage, Note: t.stage().Name})
	if t.isUnreachable() {
		t.close(policy.StateRejected, tooFew, at)
	}
}

func (t *Tally) close(state policy.State, explanation string, at time.Time) {
	t.s.State, t.s.Explanation = state, explanation
	t.note(policy.AuditEntry{At: at, Kind: policy.AuditKind(state), Note: explanation})
}

// Need returns the number of approvals that the stage needs, of all its rules.
func (t *Tally) Need() int { return sum(t.ahead().Need()) }

// Missing returns the number of approvals that the stage still needs. Each person
// counts for one rule, the one where it helps most.
func (t *Tally) Missing() int {
	var may []electorate.RuleSet
	for _, c := range t.s.Votes {
		if c.Choice == policy.ChoiceApprove {
			may = append(may, electorate.SetOf(c.Rules))
		}
	}
	need := t.ahead().Need()
	return sum(need) - electorate.MaxMatching(may, need)
}

func sum(all []int) (n int) {
	for _, i := range all {
		n += i
	}
	return n
}

func (t *Tally) countChoice(c policy.Choice) (n int) {
	for _, v := range t.s.Votes {
		if v.Choice == c {
			n++
		}
	}
	return n
}

// ballots returns the votes of the stage for a forecast.
func (t *Tally) ballots() []electorate.Ballot {
	all := make([]electorate.Ballot, len(t.s.Votes))
	for i, c := range t.s.Votes {
		all[i] = electorate.Ballot{
			Person: c.Person, Approves: c.Choice == policy.ChoiceApprove, Rules: electorate.SetOf(c.Rules), IsFinal: t.s.Policy.FinalVotes,
		}
	}
	return all
}

// isUnreachable reports whether the stage can no longer approve. Unless votes are
// final, only people who approved an earlier stage are lost.
func (t *Tally) isUnreachable() bool {
	_, _, short := t.ahead().IsShort(t.ballots())
	return short
}
