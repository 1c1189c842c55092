package tally

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A view answers questions about the votes on one gate and changes nothing.
type view struct {
	s Snapshot

	// These follow from s and are computed when first needed; see rulesChanged.
	who      *electorate.Electorate
	forecast *electorate.Forecast
	barred   map[string]bar
}

// rules returns the rules of a stage for an electorate.
func rules(s policy.Stage) []electorate.Rule {
	all := make([]electorate.Rule, len(s.Rules))
	for i, r := range s.Rules {
		all[i] = electorate.Rule{Name: r.Name, Need: r.Need, All: r.All, From: electorate.Selector(r.From)}
	}
	return all
}

func change(e policy.Escalation) electorate.Change {
	return electorate.Change{Rule: e.Rule, To: electorate.Selector(e.To), Replace: e.Replace}
}

// keptName returns a name as the gate keeps it; see [policy.Policy].FoldCase.
func (t *view) keptName(name string) string {
	if t.s.Policy.FoldCase {
		return names.Fold(name)
	}
	return name
}

func (t *view) keptActor(a policy.Actor) policy.Actor {
	if t.s.Policy.FoldCase {
		a.ID, a.Groups = names.Fold(a.ID), names.FoldAll(a.Groups)
	}
	return a
}

// stage returns the current stage.
func (t *view) stage() policy.Stage {
	if t.s.Stage >= len(t.s.Policy.Stages) {
		return policy.Stage{} // of an automatic approval
	}
	return t.s.Policy.Stages[t.s.Stage]
}

// electorate returns the electorate of the current stage.
func (t *view) electorate() *electorate.Electorate {
	if t.who == nil {
		t.who = electorate.New(rules(t.stage()), t.s.GroupMembers)
	}
	return t.who
}

// forecastOf returns the forecast of a stage with the rules of s.
func (t *view) forecastOf(s policy.Stage, who *electorate.Electorate) *electorate.Forecast {
	later := make([]electorate.Change, len(s.Escalations))
	for i, e := range s.Escalations {
		later[i] = change(e)
	}
	return electorate.NewForecast(rules(s), later, who, t.mayApprove)
}

// currentForecast returns the forecast of the current stage.
func (t *view) currentForecast() *electorate.Forecast {
	if t.forecast == nil {
		t.forecast = t.forecastOf(t.stage(), t.electorate())
	}
	return t.forecast
}

// rulesChanged drops what was computed from rules or stages that have changed.
func (t *view) rulesChanged() { t.who, t.forecast, t.barred = nil, nil, nil }

// IsRequester reports whether id is the requester's.
func (t *view) IsRequester(id string) bool {
	return id != "" && t.keptName(id) == t.s.Requester
}

// edits reports whether a vote with that digest changes the subject.
func (t *view) edits(digest string) bool { return digest != "" && digest != t.s.Digest }

// replaces reports whether the vote replaces others: one of the same person, or, if it
// edits the subject, all of them.
func (t *view) replaces(c policy.CountedVote) bool {
	return t.edits(c.Edited) || t.voteOf(c.Person) >= 0
}

// voteOf returns the index of the person's vote in this stage, or -1.
func (t *view) voteOf(person string) int {
	return slices.IndexFunc(t.s.Votes, func(old policy.CountedVote) bool { return names.Same(old.Person, person) })
}

// commentBytes returns the size of the comments that are kept, as JSON.
func (t *view) commentBytes() (n int) {
	for _, c := range t.s.Votes {
		n += jsonBytes(c.Comment)
	}
	for _, c := range t.s.Past {
		n += jsonBytes(c.Comment)
	}
	return n
}

// Need returns the number of approvals that the stage needs, of all its rules.
func (t *view) Need() int { return sum(t.currentForecast().Need()) }

// Missing returns the number of approvals that the stage still needs. Each person
// counts for one rule, the one where it helps most.
func (t *view) Missing() int {
	var may []electorate.RuleSet
	for _, c := range t.s.Votes {
		if c.Choice == policy.ChoiceApprove {
			may = append(may, electorate.SetOf(c.Rules))
		}
	}
	need := t.currentForecast().Need()
	return sum(need) - electorate.MaxMatching(may, need)
}

func sum(all []int) (n int) {
	for _, i := range all {
		n += i
	}
	return n
}

func (t *view) countChoice(c policy.Choice) (n int) {
	for _, v := range t.s.Votes {
		if v.Choice == c {
			n++
		}
	}
	return n
}

// ballots returns the votes of the stage for a forecast.
func (t *view) ballots() []electorate.Ballot {
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
func (t *view) isUnreachable() bool {
	_, _, short := t.currentForecast().IsShort(t.ballots())
	return short
}

func (t *view) checkChanges(actor string) error {
	if i := t.changesOf(actor); i >= 0 && t.s.Spent[i].Changes >= MaxChanges {
		return refuse(ReasonFull, "the actor has made %d changes to this gate, which is the limit; leave it as it is, or ask another", MaxChanges)
	}
	return nil
}

// changesOf returns the index in Spent, or -1.
func (t *view) changesOf(actor string) int {
	return slices.IndexFunc(t.s.Spent, func(s Spent) bool { return names.Same(s.Actor, actor) })
}
