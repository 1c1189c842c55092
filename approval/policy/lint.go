package policy

import (
	"fmt"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/electorate"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/names"
)

// LintOptions says who can decide on a request. The zero value says that nothing is
// known.
type LintOptions struct {
	// Requester holds the ID of the actor who makes the request.
	Requester string
	// GroupMembers has the members of groups, where they are known.
	GroupMembers GroupMembers
	// Managers may change the request. Only their names are checked.
	Managers Selector
}

// Lint reports what is wrong with the policy, as [Policy.Validate] does, and whether
// it can be fulfilled: by the people who may decide, without the requester and
// excluded people, each counting once. It takes groups whose members are unknown for
// large enough.
func Lint(p Policy, o LintOptions) error {
	if err := p.Validate(); err != nil {
		return err
	}
	ps := &problems{}
	ps.checkName("the requester", o.Requester)
	o.GroupMembers.validate(ps)
	if o.Managers.size() > 0 {
		ps.checkSelector("the managers", o.Managers)
	}
	if o.Requester == "" && p.MaxRounds > 1 {
		ps.add("maxRounds is %d, and there is no requester who could make the request again; name one", p.MaxRounds)
	}
	if err := ps.err(); err != nil {
		return err // the checks below rely on good names
	}
	p = p.Normalized()
	if p.FoldCase {
		o.GroupMembers = o.GroupMembers.Folded()
	}
	checkPeople(ps, p, o.GroupMembers, o.Managers)
	checkFeasible(ps, p, o)
	return ps.err()
}

// checkFeasible checks that each stage can approve, and then that all of them can
// together.
func checkFeasible(ps *problems, p Policy, o LintOptions) {
	out := names.Folds(p.Excluded)
	if o.Requester != "" && !p.AllowRequester {
		out[names.Fold(o.Requester)] = true
	}
	mayApprove := func(id string) bool { return !out[names.Fold(id)] }
	total, known := 0, true
	var stages []electorate.Stage
	for i, s := range p.Stages {
		if !checkKnown(ps, s, i, o.GroupMembers) {
			known = false
			continue
		}
		f := electorate.NewForecast(s.rules(), s.changes(), electorate.New(s.rules(), o.GroupMembers), mayApprove)
		for _, n := range f.Need() {
			total += n
		}
		if need, most, short := f.IsShort(nil); short {
			ps.add("stage %d: %d approvals are needed, each of another person, and at most %d are possible; "+
				"ask for fewer, or let more people decide", i+1, need, most)
		}
		stages = append(stages, electorate.Stage{Forecast: f, Rules: s.rules(), Skipped: s.OnTimeout == ApproveOnTimeout})
	}
	if known && total > MaxVotes {
		ps.add("%d approvals are needed in total, and a gate keeps %d votes; ask for fewer", total, MaxVotes)
	}
	if len(ps.errs) > 0 || p.AllowRepeat || len(stages) < 2 {
		return
	}
	if need, most := electorate.Together(stages); most < need {
		ps.add("the stages need %d approvals, each of another person, and at most %d are possible; "+
			"let more people decide, or set allowRepeat", need, most)
	}
}

// checkKnown finds rules that need all of people who are unknown, now or after an
// escalation.
func checkKnown(ps *problems, s Stage, i int, members GroupMembers) bool {
	before := len(ps.errs)
	known := func(s Selector) bool {
		return !slices.ContainsFunc(s.Groups, func(g string) bool { _, ok := members[g]; return !ok })
	}
	for j, r := range s.Rules {
		if !r.All {
			continue
		}
		if !known(r.From) {
			ps.add("stage %d: rule %d needs all of groups whose members are unknown; give their members", i+1, j+1)
		}
		for k, e := range s.Escalations {
			if (e.Rule == "" || e.Rule == r.Name) && !known(e.To) {
				ps.add("stage %d: escalation %d is to groups whose members are unknown, and rule %d needs all of them; "+
					"give their members", i+1, k+1, j+1)
			}
		}
	}
	return len(ps.errs) == before
}

// Validate reports what is wrong with the selector itself.
func (s Selector) Validate() error {
	ps := &problems{}
	ps.checkSelector("the selector", s)
	return ps.err()
}

// checkPeople finds groups among people: an exception of a group would except no one.
func checkPeople(ps *problems, p Policy, members GroupMembers, managers Selector) {
	groups := names.Folds(members.groups())
	eachSelector := func(look func(s Selector, where string)) {
		look(managers, "the managers")
		for i, s := range p.Stages {
			for j, r := range s.Rules {
				look(r.From, fmt.Sprintf("rule %d of stage %d", j+1, i+1))
			}
			for j, e := range s.Escalations {
				look(e.To, fmt.Sprintf("escalation %d of stage %d", j+1, i+1))
			}
		}
	}
	eachSelector(func(s Selector, _ string) {
		for _, g := range s.Groups {
			groups[names.Fold(g)] = true
		}
	})
	check := func(list []string, where string) {
		if i := slices.IndexFunc(list, func(name string) bool { return groups[names.Fold(name)] }); i >= 0 {
			ps.add("name %d in %s is the name of a group, and only people belong there; name its members, or list the group under groups", i+1,
				where)
		}
	}
	check(p.Excluded, "excluded")
	eachSelector(func(s Selector, where string) {
		check(s.Users, "users of "+where)
		check(s.Except, "except of "+where)
	})
}
