package electorate

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// unreachable is a number of approvals that no gate can have.
const unreachable = 1 << 20

// A Forecast answers whether a stage can still approve, now or after one of its
// escalations. It computes the candidates of an escalation when they are first needed.
type Forecast struct {
	Work int // people and rules looked at by matchings

	members    map[string][]string
	mayApprove func(id string) bool
	people     []string       // by fold, each once
	number     map[string]int // the index of a person in people
	rules      []Rule         // after the last escalation that was computed
	later      []Change       // the escalations of the stage
	steps      []candidates   // now, and after each escalation
}

// candidates holds the people who could approve, and the number of approvals needed.
type candidates struct {
	may   []RuleSet // of each person, by number
	known RuleSet   // rules that no other people can approve for
	all   RuleSet   // rules that need all
	need  []int     // the approvals that each rule needs
}

// A Ballot holds a vote that was counted.
type Ballot struct {
	Person   string
	Approves bool
	Rules    RuleSet // that an approval counts for
	IsFinal  bool    // the person cannot vote again
}

// NewForecast returns the forecast of a stage. mayApprove reports whether a person
// is not kept from approving for a reason outside of the rules.
func NewForecast(rules []Rule, later []Change, e *Electorate, mayApprove func(id string) bool) *Forecast {
	f := &Forecast{members: e.members, mayApprove: mayApprove, number: map[string]int{}, rules: rules, later: later}
	f.steps = append(f.steps, f.candidates(e))
	return f
}

// Need returns the number of approvals that each rule needs now. A rule that needs
// all needs at least one; if its people are not known, no one can fulfill it.
func (f *Forecast) Need() []int { return f.steps[0].need }

// People returns the number of people who could approve, as far as computed.
func (f *Forecast) People() int { return len(f.people) }

// step returns the candidates after that many escalations.
func (f *Forecast) step(n int) candidates {
	for len(f.steps) <= n {
		f.rules = f.later[len(f.steps)-1].Apply(f.rules)
		f.steps = append(f.steps, f.candidates(New(f.rules, f.members)))
	}
	return f.steps[n]
}

// candidates returns the people who can approve with the rules as they are, or could
// before. An approval for a rule stays when the rule's people change, except for a
// rule that needs all.
func (f *Forecast) candidates(e *Electorate) candidates {
	c := candidates{known: e.Known, all: e.All, need: make([]int, len(f.rules))}
	if n := len(f.steps); n > 0 {
		before := f.steps[n-1]
		c.known &= before.known | e.All
		for _, rules := range before.may {
			c.may = append(c.may, rules&^e.All)
		}
	}
	for _, id := range e.People {
		if f.mayApprove(id) {
			n := f.index(id)
			if n == len(c.may) {
				c.may = append(c.may, 0)
			}
			c.may[n] |= e.Rules(id, nil)
		}
	}
	for i, r := range f.rules {
		c.need[i] = r.Need
		if r.All {
			c.need[i] = c.needOfAll(i, e.Known.Has(i))
		}
	}
	return c
}

func (c candidates) needOfAll(rule int, known bool) (n int) {
	if !known {
		return unreachable
	}
	for _, rules := range c.may {
		if rules.Has(rule) {
			n++
		}
	}
	return max(n, 1)
}

func (f *Forecast) index(id string) int {
	id = names.Fold(id)
	n, ok := f.number[id]
	if !ok {
		n = len(f.people)
		f.number[id], f.people = n, append(f.people, id)
	}
	return n
}

// maxApprovals returns the number of approvals that the stage needs of known people,
// and the largest number that it can have, with the votes that were given. Rules that
// unknown people can approve for are not looked at.
func (f *Forecast) maxApprovals(c candidates, votes []Ballot) (need, most int) {
	capacity, may := slices.Clone(c.need), slices.Clone(c.may)
	for i := range capacity {
		if !c.known.Has(i) && !c.all.Has(i) {
			capacity[i] = 0
		}
		need += capacity[i]
	}
	for _, v := range votes {
		n, known := f.number[names.Fold(v.Person)]
		known = known && n < len(may)
		switch {
		case v.Approves && known:
			may[n] |= v.Rules &^ c.all
		case v.Approves:
			may = append(may, v.Rules&^c.all)
		case known && v.IsFinal:
			may[n] = 0
		}
	}
	most, work := maxMatching(may, capacity)
	f.Work += work
	return need, most
}

// IsShort reports whether the stage cannot approve, neither now nor after one of its
// escalations, with the approvals that it needs and can have at most now.
func (f *Forecast) IsShort(votes []Ballot) (need, most int, short bool) {
	need, most = f.maxApprovals(f.step(0), votes)
	short = most < need
	for i := 1; short && i <= len(f.later); i++ {
		n, m := f.maxApprovals(f.step(i), votes)
		short = m < n
	}
	return need, most, short
}
