package tally

import (
	"cmp"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Policy returns the policy with its defaults, and as escalations have changed it.
func (t *view) Policy() policy.Policy { return t.s.Policy.Normalized() }

// ValidFor returns how long an approval can be used.
func (t *view) ValidFor() time.Duration { return t.s.Policy.ValidFor }

// State returns the state of the gate.
func (t *view) State() policy.State { return t.s.State }

// Explanation returns why the gate is in its state if votes do not explain it.
func (t *view) Explanation() string { return t.s.Explanation }

// Round returns the number of the round, from 1.
func (t *view) Round() int { return t.s.Round }

// Stage returns the number of the current stage, from 0.
func (t *view) Stage() int { return t.s.Stage }

// Current returns the current stage with its defaults, and as escalations have changed
// it.
func (t *view) Current() policy.Stage {
	p := t.s.Policy
	p.Stages = []policy.Stage{t.stage()}
	return p.Normalized().Stages[0]
}

// Stages returns the number of stages.
func (t *view) Stages() int { return len(t.s.Policy.Stages) }

// Digest returns the digest of the subject of this round.
func (t *view) Digest() string { return t.s.Digest }

// Approvals returns the number of approvals that count now.
func (t *view) Approvals() int { return t.countChoice(policy.ChoiceApprove) }

// Votes returns the votes of this round that count: the latest of each person, those
// of earlier stages first.
func (t *view) Votes() []policy.CountedVote {
	var all []policy.CountedVote
	for _, c := range t.s.Past {
		if c.Round == t.s.Round {
			all = append(all, c)
		}
	}
	return cloneVotes(append(all, t.s.Votes...))
}

// Audit returns what has happened.
func (t *view) Audit() policy.Audit { return withHashes(t.s.Audit) }

// UpdatedAt returns the time of the last audit entry.
func (t *view) UpdatedAt() time.Time {
	last := len(t.s.Audit.Entries) - 1 // the opening is always there
	return t.s.Audit.Entries[last].At
}

// Matches reports whether s selects the actor. Claimed groups count only if their
// members are unknown.
func (t *view) Matches(s policy.Selector, a policy.Actor) bool {
	own := electorate.Selector(s)
	if t.s.Policy.FoldCase {
		own = own.Folded()
	}
	a = t.keptActor(a)
	return electorate.New([]electorate.Rule{{From: own}}, t.s.GroupMembers).Rules(a.ID, a.Groups) != 0
}

// Named returns the groups that the policy names now, each once. A gate keeps no other
// groups of an actor.
func (t *view) Named(groups []string) []string {
	var some []string
	for i, group := range groups {
		if t.namesGroup(group) && !slices.Contains(groups[:i], group) {
			some = append(some, group)
		}
	}
	return some
}

func (t *view) namesGroup(group string) bool {
	for _, s := range t.s.Policy.Stages {
		for i := range s.Rules {
			if slices.Contains(s.Rules[i].From.Groups, group) {
				return true
			}
		}
		for i := range s.Escalations {
			if slices.Contains(s.Escalations[i].To.Groups, group) {
				return true
			}
		}
	}
	return false
}

// Pending names the people whose approval would count now and who have not decided yet, or
// the requester if changes are requested. Each list is sorted.
type Pending struct {
	// Users has users of the policy, known members of groups, and delegates.
	Users []string
	// Groups has groups whose members are unknown. Some members may still be refused: see
	// [Tally.IsWaitingFor].
	Groups []string
	// Delegates says for whom some of Users would decide, without groups.
	Delegates []policy.Delegation
}

// PendingApprovers returns the people whose decision the gate waits for.
func (t *view) PendingApprovers() Pending {
	var p Pending
	switch {
	case t.s.State == policy.StateChangesRequested:
		return Pending{Users: []string{t.s.Requester}}
	case t.s.State.IsClosed():
		return p
	}
	who := t.electorate()
	persons, actors := map[string]bool{}, map[string]bool{}
	for _, c := range t.s.Votes {
		persons[names.Fold(c.Person)], actors[names.Fold(c.Actor.ID)] = true, true
	}
	free := func(person, actor string) bool {
		return t.mayApprove(person) && t.mayApprove(actor) && !persons[names.Fold(person)] && !actors[names.Fold(actor)]
	}
	for _, id := range who.People {
		if who.Rules(id, nil) != 0 && free(id, id) {
			p.Users = append(p.Users, id)
		}
	}
	for _, d := range t.s.Delegations {
		mine := who.Rules(d.From, d.Groups)
		for next, ok := d, true; ok && t.checkBarred(next.To) == nil; next, ok = delegationFrom(t.s.Delegations, next.To) {
			if mine &^= who.Excepts(next.To); mine != 0 && free(d.From, next.To) {
				p.Users = append(p.Users, next.To)
				p.Delegates = append(p.Delegates, policy.Delegation{From: d.From, To: next.To})
			}
		}
	}
	for _, r := range t.stage().Rules {
		for _, g := range r.From.Groups {
			if !who.IsKnown(g) {
				p.Groups = append(p.Groups, g)
			}
		}
	}
	slices.Sort(p.Users)
	slices.Sort(p.Groups)
	slices.SortFunc(p.Delegates, func(x, y policy.Delegation) int {
		return cmp.Or(cmp.Compare(x.To, y.To), cmp.Compare(x.From, y.From))
	})
	p.Users, p.Groups = slices.Compact(p.Users), slices.Compact(p.Groups)
	return p
}

// IsWaitingFor reports whether the gate waits for the actor: an approval would count
// now and the actor has not decided in this stage, or changes are requested of the
// actor. If the actor would decide for another person, it returns that person. It
// ignores the actor's Auth.
func (t *view) IsWaitingFor(a policy.Actor) (person string, ok bool) {
	if t.s.State == policy.StateChangesRequested {
		return "", t.IsRequester(a.ID)
	}
	a.Auth = "query" // evaluate needs one
	people := []string{""}
	for _, d := range t.s.Delegations {
		people = append(people, d.From)
	}
	for _, person := range people {
		v := Vote{Actor: a, Choice: policy.ChoiceApprove, For: person, Round: t.s.Round, Comment: "in case the policy requires one"}
		if c, err := t.evaluate(v); err == nil && t.voteOf(c.Person) < 0 {
			return person, true
		}
	}
	return "", false
}
