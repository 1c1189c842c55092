package analysis

import (
	"math/bits"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
)

const (
	// maxTeams limits the teams of a result, each of which may stand for many groups.
	maxTeams = 100
	// maxSteps limits how many people are looked at, counted again for each group
	// that is tried.
	maxSteps = 1_000_000
)

// A class is people with the same right.
type class struct {
	right

	people []string
	group  string // of unknown members, in place of people
	most   int    // how many there are, or can be needed
}

// add adds a person who can approve anything to the class of the right.
func (p *problem) add(id string, r right) {
	if r.may|r.must == 0 {
		return
	}
	i := slices.IndexFunc(p.classes, func(c class) bool { return c.right == r })
	if i < 0 {
		i = len(p.classes)
		p.classes = append(p.classes, class{right: r})
	}
	p.classes[i].people, p.classes[i].most = append(p.classes[i].people, id), p.classes[i].most+1
}

// total returns the number of approvals that all stages need.
func (p *problem) total() (n int) {
	for _, stage := range p.stages {
		for _, need := range stage.need {
			n += need
		}
	}
	return n
}

// suffices reports whether that many people of each class can approve all stages.
func (p *problem) suffices(counts []int) bool {
	all := slices.Clone(p.given)
	for i, c := range p.classes {
		if c.must != 0 && counts[i] < c.most {
			return false
		}
		all = append(all, slices.Repeat([]right{c.right}, counts[i])...)
	}
	if p.repeat {
		return p.sufficesEach(all)
	}
	return p.sufficesOnce(all)
}

// sufficesEach looks at each stage by itself.
func (p *problem) sufficesEach(people []right) bool {
	for _, stage := range p.stages {
		may, need := make([]electorate.RuleSet, len(people)), 0
		for i, r := range people {
			may[i] = stage.of(r.may) >> stage.from
		}
		for _, n := range stage.need {
			need += n
		}
		if electorate.MaxMatching(may, stage.need) < need {
			return false
		}
	}
	return true
}

// sufficesOnce asks for a matching of people and places that fills all places and has
// all people who must approve. There is one if and only if there is one of each kind
// (Mendelsohn and Dulmage).
func (p *problem) sufficesOnce(people []right) bool {
	var may, must []electorate.RuleSet
	for _, r := range people {
		may = append(may, r.may)
		if r.must != 0 {
			must = append(must, r.may)
		}
	}
	var places, room []int
	need := 0
	for _, stage := range p.stages {
		for i, n := range stage.need {
			most := n
			if stage.all.Has(stage.from + i) {
				n, most = 1, len(must)
			}
			places, room, need = append(places, n), append(room, most), need+n
		}
	}
	return electorate.MaxMatching(may, places) == need && electorate.MaxMatching(must, room) == len(must)
}

// A search looks for all smallest numbers of people of each class that suffice.
type search struct {
	*problem

	counts []int
	steps  int
	found  [][]int
}

// try reports whether the people chosen so far suffice, with all of the classes from
// next on, or with none of them.
func (s *search) try(next int, withRest bool) bool {
	counts := slices.Clone(s.counts)
	for i := next; i < len(counts); i++ {
		if counts[i] = 0; withRest {
			counts[i] = s.classes[i].most
		}
	}
	for _, n := range counts {
		s.steps += n + 1
	}
	return s.suffices(counts)
}

// choose tries each number of people of a class, from none on, and then of the
// classes after it.
func (s *search) choose(next int) {
	if s.isOver() || !s.try(next, true) {
		return
	}
	if s.try(next, false) {
		for i := next; i < len(s.counts); i++ {
			s.counts[i] = 0
		}
		if s.isSmallest() {
			s.found = append(s.found, slices.Clone(s.counts))
		}
		return
	}
	for n := range s.classes[next].most + 1 {
		s.counts[next] = n
		s.choose(next + 1)
		if s.isOver() || s.try(next+1, false) {
			return // more people of this class are not needed
		}
	}
}

func (s *search) isOver() bool { return s.steps > maxSteps || len(s.found) > maxTeams }

// isSmallest reports whether no one can be left out.
func (s *search) isSmallest() bool {
	for i, n := range s.counts {
		if n == 0 {
			continue
		}
		s.counts[i]--
		less := s.try(len(s.counts), false)
		s.counts[i]++
		if less {
			return false
		}
	}
	return true
}

// teams returns the smallest groups of people that suffice, and whether there may be
// more.
func (p *problem) teams() (all []Team, isPartial bool) {
	for i, c := range p.classes {
		if c.must == 0 {
			p.classes[i].most = min(c.most, p.total())
		}
	}
	// Those who can do most come first: they make the smallest groups.
	slices.SortStableFunc(p.classes, func(a, b class) int {
		return bits.OnesCount64(uint64(b.may)) - bits.OnesCount64(uint64(a.may))
	})
	s := &search{problem: p, counts: make([]int, len(p.classes))}
	s.choose(0)
	for _, counts := range s.found[:min(len(s.found), maxTeams)] {
		team := Team{}
		for i, n := range counts {
			if n > 0 {
				team = append(team, Pick{Count: n, People: p.classes[i].people, MembersOf: p.classes[i].group})
			}
		}
		all = append(all, team)
	}
	sortTeams(all)
	return all, s.isOver()
}
