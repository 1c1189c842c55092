package analysis

import (
	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A problem asks which people suffice for all remaining stages. The rules of all
// stages have one numbering, so that one matching answers for all of them.
type problem struct {
	stages  []part
	repeat  bool // one person may approve several stages
	given   []right
	classes []class
}

// A part is the rules of a stage.
type part struct {
	from, to int                // their numbers, without to
	need     []int              // of each; of a rule that needs all, its people
	all      electorate.RuleSet // those that need all
}

// of returns the rules of the stage among some.
func (p part) of(rules electorate.RuleSet) electorate.RuleSet {
	return rules & (electorate.Bit(p.to) - electorate.Bit(p.from))
}

// A right says which rules an approval of a person can count for, and which rules need
// all people and this one among them.
type right struct{ may, must electorate.RuleSet }

// problem returns the question which of these people suffice from here on.
func (s *simulation) problem(people []string) *problem {
	p := &problem{repeat: s.gate.Policy().AllowRepeat}
	var who []*electorate.Electorate
	from := 0
	for _, rules := range s.remaining() {
		stage := part{from: from, to: from + len(rules)}
		for i, r := range rules {
			stage.need = append(stage.need, r.Need)
			if r.All {
				stage.all |= electorate.Bit(from + i)
			}
		}
		who = append(who, electorate.New(rules, s.members()))
		p.stages = append(p.stages, stage)
		from = stage.to
	}
	rights, order := map[string]*right{}, []string(nil) // by fold: two cases of a name are one person
	for _, id := range people {
		fold := names.Fold(id)
		if rights[fold] == nil {
			rights[fold] = &right{}
			order = append(order, id)
		}
		for i, e := range who {
			rights[fold].may |= e.Rules(id, s.claims[id]) << p.stages[i].from
		}
	}
	given := s.restrict(p, rights)
	p.countAll(order, rights)
	p.place(order, rights, given)
	if len(s.o.People) == 0 {
		p.addUnknown(s.remaining(), s.members())
	}
	return p
}

// restrict takes away the rights of people who may not decide, or have decided. It
// returns, by fold, those whose approval counts in this stage.
func (s *simulation) restrict(p *problem, rights map[string]*right) (given map[string]bool) {
	rules, given := s.gate.Policy(), map[string]bool{}
	out := rules.Excluded
	if !rules.AllowRequester {
		out = append(out, s.o.Requester)
	}
	for _, id := range out {
		delete(rights, names.Fold(id))
	}
	now := p.stages[0]
	for _, v := range s.gate.Votes() {
		id := names.Fold(v.Person)
		r := rights[id]
		switch approves := v.Choice == policy.ChoiceApprove; {
		case r == nil:
		case v.Stage < s.gate.Stage():
			if approves && !p.repeat {
				delete(rights, id)
			}
		case approves:
			r.may = r.may&^now.of(r.may) | electorate.SetOf(v.Rules)
			given[id] = true
		case rules.FinalVotes:
			r.must |= r.may & now.all // all are needed, and this one never comes
			r.may &^= now.of(r.may)
		}
	}
	return given
}

// countAll finds the people whom the rules that need all need.
func (p *problem) countAll(order []string, rights map[string]*right) {
	for _, id := range order {
		r := rights[names.Fold(id)]
		if r == nil {
			continue
		}
		for _, stage := range p.stages {
			r.must |= r.may & stage.all
			for _, rule := range (r.must & stage.all).Numbers() {
				stage.need[rule-stage.from]++
			}
		}
	}
	for _, stage := range p.stages {
		for _, rule := range stage.all.Numbers() {
			stage.need[rule-stage.from] = max(stage.need[rule-stage.from], 1)
		}
	}
}

// place puts people into classes, and those whose approval counts into given.
func (p *problem) place(order []string, rights map[string]*right, given map[string]bool) {
	now := p.stages[0]
	for _, id := range order {
		r := rights[names.Fold(id)]
		switch {
		case r == nil:
		case given[names.Fold(id)] && p.repeat:
			p.given = append(p.given, right{now.of(r.may), now.of(r.must)})
			p.add(id, right{r.may &^ now.of(r.may), r.must &^ now.of(r.must)})
		case given[names.Fold(id)]:
			p.given = append(p.given, p.once(right{now.of(r.may), now.of(r.must)}))
		case p.repeat:
			p.add(id, *r)
		default:
			p.add(id, p.once(*r))
		}
	}
}

// once returns the right of a person who approves one stage only. A rule that needs
// all needs this person unless the person has approved an earlier stage: then the only
// useful approvals are those of earlier stages, and the one for that rule.
func (p *problem) once(r right) right {
	for _, stage := range p.stages {
		must := r.must & stage.all
		if must == 0 {
			continue
		}
		earlier := r.may & (electorate.Bit(stage.from) - 1)
		if must&(must-1) != 0 {
			must = 0 // one person cannot count for two rules
		}
		return right{may: earlier | must&r.may, must: r.must}
	}
	return r
}

// addUnknown adds the unknown members of groups, as many as can be needed.
func (p *problem) addUnknown(stages [][]electorate.Rule, members policy.GroupMembers) {
	may, order := map[string]electorate.RuleSet{}, []string(nil)
	for i, rules := range stages {
		for j, r := range rules {
			for _, g := range r.From.Groups {
				if _, known := members[g]; known {
					continue
				}
				if may[g] == 0 {
					order = append(order, g)
				}
				may[g] |= electorate.Bit(p.stages[i].from + j)
			}
		}
	}
	for _, g := range order {
		p.classes = append(p.classes, class{right: right{may: may[g]}, group: g, most: p.total()})
	}
}
