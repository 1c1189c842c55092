package policy

import "time"

// Policy is the policy in stages, with its defaults, and as escalations have
// left it.
func (t *Tally) Policy() Policy { return t.s.Policy.normalized() }

// UseBy is how long an approval may be used.
func (t *Tally) ValidFor() Duration { return t.s.Policy.ValidFor }

// State is where the gate stands, and Why says more than votes do: which rule
// has approved, or why nobody could.
func (t *Tally) State() State { return t.s.State }

// Why is the reason of a state that votes do not explain.
func (t *Tally) Explanation() string { return t.s.Why }

// Round counts from 1, Stage from 0.
func (t *Tally) Round() int { return t.s.Round }

// Stage is the number of the stage that is decided now.
func (t *Tally) Stage() int { return t.s.Stage }

// Current is the stage that is decided now, as escalations have left it.
func (t *Tally) Current() Stage { return t.stage().normalized() }

// Stages is how many stages there are.
func (t *Tally) Stages() int { return len(t.s.Policy.Stages) }

// Digest names the subject of this round.
func (t *Tally) Digest() string { return t.s.Digest }

// Approvals is how many approvals count now.
func (t *Tally) Approvals() int { return t.count(ChoiceApprove) }

// Votes are the votes of this round that count: the latest of each person, those
// of the stages before first.
func (t *Tally) Votes() []CountedVote {
	var all []CountedVote
	for _, c := range t.s.Past {
		if c.Round == t.s.Round {
			all = append(all, c)
		}
	}
	return copied(append(all, t.s.Votes...))
}

// Audit is what has happened.
func (t *Tally) Audit() Audit { return t.s.Audit.sealed() }

// When is the time of the last entry of the audit.
func (t *Tally) UpdatedAt() time.Time {
	last := len(t.s.Audit.Entries) - 1 // there is one from the opening on
	return t.s.Audit.Entries[last].At
}
