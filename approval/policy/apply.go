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
	c.At = at
	t.note(Entry{At: at, Kind: "vote", Actor: v.Actor.ID, For: v.For, Choice: v.Choice, Note: joined(v.Reason, v.Comment)})
	switch {
	case v.Choice == RequestChanges && t.s.Round >= t.s.Policy.MaxRounds:
		t.record(c)
		t.close(Rejected, "no further round", at)
	case v.Choice == RequestChanges:
		t.record(c)
		t.s.State = ChangesRequested
	case t.edits(v):
		t.begin(v.Edited, at)
		if c, err = t.cast(Vote{Actor: v.Actor, Choice: v.Choice, Comment: v.Comment, For: v.For, Round: t.s.Round}); err == nil {
			c.At = at // else the first stage is others' to decide
			t.record(c)
			t.decide(at)
		}
	default:
		t.record(c)
		t.decide(at)
	}
	t.s.Cast++ // last: an edit is cast a second time above, and is one vote
	return t.s.State, nil
}

// edits reports whether the vote wants another subject than there is.
func (t *Tally) edits(v Vote) bool { return v.Edited != "" && v.Edited != t.s.Digest }

// record puts a vote in the place of the same person's earlier one.
func (t *Tally) record(c Cast) {
	c.Actor.Groups = slices.Clone(c.Actor.Groups)
	if i := slices.IndexFunc(t.s.Votes, func(old Cast) bool { return old.Person == c.Person }); i >= 0 {
		t.s.Votes[i] = c
		return
	}
	t.s.Votes = append(t.s.Votes, c)
}
