package policy

import (
	"slices"
	"strings"
	"time"
)

// decide closes the gate, or begins the next stage, when a threshold is reached.
// One vote comes at a time, so the first one that is reached decides.
func (t *Tally) decide(at time.Time) {
	s := t.stage()
	switch {
	case t.count(ChoiceReject) >= s.RejectThreshold:
		t.close(StateRejected, "", at)
	case t.Missing() == 0:
		t.advance("", at)
	case t.s.Policy.FinalVotes && t.unreachable():
		t.close(StateRejected, tooFew, at)
	}
}

// tooFew is why a gate is rejected that nobody can approve any more. While people
// may change their votes, that is looked at only when a stage begins: those who
// have approved an earlier one may be missing in it.
const tooFew = "not enough are left who could approve"

// advance ends a stage that has approved, or, with why, is taken to have.
func (t *Tally) advance(why string, at time.Time) {
	if t.s.Stage+1 == len(t.s.Policy.Stages) {
		t.close(StateApproved, why, at)
		return
	}
	t.s.Past = append(t.s.Past, t.s.Votes...)
	t.s.Votes = nil
	t.s.Stage++
	t.turn()
	t.note(AuditEntry{At: at, Kind: "stage", Note: t.stage().Name})
	if t.unreachable() {
		t.close(StateRejected, tooFew, at)
	}
}

func (t *Tally) close(state State, why string, at time.Time) {
	t.s.State, t.s.Why = state, why
	t.note(AuditEntry{At: at, Kind: string(state), Note: why})
}

// stage is the one that is decided now.
func (t *Tally) stage() Stage {
	if t.s.Stage >= len(t.s.Policy.Stages) {
		return Stage{} // of an automatic approval
	}
	return t.s.Policy.Stages[t.s.Stage]
}

// Need is how many approvals the stage needs, of all its rules.
func (t *Tally) Need() int { return sum(t.places()) }

func sum(places []int) int {
	n := 0
	for _, p := range places {
		n += p
	}
	return n
}

// Missing is how many approvals the stage still needs. Each person counts for
// one rule, the one where it helps most.
func (t *Tally) Missing() int {
	var may []ruleSet
	for _, c := range t.s.Votes {
		if c.Choice == ChoiceApprove {
			may = append(may, ruleSetOf(c.Rules))
		}
	}
	places := t.places()
	return sum(places) - match(may, places)
}

func (t *Tally) count(c Choice) int {
	n := 0
	for _, v := range t.s.Votes {
		if v.Choice == c {
			n++
		}
	}
	return n
}

// who says in short who may decide.
func (s Stage) who() string {
	var names []string
	for _, r := range s.Rules {
		for _, g := range r.From.Groups {
			names = append(names, "a member of "+g)
		}
		if len(r.From.Users) > 0 {
			names = append(names, "one of those named in the policy")
		}
	}
	slices.Sort(names)
	return listed(slices.Compact(names))
}

// listed is the first of many names, for a text that has a limit.
func listed(names []string) string {
	const most = 10
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:most], ", ") + " and others"
}
