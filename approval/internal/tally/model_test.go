package tally_test

import (
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A model reads the rules of a gate the slow way: it knows sets, tries out every
// way to put people to rules, and shares no code with the package. It has no
// delegation.
type model struct {
	p         policy.Policy
	o         tally.Options
	state     policy.State
	round, at int
	digest    string
	rules     [][]modelRule // by stage
	ladder    [][]policy.Escalation
	votes     []modelVote
	before    set // who has approved an earlier stage
}

type set map[string]bool

func setOf(ids []string) set {
	s := set{}
	for _, id := range ids {
		s[id] = true
	}
	return s
}

type modelRule struct {
	name                  string
	need                  int
	all                   bool
	users, groups, except set
}

type modelVote struct {
	tally.Vote

	counts map[int]bool
}

func newModel(p policy.Policy, o tally.Options) *model {
	m := &model{p: p, o: o, state: policy.StateOpen, round: 1, digest: o.Digest, before: set{}}
	for _, s := range p.Stages {
		var all []modelRule
		for _, r := range s.Rules {
			all = append(all, modelRule{r.Name, r.Need, r.All, setOf(r.From.Users), setOf(r.From.Groups), setOf(r.From.Except)})
		}
		m.rules, m.ladder = append(m.rules, all), append(m.ladder, s.Escalations)
	}
	return m
}

func (m *model) stage() policy.Stage { return m.p.Stages[m.at] }

func (m *model) barred(id string) bool {
	return lower(id) == m.o.Requester && !m.p.AllowRequester || slices.Contains(m.p.Excluded, lower(id))
}

func (m *model) takes(r modelRule, a policy.Actor) bool {
	if r.except[lower(a.ID)] || m.barred(a.ID) {
		return false
	}
	if m.p.FoldCase { // all lists are in lower case
		a.ID = lower(a.ID)
	}
	for g := range r.groups {
		if members, known := m.o.GroupMembers[g]; known && slices.Contains(members, a.ID) || !known && slices.Contains(a.Groups, g) {
			return true
		}
	}
	return r.users[a.ID]
}

func (m *model) known(r modelRule) bool {
	for g := range r.groups {
		if _, ok := m.o.GroupMembers[g]; !ok {
			return false
		}
	}
	return true
}

// needs is how many each rule needs: all of it are those of the universe.
func (m *model) needs() []int {
	var needs []int
	for _, r := range m.rules[m.at] {
		n := r.need
		for _, id := range universe {
			if r.all && m.takes(r, in(id)) && m.fresh(id) {
				n++
			}
		}
		needs = append(needs, max(n, 1))
	}
	return needs
}

func sum(all []int) (n int) {
	for _, i := range all {
		n += i
	}
	return n
}

// best is how many of the places these people can take, each at most one.
func best(people []map[int]bool, places []int) int {
	if len(people) == 0 || sum(places) == 0 {
		return 0
	}
	most := best(people[1:], places) // the first one takes none
	for rule := range people[0] {
		if places[rule] > 0 {
			places[rule]--
			most = max(most, 1+best(people[1:], places))
			places[rule]++
		}
	}
	return most
}

func (m *model) counts(a policy.Actor) map[int]bool {
	counts := map[int]bool{}
	for i, r := range m.rules[m.at] {
		if m.takes(r, a) {
			counts[i] = true
		}
	}
	return counts
}

func (m *model) missing() int {
	var people []map[int]bool
	for _, v := range m.votes {
		if v.Choice == policy.ChoiceApprove {
			people = append(people, v.counts)
		}
	}
	return sum(m.needs()) - best(people, m.needs())
}

func (m *model) decide() {
	rejections := 0
	for _, v := range m.votes {
		if v.Choice == policy.ChoiceReject {
			rejections++
		}
	}
	switch {
	case rejections >= max(m.stage().RejectThreshold, 1):
		m.state = policy.StateRejected
	case m.missing() == 0:
		m.next()
	case m.hopeless():
		m.state = policy.StateRejected
	}
}

func (m *model) next() {
	if m.at == len(m.p.Stages)-1 {
		m.state = policy.StateApproved
		return
	}
	for _, v := range m.votes {
		if v.Choice == policy.ChoiceApprove {
			m.before[lower(v.Actor.ID)] = true
		}
	}
	m.at++
	m.votes = nil
	if m.lost() {
		m.state = policy.StateRejected
	}
}

// fresh says that the person may still approve in this stage.
func (m *model) fresh(id string) bool { return m.p.AllowRepeat || !m.before[lower(id)] }
