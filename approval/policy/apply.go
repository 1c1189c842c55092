package policy

import (
	"slices"
	"time"
)

// Apply counts the vote and returns the new state, or the [Refusal] of Check.
func (t *Tally) Apply(v Vote, at time.Time) (State, error) {
	c, err := t.cast(v)
	if err != nil {
		return t.s.State, err
	}
	if t.changes(c) {
		if err := t.spend(c.Actor.ID); err != nil {
			return t.s.State, err
		}
	}
	c.At = at
	t.note(AuditEntry{At: at, Kind: "vote", Actor: c.Actor.ID, For: c.For, Choice: c.Choice, Note: joined(c.Reason, c.Comment)})
	t.s.Cast++
	switch {
	case c.Choice == ChoiceRequestChanges && t.s.Round >= t.s.Policy.MaxRounds:
		t.record(c)
		t.close(StateRejected, "no further round", at)
	case c.Choice == ChoiceRequestChanges:
		t.record(c)
		t.s.State = StateChangesRequested
	case t.edits(c.Vote):
		t.begin(c.Edited, at)
		again := Vote{Actor: v.Actor, Choice: c.Choice, Comment: c.Comment, For: c.For, Round: t.s.Round}
		if c, err = t.cast(again); err == nil {
			c.At = at // else the first stage is others' to decide
			t.record(c)
			t.decide(at)
		}
	default:
		t.record(c)
		t.decide(at)
	}
	return t.s.State, nil
}

// edits reports whether the vote wants another subject than there is.
func (t *Tally) edits(v Vote) bool { return v.Edited != "" && v.Edited != t.s.Digest }

// record puts a vote in the place of the same person's earlier one. What that
// counted for stays, if the choice is the same.
func (t *Tally) record(c CountedVote) {
	c.Actor.Groups = slices.Clone(c.Actor.Groups)
	if t.comments()+size(c.Comment) > maxComments {
		c.Comment = cut(c.Comment, shortComment)
	}
	i := t.earlier(c.Person)
	if i < 0 {
		t.s.Votes = append(t.s.Votes, c)
		return
	}
	if old := t.s.Votes[i]; old.Choice == c.Choice {
		c.Rules = (ruleSetOf(c.Rules) | ruleSetOf(old.Rules)&^t.electorate().all).numbers()
	}
	t.s.Votes[i] = c
}

// comments is how many bytes the comments that are kept take as JSON.
func (t *Tally) comments() (n int) {
	for _, c := range t.s.Votes {
		n += size(c.Comment)
	}
	for _, c := range t.s.Past {
		n += size(c.Comment)
	}
	return n
}
