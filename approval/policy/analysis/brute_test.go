package analysis_test

import (
	"fmt"
	"math/bits"
	"slices"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

// A brute tries all orders of approvals on the real counter.
type brute struct {
	o      analysis.Options
	seen   map[string]bool
	groups map[uint]bool // of people who have approved together, by bits
}

func open(p policy.Policy, o analysis.Options) (*tally.Tally, error) {
	gate, err := tally.New(p, tally.Options{Requester: o.Requester, GroupMembers: o.GroupMembers})
	if err != nil {
		return nil, err
	}
	b := &brute{o: o}
	b.escalate(gate)
	for _, v := range o.Votes {
		_, _ = gate.Apply(b.vote(b.actor(v.Actor), v.Choice), time.Time{})
		b.escalate(gate)
	}
	return gate, nil
}

func (b *brute) actor(id string) policy.Actor {
	i := slices.IndexFunc(b.o.People, func(a policy.Actor) bool { return a.ID == id })
	return b.o.People[i]
}

func (b *brute) vote(a policy.Actor, choice policy.Choice) tally.Vote {
	a.Auth = "test"
	return tally.Vote{Actor: a, Choice: choice, Comment: "x"}
}

func (b *brute) escalate(gate *tally.Tally) {
	for gate.State() == policy.StateOpen {
		next := gate.Current().Escalations
		if len(next) == 0 || next[0].After > b.o.Waited {
			return
		}
		gate.Escalate(time.Time{})
	}
}

// smallestGroups returns the groups that suffice from here on and of which no part
// suffices, each as bits of people.
func smallestGroups(gate *tally.Tally, o analysis.Options) []uint {
	b := &brute{o: o, seen: map[string]bool{}, groups: map[uint]bool{}}
	b.visit(gate, 0)
	var smallest []uint
	for group := range uint(1) << len(o.People) {
		if b.groups[group] && !slices.ContainsFunc(smallest, func(part uint) bool { return part&^group == 0 }) {
			smallest = append(smallest, group) // a part of a group is a smaller number
		}
	}
	return smallest
}

// visit lets each person approve next. An approval that fills no place is not given.
func (b *brute) visit(gate *tally.Tally, group uint) {
	if gate.State() == policy.StateApproved {
		b.groups[group] = true
	}
	if gate.State() != policy.StateOpen {
		return
	}
	key := fmt.Sprint(group, gate.Stage())
	for _, v := range gate.Votes() {
		key += fmt.Sprint(" ", v.Person, v.Stage, v.Choice)
	}
	if b.seen[key] {
		return
	}
	b.seen[key] = true
	stage, missing := gate.Stage(), gate.Missing()
	for i, a := range b.o.People {
		if gate.Check(b.vote(a, policy.ChoiceApprove)) != nil {
			continue
		}
		next := gate.Clone()
		_, _ = next.Apply(b.vote(a, policy.ChoiceApprove), time.Time{})
		if next.State() == policy.StateOpen && next.Stage() == stage && next.Missing() >= missing {
			continue
		}
		b.escalate(next)
		b.visit(next, group|1<<i)
	}
}

// expand returns the groups that the teams stand for, as bits of people.
func expand(teams []analysis.Team, people []policy.Actor) []uint {
	var all []uint
	for _, team := range teams {
		groups := []uint{0}
		for _, pick := range team {
			var of uint
			for _, id := range pick.People {
				of |= 1 << slices.IndexFunc(people, func(a policy.Actor) bool { return a.ID == id })
			}
			var more []uint
			for part := range uint(1) << len(people) {
				if part&^of == 0 && bits.OnesCount(part) == pick.Count {
					for _, g := range groups {
						more = append(more, g|part)
					}
				}
			}
			groups = more
		}
		all = append(all, groups...)
	}
	slices.Sort(all)
	return all
}
