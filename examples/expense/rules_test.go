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

func TestAmountDecidesWhoApproves(t *testing.T) {
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
		"small": {amounts: []int64{1, 99}, cases: cases{
			"without a vote": {Want: policy.StateApproved},
		}},
		"medium": {amounts: []int64{100, 999}, cases: cases{
			"without a vote":          {Want: policy.StateOpen, Missing: 1},
			"one of finance approves": {Votes: []approvalclient.Vote{ann}, Want: policy.StateApproved},
			"the requester approves": {
				Votes: []approvalclient.Vote{approvaltest.Yes("eve", "finance")}, Want: policy.StateOpen, Missing: 1,
				Refused: approval.ReasonSelfApproval,
			},
			"a director approves": {Votes: []approvalclient.Vote{fay}, Want: policy.StateOpen, Missing: 1, Refused: approval.ReasonNotEligible},
			"finance rejects without a comment": {
				Votes: []approvalclient.Vote{no}, Want: policy.StateOpen, Missing: 1,
				Refused: approval.ReasonCommentRequired,
			},
			"finance rejects": {Votes: []approvalclient.Vote{reasoned}, Want: policy.StateRejected},
		}},
		"large": {amounts: []int64{1000, 1_000_000}, cases: cases{
			"one of finance approves": {Votes: []approvalclient.Vote{ann}, Want: policy.StateOpen, Missing: 1},
			"one of finance approves twice": {
				Votes: []approvalclient.Vote{ann, ann}, Want: policy.StateOpen, Missing: 1,
				Refused: approval.ReasonAlreadyVoted,
			},
			"two of finance approve": {Votes: []approvalclient.Vote{ann, bob}, Want: policy.StateOpen, Missing: 1}, // a director
			"a director approves before finance": {
				Votes: []approvalclient.Vote{fay}, Want: policy.StateOpen, Missing: 2,
				Refused: approval.ReasonNotEligible,
			},
			"finance and a director approve": {Votes: []approvalclient.Vote{ann, bob, fay}, Want: policy.StateApproved},
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
