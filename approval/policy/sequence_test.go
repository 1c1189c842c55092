package policy_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An operation is anything that can be done to a tally; it returns what it said.
type operation func(*policy.Tally) string

func said(state policy.State, err error) string { return fmt.Sprint(state, " ", err) }

// operations are one of each, votes of delegates too.
func operations(t *rapid.T, round int) []operation {
	v := aVote(t, round)
	if rapid.Bool().Draw(t, "forAnother") {
		v.For = rapid.SampledFrom(universe).Draw(t, "for")
	}
	by := in(rapid.SampledFrom(universe).Draw(t, "by"), "finance")
	to := rapid.SampledFrom(append([]string{""}, universe...)).Draw(t, "to")
	e := policy.Escalation{To: selector(t, "hr", "finance"), Replace: rapid.Bool().Draw(t, "replace"), Rule: rapid.SampledFrom([]string{"", "r0", "r1"}).Draw(t, "rule")}
	e.To.Except = some(t, "except", universe...)
	return []operation{
		func(a *policy.Tally) string { return said(a.Apply(v, start)) },
		func(a *policy.Tally) string { return said(a.State(), a.Delegate(by, to, start)) },
		func(a *policy.Tally) string { return said(a.State(), a.Resubmit(by.ID, "d3", start)) },
		func(a *policy.Tally) string { return said(a.State(), a.Reassign(by, e, "", start)) },
		func(a *policy.Tally) string { e, ok := a.Escalate(start); return fmt.Sprint(e, ok) },
		func(a *policy.Tally) string { return string(a.Expire(start)) },
		func(a *policy.Tally) string { return said(a.State(), a.Withdraw(by.ID, start)) },
		func(a *policy.Tally) string { a.Cancel(start); return "" },
	}
}

// drive does things to a tally, most often votes.
func drive(t *rapid.T, then func(*policy.Tally, operation)) *policy.Tally {
	p, o := aPolicy(t, 2, "finance", "hr"), anOpening(t)
	p.AllowDelegation = rapid.Bool().Draw(t, "delegation")
	tally, err := policy.NewTally(p, o)
	if err != nil {
		return nil // it cannot be fulfilled
	}
	for range rapid.IntRange(0, 40).Draw(t, "steps") {
		all := operations(t, tally.Round())
		which := rapid.IntRange(0, 6+len(all)).Draw(t, "which")
		then(tally, all[max(0, which-7)])
	}
	return tally
}

// One person never fills two places, and neither does one actor; the requester
// and who is barred fill none.
func TestOnePersonCountsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drive(t, func(tally *policy.Tally, do operation) {
			stage := tally.Current()
			n, needed := stageOf(tally), len(stage.Rules)
			do(tally)
			persons, actors := set{}, set{}
			for _, c := range tally.Votes() {
				if c.Stage != stageOf(tally) {
					continue
				}
				require.False(t, persons[c.Person] || actors[c.Actor.ID], "%+v", tally.Votes())
				persons[c.Person], actors[c.Actor.ID] = true, true
				for _, id := range []string{c.Person, c.Actor.ID} {
					require.NotContains(t, tally.Policy().Excluded, id)
					require.True(t, id != "a0" || tally.Policy().AllowRequester)
				}
			}
			if tally.State() == policy.StateApproved && tally.Explanation() == "" {
				require.GreaterOrEqual(t, tally.Approvals(), needed, "each rule needs one at least")
				require.GreaterOrEqual(t, tally.Approvals(), tally.Need())
				require.Equal(t, n, stageOf(tally))
			}
		})
	})
}

// What is decided stays: nothing moves a gate that is closed.
func TestClosedStaysClosed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tally := drive(t, func(tally *policy.Tally, do operation) { do(tally) })
		if tally == nil {
			return
		}
		if rapid.Bool().Draw(t, "expire") {
			for !tally.State().IsClosed() && tally.State() == policy.StateOpen {
				tally.Expire(start)
			}
		}
		tally.Cancel(start)
		require.True(t, tally.State().IsClosed())
		closed := tally.Snapshot()
		for range 5 {
			for i, do := range operations(t, tally.Round()) {
				do(tally)
				require.Equal(t, closed, tally.Snapshot(), "operation %d", i)
			}
		}
	})
}

// A tally that is restored from JSON again and again does what one does that
// lives through.
func TestSnapshotsChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var other *policy.Tally
		drive(t, func(tally *policy.Tally, do operation) {
			if other == nil || rapid.Bool().Draw(t, "restore") {
				other = again(t, tally.Snapshot())
			}
			require.Equal(t, do(tally), do(other))
			require.Equal(t, text(t, tally.Snapshot()), text(t, other.Snapshot()))
			require.NoError(t, other.Audit().Verify())
			require.Equal(t, tally.Missing(), other.Missing())
			require.Equal(t, text(t, tally.Votes()), text(t, other.Votes()))
		})
	})
}

// text is JSON, to which an empty list is as none.
func text(t require.TestingT, v any) string {
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// A gate never waits for what is there already, and what is missing is never
// more than what is needed.
func TestOpenGatesMissSomething(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drive(t, func(tally *policy.Tally, do operation) {
			do(tally)
			if tally.State() == policy.StateOpen {
				require.Positive(t, tally.Missing())
				require.LessOrEqual(t, tally.Missing(), tally.Need())
			}
		})
	})
}
