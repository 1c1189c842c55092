package policy

import (
	"fmt"
	"slices"
)

// snapshotVersion is the version of a snapshot's JSON form.
const snapshotVersion = 1

// A Snapshot is all that a [Tally] knows, as data: it travels as JSON into the
// next run of a workflow.
type Snapshot struct {
	V           int           `json:"v"`
	Policy      Policy        `json:"policy"`
	Requester   string        `json:"requester,omitempty"`
	Roster      GroupMembers  `json:"roster,omitempty"`
	State       State         `json:"state"`
	Why         string        `json:"why,omitempty"`
	Round       int           `json:"round"`
	Stage       int           `json:"stage"`
	Digest      string        `json:"digest,omitempty"`
	Cast        int           `json:"cast"` // votes that were counted, also those that others have replaced
	Votes       []CountedVote `json:"votes,omitempty"`
	Past        []CountedVote `json:"past,omitempty"`
	Delegations []Delegation  `json:"delegations,omitempty"`
	Spent       []Spent       `json:"spent,omitempty"`
	Audit       Audit         `json:"audit"`
}

// Spent is how many of [MaxChanges] an actor has made.
type Spent struct {
	Actor   string `json:"actor"`
	Changes int    `json:"changes"`
}

// Snapshot returns all that t knows. It shares nothing that changes with t.
func (t *Tally) Snapshot() Snapshot {
	s := t.Clone().s
	s.Audit = s.Audit.sealed()
	return s
}

// Clone returns a tally to try things on: what happens to one of the two does not
// happen to the other. It costs less than [Restore] of a [Tally.Snapshot].
func (t *Tally) Clone() *Tally {
	c := *t
	c.s.Policy = c.s.Policy.normalized()
	c.s.Votes, c.s.Past = copied(c.s.Votes), copied(c.s.Past)
	c.s.Delegations, c.s.Spent = slices.Clone(c.s.Delegations), slices.Clone(c.s.Spent)
	c.s.Audit.Entries = slices.Clone(c.s.Audit.Entries)
	c.turn()
	return &c
}

// copied shares nothing with casts.
func copied(casts []CountedVote) []CountedVote {
	casts = slices.Clone(casts)
	for i, c := range casts {
		casts[i].Rules, casts[i].Actor.Groups = slices.Clone(c.Rules), slices.Clone(c.Actor.Groups)
	}
	return casts
}

// Restore returns the tally of a snapshot, or what is wrong with it.
func Restore(s Snapshot) (*Tally, error) {
	switch {
	case s.V > snapshotVersion:
		return nil, fmt.Errorf("policy: the snapshot has version %d, and up to %d is known; upgrade the workers", s.V, snapshotVersion)
	case s.V < 1:
		return nil, fmt.Errorf("policy: the snapshot has no version; take one with Tally.Snapshot")
	}
	c := &complaints{}
	s.Policy.validate(c)
	c.label("the requester", s.Requester)
	s.Roster.validate(c)
	if err := c.err(); err != nil {
		return nil, err
	}
	if err := s.Audit.Verify(); err != nil {
		return nil, err
	}
	if problem := s.problem(); problem != "" {
		return nil, fmt.Errorf("policy: the snapshot %s; take one with Tally.Snapshot", problem)
	}
	return (&Tally{s: s}).Clone(), nil
}

// problem is why no tally can be in this state. Nothing here may be left to
// chance: snapshots come from outside.
func (s Snapshot) problem() string {
	n := len(s.Policy.Stages)
	switch {
	case !slices.Contains([]State{StateOpen, StateChangesRequested, StateApproved, StateRejected, StateExpired, StateWithdrawn, StateCanceled}, s.State):
		return fmt.Sprintf("is in a state of %d bytes that is unknown", len(s.State))
	case s.Stage < 0 || s.Stage >= max(n, 1) || n == 0 && s.Policy.AutoApprove == "":
		return fmt.Sprintf("is in stage %d of %d", s.Stage, n)
	case n == 0 && (!s.State.IsClosed() || len(s.Votes) > 0):
		return fmt.Sprintf("is %s with %d votes, and its policy approves without any", s.State, len(s.Votes))
	case s.Cast < len(s.Votes)+len(s.Past) || len(s.Votes)+len(s.Past) > MaxVotes:
		return fmt.Sprintf("has %d votes and says %d; the limit is %d", len(s.Votes)+len(s.Past), s.Cast, MaxVotes)
	case s.Round < 1 || s.Round > s.Cast+1:
		return fmt.Sprintf("is in round %d after %d votes", s.Round, s.Cast)
	case s.State == StateChangesRequested && (s.Round > s.Cast || !s.asksForChanges()):
		return fmt.Sprintf("is %s in round %d, and none of %d votes asks for it", s.State, s.Round, s.Cast)
	case len(s.Delegations) > MaxVotes || !sound(s.Delegations):
		return fmt.Sprintf("has %d delegations, which are too many or in a circle", len(s.Delegations))
	}
	for i, c := range s.Votes {
		again := slices.ContainsFunc(s.Votes[:i], func(o CountedVote) bool { return same(o.Person, c.Person) || same(o.Actor.ID, c.Actor.ID) })
		if again || c.Person == "" || !c.Choice.known() || c.Stage != s.Stage || c.Round != s.Round {
			return fmt.Sprintf("has a vote, number %d, that was not counted in its round and stage", i+1)
		}
		for j, rule := range c.Rules {
			if rule < 0 || rule >= len(s.Policy.Stages[s.Stage].Rules) || j > 0 && rule <= c.Rules[j-1] {
				return fmt.Sprintf("has a vote for rule %d, which is not there", rule)
			}
		}
	}
	return ""
}

func (s Snapshot) asksForChanges() bool {
	return slices.ContainsFunc(s.Votes, func(c CountedVote) bool { return c.Choice == ChoiceRequestChanges })
}
