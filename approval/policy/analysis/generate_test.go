package analysis_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/approval/policy/analysis"
)

// A draw makes random policies and people. The same seed makes the same ones.
type draw struct{ *rand.Rand }

func newDraw(seed uint64) draw { return draw{rand.New(rand.NewPCG(seed, 7))} } //nolint:gosec // a test repeats it

func (d draw) chance(percent int) bool { return d.IntN(100) < percent }

// some returns each of the names with this chance.
func (d draw) some(percent int, of []string) []string {
	var all []string
	for _, name := range of {
		if d.chance(percent) {
			all = append(all, name)
		}
	}
	return all
}

// aCase is a policy, and people of whom p0 asks. Who is in hr is known; fin and ops are
// claimed.
func (d draw) aCase() (policy.Policy, analysis.Options) {
	var ids []string
	for i := range 2 + d.IntN(7) {
		ids = append(ids, fmt.Sprint("p", i))
	}
	o := analysis.Options{Requester: "p0", GroupMembers: policy.GroupMembers{"hr": d.some(40, ids)}}
	for _, id := range ids {
		o.People = append(o.People, policy.Actor{ID: id, Groups: d.some(45, []string{"fin", "ops", "hr"})})
	}
	o.Waited = time.Duration(d.IntN(4)) * time.Hour
	p := policy.Policy{
		AllowRequester: d.chance(30), AllowRepeat: d.chance(35), FinalVotes: d.chance(25), FoldCase: d.chance(20),
		Excluded: d.some(10, ids), MaxRounds: d.IntN(3),
	}
	for range 1 + d.IntN(3) {
		p.Stages = append(p.Stages, d.stage(ids))
	}
	for range d.IntN(4) * d.IntN(2) {
		choice := policy.ChoiceApprove
		if d.chance(25) {
			choice = policy.ChoiceReject
		}
		o.Votes = append(o.Votes, analysis.Vote{Actor: ids[d.IntN(len(ids))], Choice: choice})
	}
	return p, o
}

func (d draw) stage(ids []string) policy.Stage {
	s := policy.Stage{RejectThreshold: 1 + d.IntN(3)}
	for i := range 1 + d.IntN(3) {
		r := policy.Rule{Name: fmt.Sprint("r", i), Need: 1 + d.IntN(2), From: d.selector(ids, "fin", "ops", "hr")}
		if d.chance(20) {
			r = policy.Rule{Name: r.Name, All: true, From: d.selector(ids, "hr")}
		}
		s.Rules = append(s.Rules, r)
	}
	for i := range d.IntN(3) * d.IntN(2) {
		e := policy.Escalation{After: time.Duration(i+1) * time.Hour, To: d.selector(ids, "hr"), Replace: true}
		if n := d.IntN(len(s.Rules) + 1); n < len(s.Rules) {
			e.Rule, e.Replace = s.Rules[n].Name, s.Rules[n].All || d.chance(50)
		}
		s.Escalations = append(s.Escalations, e)
	}
	return s
}

func (d draw) selector(ids []string, groups ...string) policy.Selector {
	s := policy.Selector{Users: d.some(30, ids), Groups: d.some(40, groups), Except: d.some(5, ids)}
	if len(s.Users)+len(s.Groups) == 0 {
		s.Users = []string{ids[d.IntN(len(ids))]}
	}
	return s
}
