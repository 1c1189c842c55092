package tally_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// The tally agrees with a brute-force reading of the rules, whatever happens.
func TestTallyAgreesWithBruteForce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, o := aPolicy(t, 2, "finance", "hr"), anOpening(t)
		gate, err := tally.New(p, o)
		require.NoError(t, p.Validate())
		if err != nil {
			return // it cannot be fulfilled
		}
		m := newModel(p, o)
		for i := range rapid.IntRange(0, 30).Draw(t, "steps") {
			ok, want := both(t, gate, m)
			require.Equal(t, want, ok, "step %d", i)
			require.Equal(t, m.state, gate.State(), "step %d", i)
			require.Equal(t, []int{m.round, m.at}, []int{gate.Round(), stageOf(gate)}, "step %d", i)
			require.Equal(t, m.digest, gate.Digest())
			if m.state == policy.StateOpen {
				require.Equal(t, m.missing(), gate.Missing(), "step %d", i)
				require.Positive(t, gate.Missing(), "it would be approved")
			}
		}
		require.NoError(t, gate.Audit().Verify())
	})
}

func stageOf(t *tally.Tally) int {
	n := t.Stage()
	return n
}

// both lets one thing happen to a tally and its model.
func both(t *rapid.T, gate *tally.Tally, m *model) (got, want bool) {
	var err error
	switch rapid.IntRange(1, 30).Draw(t, "step") { // small ones come more often
	case 30:
		m.expire()
		gate.Expire(start)
		return true, true
	case 28, 29:
		want = m.escalate()
		_, got = gate.Escalate(start)
		return got, want
	case 4, 5:
		by := rapid.SampledFrom([]string{"a0", "a0", "A0", "a1"}).Draw(t, "by")
		want = m.resubmit(by, "d3")
		err = gate.Resubmit(by, "d3", start)
	default:
		v := aVote(t, m.round)
		before := gate.Snapshot()
		checked := gate.Check(v)
		require.Equal(t, before, gate.Snapshot(), "Check changes nothing")
		_, err = gate.Apply(v, start)
		require.Equal(t, checked, err, "Check foretells Apply")
		want = m.vote(v)
	}
	var refusal *tally.Refusal
	require.Equal(t, err != nil, errors.As(err, &refusal))
	return err == nil, want
}

// While no one changes a vote and the rejections are fewer than a veto, the order
// in which votes come does not matter.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, o := aPolicy(t, 1, "finance", "hr"), anOpening(t)
		p.FinalVotes, p.RequireCommentOn = false, nil
		if policy.Lint(p, o.Lint()) != nil {
			return
		}
		var votes []tally.Vote
		rejections := rapid.IntRange(0, max(p.Stages[0].RejectThreshold, 1)-1).Draw(t, "rejections")
		for i, id := range rapid.Permutation(universe).Draw(t, "voters") {
			v := tally.Vote{Actor: in(id, some(t, "claims", "finance", "hr")...), Choice: policy.ChoiceApprove}
			if i < rejections {
				v.Choice = policy.ChoiceReject
			}
			votes = append(votes, v)
		}
		end := func(votes []tally.Vote) *tally.Tally {
			gate, err := tally.New(p, o)
			require.NoError(t, err)
			for _, v := range votes {
				_, _ = gate.Apply(v, start) // some may not
			}
			return gate
		}
		a, b := end(votes), end(rapid.Permutation(votes).Draw(t, "order"))
		require.Equal(t, a.State(), b.State())
		require.Equal(t, a.Missing(), b.Missing())
		if a.State() == policy.StateOpen {
			require.ElementsMatch(t, a.Votes(), b.Votes())
		}
	})
}

// A policy can be opened exactly if some set of approvals fulfills it, each given
// before the ladder or after a step of it.
func TestLintAgreesWithExhaustiveSearch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, o := aPolicy(t, 1, "hr"), anOpening(t)
		p.FinalVotes, p.MaxRounds = false, 0
		require.Equal(t, fulfillable(p, o), policy.Lint(p, o.Lint()) == nil)
	})
}

func fulfillable(p policy.Policy, o tally.Options) bool {
	times := len(p.Stages[0].Escalations) + 2 // the last one is never
	plans := 1
	for range universe {
		plans *= times
	}
	for plan := range plans {
		m := newModel(p, o)
		for at := range times - 1 {
			left := plan
			for _, id := range universe {
				if left%times == at {
					m.vote(tally.Vote{Actor: in(id), Choice: policy.ChoiceApprove, Round: 1})
				}
				left /= times
			}
			m.escalate()
		}
		if m.state == policy.StateApproved {
			return true
		}
	}
	return false
}
