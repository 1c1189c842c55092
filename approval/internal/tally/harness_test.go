package tally_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

const hour = time.Hour

var tooLong = strings.Repeat("x", policy.MaxNameBytes+1)

var start = time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)

// eve asks in all tests.
var eve = tally.Options{Requester: "eve", Digest: "d1", At: start}

func in(id string, groups ...string) policy.Actor {
	return policy.Actor{ID: id, Groups: groups, Auth: "test"}
}

func member(id string) policy.Actor { return in(id, "staff", "finance") }

func yes(id string) tally.Vote { return tally.Vote{Actor: member(id), Choice: policy.ChoiceApprove} }
func no(id string) tally.Vote  { return tally.Vote{Actor: member(id), Choice: policy.ChoiceReject} }
func ask(id string) tally.Vote {
	return tally.Vote{Actor: member(id), Choice: policy.ChoiceRequestChanges}
}

// yesOf is an approval of an actor in exactly these groups.
func yesOf(id string, groups ...string) tally.Vote {
	return tally.Vote{Actor: in(id, groups...), Choice: policy.ChoiceApprove}
}

// yesFor is the approval of a delegate, who is in no group.
func yesFor(owner, id string) tally.Vote {
	return tally.Vote{Actor: in(id), Choice: policy.ChoiceApprove, For: owner}
}

func round(n int, v tally.Vote) tally.Vote {
	v.Round = n
	return v
}

func users(ids ...string) policy.Selector  { return policy.Selector{Users: ids} }
func groups(ids ...string) policy.Selector { return policy.Selector{Groups: ids} }

func need(n int, from policy.Selector) policy.Rule { return policy.Rule{Need: n, From: from} }

func rules(r ...policy.Rule) policy.Policy { return policy.Stages(policy.Stage{Rules: r}) }

// A script is a policy and what happens to its gate.
type script struct {
	policy policy.Policy
	roster policy.GroupMembers
	steps  []step
	want   policy.State
}

func (s script) run(t require.TestingT) *tally.Tally {
	o := eve
	o.GroupMembers = s.roster
	gate, err := tally.New(s.policy, o)
	require.NoError(t, err)
	for i, step := range s.steps {
		require.NoErrorf(t, step(gate), "step %d", i+1)
	}
	require.Equal(t, s.want, gate.State())
	require.NoError(t, gate.Audit().Verify())
	return gate
}

func play(t require.TestingT, p policy.Policy, steps ...step) *tally.Tally {
	gate, err := tally.New(p, eve)
	require.NoError(t, err)
	for i, step := range steps {
		require.NoErrorf(t, step(gate), "step %d", i+1)
	}
	return gate
}

// quorum returns p with one stage, in which n members of the group must approve.
func quorum(p policy.Policy, n int, group string, rejectThreshold int) policy.Policy {
	p.Stages = policy.Quorum(n, group).Stages
	p.Stages[0].RejectThreshold = rejectThreshold
	return p
}

// threshold returns p with that number of rejections that end its only stage.
func threshold(p policy.Policy, n int) policy.Policy {
	p.Stages = slices.Clone(p.Stages)
	p.Stages[0].RejectThreshold = n
	return p
}

// says compares errors, without the name of the package in front of each.
func says(t *testing.T, want string, err error) {
	t.Helper()
	if want == "" {
		require.NoError(t, err)
		return
	}
	require.Error(t, err)
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		require.Regexp(t, "^policy: .*; ", line)
		lines[i] = strings.TrimPrefix(line, "policy: ")
	}
	require.Equal(t, strings.TrimSpace(want), strings.Join(lines, "\n"))
}
