package tally

import (
	"fmt"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// snapshotVersion counts the versions of a snapshot's JSON form.
const snapshotVersion = 1

// A Snapshot holds the state of a [Tally] as data, which goes as JSON into the
// next run of a workflow.
type Snapshot struct {
	V            int                  `json:"v"`
	Policy       policy.Policy        `json:"policy"`
	Requester    string               `json:"requester,omitempty"`
	GroupMembers policy.GroupMembers  `json:"groupMembers,omitempty"`
	State        policy.State         `json:"state"`
	Explanation  string               `json:"explanation,omitempty"`
	Round        int                  `json:"round"`
	Stage        int                  `json:"stage"`
	Digest       string               `json:"digest,omitempty"`
	Cast         int                  `json:"cast"` // votes that were counted, also replaced ones
	Votes        []policy.CountedVote `json:"votes,omitempty"`
	Past         []policy.CountedVote `json:"past,omitempty"`
	Delegations  []policy.Delegation  `json:"delegations,omitempty"`
	Spent        []Spent              `json:"spent,omitempty"`
	Audit        policy.Audit         `json:"audit"`
}

// Spent counts an actor's changes; see [MaxChanges].
type Spent struct {
	Actor   string `json:"actor"`
	Changes int    `json:"changes"`
}

func cloneVotes(votes []policy.CountedVote) []policy.CountedVote {
	votes = slices.Clone(votes)
	for i, c := range votes {
		votes[i].Rules, votes[i].Actor.Groups = slices.Clone(c.Rules), slices.Clone(c.Actor.Groups)
	}
	return votes
}

// Restore returns the tally of a snapshot, or what is wrong with it. It checks what
// counting relies on, and not whether [policy.Lint] would accept the policy today: a
// policy that was valid when its gate was opened stays valid, also for a later build
// with stricter rules.
func Restore(s Snapshot) (*Tally, error) {
	switch {
	case s.V > snapshotVersion:
		return nil, fmt.Errorf("policy: the snapshot has version %d, and the newest known is %d; upgrade the workers", s.V, snapshotVersion)
	case s.V < 1:
		return nil, fmt.Errorf("policy: the snapshot has no version; take one with Tally.Snapshot")
	}
	for _, i := range invariants {
		if !i.holds(s) {
			return nil, fmt.Errorf("policy: the snapshot is wrong: %s; take one with Tally.Snapshot", i.name)
		}
	}
	if err := s.Audit.Verify(); err != nil {
		return nil, err
	}
	return (&Tally{view{s: s}}).Clone(), nil
}

// invariants hold for every snapshot. Later ones rely on earlier ones.
var invariants = []struct {
	name  string
	holds func(s Snapshot) bool
}{
	{"a stage without rules, or with more than a gate can count", func(s Snapshot) bool { return everyStage(s, hasCountableRules) }},
	{"a rule that needs no approval", func(s Snapshot) bool { return everyStage(s, needsApprovals) }},
	{"neither stages nor an automatic approval", func(s Snapshot) bool { return len(s.Policy.Stages) > 0 || s.Policy.AutoApprove != "" }},
	{"a negative number of rejections", func(s Snapshot) bool {
		return everyStage(s, func(stage policy.Stage) bool { return stage.RejectThreshold >= 0 })
	}},
	{"an unknown state", func(s Snapshot) bool {
		return s.State == policy.StateOpen || s.State == policy.StateChangesRequested || slices.Contains(closedStates, s.State)
	}},
	{"a stage that the policy does not have", func(s Snapshot) bool { return s.Stage >= 0 && s.Stage < max(len(s.Policy.Stages), 1) }},
	{"votes on an automatic approval", func(s Snapshot) bool { return len(s.Policy.Stages) > 0 || s.State.IsClosed() && len(s.Votes) == 0 }},
	{"fewer votes counted than kept", func(s Snapshot) bool { return s.Cast >= len(s.Votes)+len(s.Past) }},
	{"a round without a vote that began it", func(s Snapshot) bool { return s.Round >= 1 && s.Round <= s.Cast+1 }},
	{"changes requested without a vote for them", func(s Snapshot) bool {
		return s.State != policy.StateChangesRequested || s.Round <= s.Cast && slices.ContainsFunc(s.Votes, requestsChanges)
	}},
	{"delegations in a circle, or over too many actors", func(s Snapshot) bool { return areChainsShort(s.Delegations) }},
	{"a vote that did not count in its round and stage", func(s Snapshot) bool { return everyVote(s, countsHere) }},
	{"two votes of one person or actor", func(s Snapshot) bool { return everyVote(s, isFirstOfPerson) }},
	{"a vote for a rule that the stage does not have", func(s Snapshot) bool { return everyVote(s, hasItsRules) }},
}

var closedStates = []policy.State{
	policy.StateApproved, policy.StateRejected, policy.StateExpired, policy.StateWithdrawn, policy.StateCanceled,
}

func everyStage(s Snapshot, holds func(policy.Stage) bool) bool {
	return !slices.ContainsFunc(s.Policy.Stages, func(stage policy.Stage) bool { return !holds(stage) })
}

func hasCountableRules(s policy.Stage) bool {
	return len(s.Rules) > 0 && len(s.Rules) <= electorate.MaxRules
}

func needsApprovals(s policy.Stage) bool {
	return !slices.ContainsFunc(s.Rules, func(r policy.Rule) bool { return !r.All && r.Need < 1 })
}

func requestsChanges(c policy.CountedVote) bool { return c.Choice == policy.ChoiceRequestChanges }

func everyVote(s Snapshot, holds func(s Snapshot, i int) bool) bool {
	for i := range s.Votes {
		if !holds(s, i) {
			return false
		}
	}
	return true
}

func countsHere(s Snapshot, i int) bool {
	c := s.Votes[i]
	return c.Person != "" && c.Choice.IsKnown() && c.Stage == s.Stage && c.Round == s.Round
}

func isFirstOfPerson(s Snapshot, i int) bool {
	c := s.Votes[i]
	return !slices.ContainsFunc(s.Votes[:i], func(o policy.CountedVote) bool {
		return names.Same(o.Person, c.Person) || names.Same(o.Actor.ID, c.Actor.ID)
	})
}

func hasItsRules(s Snapshot, i int) bool {
	last := -1
	for _, rule := range s.Votes[i].Rules {
		if rule <= last || rule >= len(s.Policy.Stages[s.Stage].Rules) {
			return false
		}
		last = rule
	}
	return true
}
