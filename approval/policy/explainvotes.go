package policy

import (
	"fmt"
	"slices"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/words"
)

// explainPeople says who may not decide, or not twice.
func explainPeople(p Policy) []string {
	all := []string{"The requester may not decide."}
	if p.AllowRequester {
		all[0] = "The requester may decide too."
	}
	if len(p.Excluded) > 0 {
		all = append(all, "These people may not decide: "+words.List(p.Excluded)+".")
	}
	switch {
	case len(p.Stages) < 2:
	case p.AllowRepeat:
		all = append(all, "One person may approve several stages.")
	default:
		all = append(all, "A person who approved a stage cannot approve a later one.")
	}
	if p.FoldCase {
		all = append(all, "Names that differ only in case are the same name.")
	}
	if p.AllowDelegation {
		all = append(all, "People who may decide can name a delegate who decides for them.")
	}
	return all
}

// explainVotes says what a vote must have, and whether it can change.
func explainVotes(p Policy) []string {
	var all []string
	if p.FinalVotes {
		all = append(all, "A vote is final.")
	}
	for _, c := range []struct {
		choice Choice
		what   string
	}{{ChoiceApprove, "An approval"}, {ChoiceReject, "A rejection"}, {ChoiceRequestChanges, "A request for changes"}} {
		if slices.Contains(p.RequireCommentOn, c.choice) {
			all = append(all, c.what+" needs a comment.")
		}
	}
	if len(p.RejectReasons) > 0 {
		all = append(all, "A rejection gives one of these reasons: "+words.List(p.RejectReasons)+".")
	}
	return all
}

// explainRounds says how a request can change.
func explainRounds(p Policy) []string {
	var all []string
	if p.MaxRounds > 1 {
		all = append(all, fmt.Sprintf("People who may decide can request changes; the request has at most %d rounds, "+
			"and a request for changes in the last round rejects it.", p.MaxRounds))
	}
	if p.AllowEdits {
		all = append(all, "An approval can change the subject, which begins a new round.")
	}
	if p.MaxExtend > 0 {
		all = append(all, fmt.Sprintf("The deadline of a stage can become later by at most %s in total.", words.Duration(p.MaxExtend)))
	}
	return all
}

// Explain returns the sentences of [Policy.Explain] for each tier, each with the amounts
// that it is about.
func (t Tiers) Explain() []string {
	var all []string
	for i, tier := range t {
		for _, sentence := range tier.Policy.Explain() {
			all = append(all, t.amounts(i)+": "+sentence)
		}
	}
	if len(t) > 0 && !t[0].AllowNegative {
		all = append(all, "Amounts below 0 are an error.")
	}
	return all
}

// amounts names the amounts of a tier.
func (t Tiers) amounts(number int) string {
	last := number == len(t)-1
	switch {
	case number == 0 && last:
		return "All amounts"
	case number == 0:
		return fmt.Sprintf("Amounts below %d", t[0].Below)
	case last:
		return fmt.Sprintf("Amounts of %d or more", t[number-1].Below)
	default:
		return fmt.Sprintf("Amounts from %d to %d", t[number-1].Below, t[number].Below-1)
	}
}
