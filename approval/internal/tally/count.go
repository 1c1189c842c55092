package tally

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Apply counts the vote and returns the new state, or the [Refusal] of Check.
func (t *Tally) Apply(v Vote, at time.Time) (policy.State, error) {
	c, err := t.evaluate(v)
	if err != nil {
		return t.s.State, err
	}
	if t.replaces(c) {
		if err := t.countChange(c.Actor.ID); err != nil {
			return t.s.State, err
		}
	}
	c.At = at
	t.appendEntry(policy.AuditEntry{
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
		t.beginRound(c.Edited, at)
		again := Vote{Actor: v.Actor, Choice: c.Choice, Comment: c.Comment, For: c.For, Round: t.s.Round}
		if c, err = t.evaluate(again); err == nil { // otherwise others decide the first stage
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
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditStage, Note: t.stage().Name})
	if t.isUnreachable() {
		t.close(policy.StateRejected, tooFew, at)
	}
}

func (t *Tally) close(state policy.State, explanation string, at time.Time) {
	t.s.State, t.s.Explanation = state, explanation
	t.appendEntry(policy.AuditEntry{At: at, Kind: policy.AuditKind(state), Note: explanation})
}

// countChange counts a change of an actor, or refuses it: without a limit one actor
// could fill the gate and its audit.
func (t *Tally) countChange(actor string) error {
	if err := t.checkChanges(actor); err != nil {
		return err
	}
	if i := t.changesOf(actor); i >= 0 {
		t.s.Spent[i].Changes++
		return nil
	}
	t.s.Spent = append(t.s.Spent, Spent{Actor: actor, Changes: 1})
	return nil
}
