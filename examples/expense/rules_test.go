package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/approvaltest"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestRules(t *testing.T) {
	t.Parallel()
	var (
		ann, bob, fay = approvaltest.Yes("ann", "finance"), approvaltest.Yes("bob", "finance"), approvaltest.Yes("fay", "directors")
		no            = approvaltest.No("bob", "finance")
		reasoned      = no
	)
	reasoned.Comment = "not this year"
	type cases = map[string]approvaltest.Case
	for name, band := range map[string]struct {
		amounts []int64
		cases   cases
	}{
		"small": {[]int64{1, 99}, cases{
			"nobody": {Want: policy.StateApproved},
		}},
		"medium": {[]int64{100, 999}, cases{
			"nobody": {Want: policy.StateOpen, Missing: 1},
			"one":    {Votes: []approvalclient.Vote{ann}, Want: policy.StateApproved},
			"the requester": {
				Votes: []approvalclient.Vote{approvaltest.Yes("eve", "finance")}, Want: policy.StateOpen, Missing: 1,
				Refused: approval.ReasonSelfApproval,
			},
			"a director": {Votes: []approvalclient.Vote{fay}, Want: policy.StateOpen, Missing: 1, Refused: approval.ReasonNotEligible},
			"no, without a reason": {
				Votes: []approvalclient.Vote{no}, Want: policy.StateOpen, Missing: 1,
				Refused: approval.ReasonCommentRequired,
			},
			"no": {Votes: []approvalclient.Vote{reasoned}, Want: policy.StateRejected},
		}},
		"large": {[]int64{1000, 1_000_000}, cases{
			"one": {Votes: []approvalclient.Vote{ann}, Want: policy.StateOpen, Missing: 1},
			"one twice": {
				Votes: []approvalclient.Vote{ann, ann}, Want: policy.StateOpen, Missing: 1,
				Refused: approval.ReasonAlreadyVoted,
			},
			"two":                {Votes: []approvalclient.Vote{ann, bob}, Want: policy.StateOpen, Missing: 1}, // of the directors
			"a director at once": {Votes: []approvalclient.Vote{fay}, Want: policy.StateOpen, Missing: 2, Refused: approval.ReasonNotEligible},
			"all":                {Votes: []approvalclient.Vote{ann, bob, fay}, Want: policy.StateApproved},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, amount := range band.amounts {
				p, err := rules(time.Hour).For(amount)
				require.NoError(t, err)
				approvaltest.Policy(t, p, policy.LintOptions{Requester: "eve"}, band.cases)
			}
		})
	}
}
