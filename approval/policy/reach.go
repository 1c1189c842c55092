package policy

import "slices"

// A supply is who could approve for each rule of a stage.
type supply struct {
	people [][]string // of each rule, sorted, without who is barred
	known  []bool     // false: people that are not known could too
}

// supply is who could approve for the rules of s now, or could before: votes
// that were given for a rule stay, but for one that needs all.
func (t *Tally) supply(s Stage, before supply) supply {
	var now supply
	for i, r := range s.Rules {
		people, known := r.From.people(t.s.Roster)
		people = slices.DeleteFunc(people, func(id string) bool { return t.barred(id) != nil })
		if !r.All && before.people != nil {
			people, known = merged(before.people[i], people), known && before.known[i]
		}
		now.people, now.known = append(now.people, people), append(now.known, known)
	}
	return now
}

// reach is how many approvals the stage needs of people who are known, and how
// many of them it can have, the votes that were given counted. People who are
// not known are taken to be enough.
func (t *Tally) reach(s Stage, all supply) (need, got int) {
	places := t.places(s)
	ids := make([]string, 0, len(t.s.Votes))
	for _, c := range t.s.Votes {
		ids = append(ids, c.Person)
	}
	for i, r := range s.Rules {
		if !r.All && !all.known[i] {
			places[i] = 0
		}
		need += places[i]
		ids = append(ids, all.people[i]...)
	}
	slices.Sort(ids)
	var may [][]int
	for _, id := range slices.Compact(ids) {
		voted := slices.IndexFunc(t.s.Votes, func(c Cast) bool { return c.Person == id })
		if voted >= 0 && t.s.Votes[voted].Choice != Approve && t.s.Policy.FinalVotes {
			continue
		}
		var rules []int
		for i, r := range s.Rules {
			_, could := slices.BinarySearch(all.people[i], id)
			did := !r.All && voted >= 0 && t.s.Votes[voted].Choice == Approve && slices.Contains(t.s.Votes[voted].Rules, i)
			if could || did {
				rules = append(rules, i)
			}
		}
		may = append(may, rules)
	}
	return need, match(may, places)
}

// short reports whether the stage cannot approve, neither now nor when its
// ladder has let others decide, with what it needs and can have now.
func (t *Tally) short(s Stage) (need, got int, short bool) {
	s.Rules = slices.Clone(s.Rules)
	all := t.supply(s, supply{})
	need, got = t.reach(s, all)
	short = got < need
	for _, e := range s.Ladder {
		if !short {
			break
		}
		s.change(e)
		all = t.supply(s, all)
		n, g := t.reach(s, all)
		short = g < n
	}
	return need, got, short
}

// merged is what is in a or in b, sorted.
func merged(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
