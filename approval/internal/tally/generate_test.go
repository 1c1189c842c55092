package tally_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// universe is everyone; a0 asks. Who is in hr is known; finance is what a vote
// claims.
var universe = []string{"a0", "a1", "a2", "a3", "a4"}

func some(t *rapid.T, what string, of ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, len(of), rapid.ID).Draw(t, what)
}

func selector(t *rapid.T, groups ...string) policy.Selector {
	s := policy.Selector{Users: some(t, "users", universe...), Groups: some(t, "groups", groups...)}
	if len(s.Users)+len(s.Groups) == 0 {
		s.Users = []string{"a1"}
	}
	return s
}

// aPolicy is a policy that is valid by itself. Claimed groups are in it only
// where it need not be known who is in them.
func aPolicy(t *rapid.T, stages int, groups ...string) policy.Policy {
	p := policy.Policy{
		AllowRequester: rapid.Bool().Draw(t, "allowRequester"), AllowRepeat: rapid.Bool().Draw(t, "allowRepeat"), FoldCase: rapid.Bool().Draw(t,
			"foldCase"), FinalVotes: rapid.Bool().Draw(t, "final"),
		Excluded:  rapid.SampledFrom([][]string{nil, nil, {"a4"}}).Draw(t, "excluded"),
		MaxRounds: rapid.IntRange(0, 3).Draw(t, "rounds"), AllowEdits: rapid.Bool().Draw(t, "edits"),
		RequireCommentOn: rapid.SampledFrom([][]policy.Choice{nil, nil, {policy.ChoiceReject}}).Draw(t, "comment"),
	}
	for range rapid.IntRange(1, stages).Draw(t, "stages") {
		p.Stages = append(p.Stages, aStage(t, p.FinalVotes, groups...))
	}
	return p
}

func aStage(t *rapid.T, final bool, groups ...string) policy.Stage {
	s := policy.Stage{
		RejectThreshold: rapid.SampledFrom([]int{0, 2, 3, 3}).Draw(t, "veto"),
		OnTimeout: rapid.SampledFrom([]policy.TimeoutAction{
			policy.ExpireOnTimeout, policy.RejectOnTimeout, policy.ApproveOnTimeout,
			policy.FailOnTimeout,
		}).Draw(t, "onTimeout"),
	}
	for i := range rapid.SampledFrom([]int{1, 1, 2, 2, 3}).Draw(t, "rules") {
		r := policy.Rule{Name: fmt.Sprint("r", i), Need: rapid.SampledFrom([]int{1, 1, 2}).Draw(t, "need"), From: selector(t, groups...)}
		if rapid.IntRange(0, 5).Draw(t, "all") == 0 {
			r.Need, r.All, r.From = 0, true, selector(t, "hr")
		}
		r.From.Except = rapid.SampledFrom([][]string{nil, nil, {"a2"}, {"a3"}}).Draw(t, "except")
		s.Rules = append(s.Rules, r)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "ladder") {
		if final { // the model does not look ahead
			break
		}
		e := policy.Escalation{After: time.Duration(i+1) * time.Hour, To: selector(t, "hr"), Replace: true}
		rule := rapid.IntRange(0, len(s.Rules)).Draw(t, "rule")
		if rule < len(s.Rules) {
			e.Rule = s.Rules[rule].Name
			e.Replace = s.Rules[rule].All || rapid.Bool().Draw(t, "replace")
		}
		s.Escalations = append(s.Escalations, e)
	}
	return s
}

func anOpening(t *rapid.T) tally.Options {
	return tally.Options{Requester: "a0", Digest: "d0", At: start, GroupMembers: policy.GroupMembers{"hr": some(t, "hr", universe...)}}
}

// aVote is a vote on a request that is in that round, mostly.
func aVote(t *rapid.T, round int) tally.Vote {
	return tally.Vote{
		Actor: in(rapid.SampledFrom([]func(string) string{lower, lower, lower, upper}).Draw(t, "case")(rapid.SampledFrom(universe).Draw(t,
			"actor")), rapid.SampledFrom([][]string{{"finance"}, {"finance", "hr"}, {"hr"}, nil}).Draw(t, "claims")...),
		Choice: rapid.SampledFrom([]policy.Choice{
			"approve", "approve", "approve", "approve", "reject", "reject", "request-changes",
			"maybe",
		}).Draw(t, "choice"),
		Comment: rapid.SampledFrom([]string{"", "because"}).Draw(t, "comment"),
		Round:   rapid.SampledFrom([]int{round, round, round, round, round, 0, 1, 4}).Draw(t, "round"),
		Edited:  rapid.SampledFrom([]string{"", "", "", "", "", "d1", "d2"}).Draw(t, "edited"),
	}
}
