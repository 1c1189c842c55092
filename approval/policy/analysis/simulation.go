package analysis

import (
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A simulation is a gate and the people around it.
type simulation struct {
	gate   *tally.Tally
	o      Options
	claims map[string][]string // the groups of a person
}

// spelled returns a name as the gate keeps it.
func (s *simulation) spelled(name string) string {
	if s.gate.Policy().FoldCase {
		return names.Fold(name)
	}
	return name
}

// escalate takes the escalations of the current stage that are due.
func (s *simulation) escalate() {
	for s.gate.State() == policy.StateOpen {
		next := s.gate.Current().Escalations
		if len(next) == 0 || next[0].After > s.o.Waited {
			return
		}
		s.gate.Escalate(time.Time{})
	}
}

func (s *simulation) vote(id string, choice policy.Choice) tally.Vote {
	v := tally.Vote{
		Actor:  policy.Actor{ID: id, Groups: s.claims[s.spelled(id)], Auth: "simulation"},
		Choice: choice, Comment: "in case the policy requires one", Round: s.gate.Round(),
	}
	if reasons := s.gate.Policy().RejectReasons; choice == policy.ChoiceReject && len(reasons) > 0 {
		v.Reason = reasons[0]
	}
	return v
}

func (s *simulation) cast(v Vote) Counted {
	c := Counted{Vote: v}
	if _, err := s.gate.Apply(s.vote(v.Actor, v.Choice), time.Time{}); err != nil {
		c.Refused = err.Error()
	}
	c.State, c.Stage = s.gate.State(), s.gate.Stage()
	return c
}

// people says for each of them whether an approval would count now. Those who may
// approve come first.
func (s *simulation) people(all []string) []Person {
	stage := s.gate.Current()
	who := electorate.New(rulesAfter(stage, 0), s.members())
	var may, mayNot []Person
	for _, id := range all {
		if err := s.gate.Check(s.vote(id, policy.ChoiceApprove)); err != nil {
			mayNot = append(mayNot, Person{ID: id, Why: err.Error()})
			continue
		}
		one := Person{ID: id, MayApprove: true}
		for _, rule := range who.Rules(id, s.claims[id]).Numbers() {
			one.CountsFor = append(one.CountsFor, stage.Rules[rule].Explain())
		}
		may = append(may, one)
	}
	return append(may, mayNot...)
}

// members returns the members of groups as the gate spells them.
func (s *simulation) members() policy.GroupMembers {
	if s.gate.Policy().FoldCase {
		return s.o.GroupMembers.Folded()
	}
	return s.o.GroupMembers
}

// remaining returns the stages that have not approved, with the rules that they have
// when a stage has waited.
func (s *simulation) remaining() [][]electorate.Rule {
	var all [][]electorate.Rule
	for _, stage := range s.gate.Policy().Stages[s.gate.Stage():] {
		all = append(all, rulesAfter(stage, s.o.Waited))
	}
	return all
}

// rulesAfter returns the rules of a stage after the escalations that are due by then.
func rulesAfter(stage policy.Stage, waited time.Duration) []electorate.Rule {
	var rules []electorate.Rule
	for _, r := range stage.Rules {
		rules = append(rules, electorate.Rule{Name: r.Name, Need: r.Need, All: r.All, From: electorate.Selector(r.From)})
	}
	for _, e := range stage.Escalations {
		if e.After <= waited {
			rules = electorate.Change{Rule: e.Rule, To: electorate.Selector(e.To), Replace: e.Replace}.Apply(rules)
		}
	}
	return rules
}

// universe returns everyone who is known by name and has a right in a remaining stage,
// and everyone in Options.People, sorted, each once.
func (s *simulation) universe() []string {
	var all []string
	for id := range s.claims {
		all = append(all, id)
	}
	for _, rules := range s.remaining() {
		all = append(all, electorate.New(rules, s.members()).People...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
