package policy

import "slices"

// A supply is who could approve in a stage, and how many it needs.
type supply struct {
	may    []ruleSet // of each person, by number; none of who may not approve
	known  ruleSet   // rules that no others could approve for
	places []int     // how many approvals each rule needs
}

// A horizon is what a stage could have: its supply now, and after each step of
// its ladder, as far as it was looked at.
type horizon struct {
	people []string       // by fold, each once
	number map[string]int // of each of them
	rules  []Rule         // after the last step that was looked at
	steps  []supply
	work   int // how many people and rules were looked at, to put people to rules
}

// horizon is that of the stage which is decided now.
func (t *Tally) horizon() *horizon {
	if t.ahead == nil {
		t.ahead = t.look(t.stage(), t.electorate())
	}
	return t.ahead
}

// look begins a horizon with the supply as it is.
func (t *Tally) look(s Stage, who *electorate) *horizon {
	h := &horizon{number: map[string]int{}, rules: slices.Clone(s.Rules)}
	h.steps = append(h.steps, t.supply(h, who, supply{}))
	return h
}

// further takes one step of the ladder more.
func (t *Tally) further(h *horizon, e Escalation) {
	changed := Stage{Rules: h.rules}
	changed.change(e)
	h.steps = append(h.steps, t.supply(h, newElectorate(h.rules, t.s.Roster), h.steps[len(h.steps)-1]))
}

// supply is who could approve now, or could before: votes that were given for a
// rule stay, but for one that needs all.
func (t *Tally) supply(h *horizon, who *electorate, before supply) supply {
	now := supply{known: who.known, places: make([]int, len(h.rules))}
	if before.may != nil {
		now.known &= before.known | who.all
		for _, rules := range before.may {
			now.may = append(now.may, rules&^who.all)
		}
	}
	for _, id := range who.people {
		if !t.mayApprove(id) {
			continue
		}
		n, ok := h.number[fold(id)]
		if !ok {
			n = len(h.people)
			h.number[fold(id)], h.people = n, append(h.people, fold(id))
		}
		if n == len(now.may) {
			now.may = append(now.may, 0)
		}
		now.may[n] |= who.rules(id, nil)
	}
	for i, r := range h.rules {
		now.places[i] = r.Need
		if !r.All {
			continue
		}
		for _, rules := range now.may {
			if rules.has(i) {
				now.places[i]++
			}
		}
		if now.places[i] = max(now.places[i], 1); !who.known.has(i) {
			now.places[i] = MaxVotes + 1 // nobody can fulfill it
		}
	}
	return now
}

// places is how many approvals each rule of the stage needs. A rule that needs all
// never needs none: if nobody is left, or it is not known who is, nobody can
// fulfill it.
func (t *Tally) places() []int { return t.horizon().steps[0].places }

// reach is how many approvals the stage needs of people who are known, and how
// many of them it can have, the votes that were given counted. People who are
// not known are taken to be enough.
func (t *Tally) reach(h *horizon, step int) (need, got int) {
	now := h.steps[step]
	places, may := slices.Clone(now.places), slices.Clone(now.may)
	var all ruleSet
	for i, r := range h.rules {
		if r.All {
			all |= ruleBit(i)
		} else if !now.known.has(i) {
			places[i] = 0
		}
		need += places[i]
	}
	for _, c := range t.s.Votes {
		n, known := h.number[fold(c.Person)]
		known = known && n < len(may)
		switch {
		case c.Choice == ChoiceApprove && known:
			may[n] |= ruleSetOf(c.Rules) &^ all
		case c.Choice == ChoiceApprove:
			may = append(may, ruleSetOf(c.Rules)&^all)
		case known && t.s.Policy.FinalVotes:
			may[n] = 0
		}
	}
	got, work := matched(may, places)
	h.work += work
	return need, got
}

// short reports whether a stage cannot approve, neither now nor when its ladder
// has let others decide, with what it needs and can have now.
func (t *Tally) short(s Stage, h *horizon) (need, got int, short bool) {
	need, got = t.reach(h, 0)
	short = got < need
	for i, e := range s.Escalations {
		if !short {
			break
		}
		if i+1 == len(h.steps) {
			t.further(h, e)
		}
		n, g := t.reach(h, i+1)
		short = g < n
	}
	return need, got, short
}

// unreachable reports whether the stage cannot approve any more. While people may
// change their votes, only those who have approved an earlier stage are lost.
func (t *Tally) unreachable() bool {
	_, _, short := t.short(t.stage(), t.horizon())
	return short
}
