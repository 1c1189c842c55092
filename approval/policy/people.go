package policy

// A ruleSet is a set of rules, by number.
type ruleSet uint64

func ruleBit(number int) ruleSet { return 1 << number }

func (s ruleSet) has(number int) bool { return s&ruleBit(number) != 0 }

// numbers are the rules of the set, in order.
func (s ruleSet) numbers() []int {
	var all []int
	for i := range maxAllRules {
		if s.has(i) {
			all = append(all, i)
		}
	}
	return all
}

func ruleSetOf(numbers []int) ruleSet {
	var s ruleSet
	for _, n := range numbers {
		s |= ruleBit(n)
	}
	return s
}

// An electorate tells for which rules of a stage a person may decide, at a cost
// that does not depend on how many are named.
type electorate struct {
	users, groups map[string]ruleSet  // which rules name them
	except        map[string]ruleSet  // likewise, by fold
	member        map[string][]string // in which groups of the roster a person is
	people        []string            // all who are known by name, each once
	roster        GroupMembers
	all, known    ruleSet // rules that need all; rules whose groups are in the roster
}

func newElectorate(rules []Rule, roster GroupMembers) *electorate {
	e := &electorate{
		users: map[string]ruleSet{}, groups: map[string]ruleSet{}, except: map[string]ruleSet{}, member: map[string][]string{}, roster: roster,
	}
	for i, r := range rules {
		if r.All {
			e.all |= ruleBit(i)
		}
		e.known |= ruleBit(i)
		for _, u := range r.From.Users {
			if e.users[u] == 0 {
				e.people = append(e.people, u)
			}
			e.users[u] |= ruleBit(i)
		}
		for _, id := range r.From.Except {
			e.except[fold(id)] |= ruleBit(i)
		}
	}
	for i, r := range rules {
		for _, g := range r.From.Groups {
			members, known := roster[g]
			if !known {
				e.known &^= ruleBit(i)
			}
			if e.groups[g] == 0 {
				e.enroll(g, members)
			}
			e.groups[g] |= ruleBit(i)
		}
	}
	return e
}

func (e *electorate) enroll(group string, members []string) {
	for _, id := range members {
		if e.users[id] == 0 && len(e.member[id]) == 0 {
			e.people = append(e.people, id)
		}
		e.member[id] = append(e.member[id], group)
	}
}

// rules are those for which a person may decide who claims these groups. Claims
// count only for groups that are not in the roster.
func (e *electorate) rules(id string, claims []string) ruleSet {
	may := e.users[id]
	for _, g := range e.member[id] {
		may |= e.groups[g]
	}
	for _, g := range claims {
		if rules := e.groups[g]; rules&^may != 0 {
			if _, known := e.roster[g]; !known {
				may |= rules
			}
		}
	}
	return may &^ e.excepts(id)
}

// excepts are the rules that except one of these.
func (e *electorate) excepts(ids ...string) ruleSet {
	var rules ruleSet
	for _, id := range ids {
		rules |= e.except[fold(id)]
	}
	return rules
}

// electorate is that of the stage which is decided now.
func (t *Tally) electorate() *electorate {
	if t.who == nil {
		t.who = newElectorate(t.stage().Rules, t.s.Roster)
	}
	return t.who
}

// turn forgets what was looked up, as who may decide has changed. What is looked
// up follows from the snapshot alone, so that when it is looked up changes nothing.
func (t *Tally) turn() { t.who, t.ahead, t.out = nil, nil, nil }
