package tally_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// An operation is anything that can be done to a tally; it returns what it said.
type operation func(*tally.Tally) string

func said(state policy.State, err error) string { return fmt.Sprint(state, " ", err) }

// operations are one of each, votes of delegates too.
func operations(t *rapid.T, round int) []operation {
	v := aVote(t, round)
	if rapid.Bool().Draw(t, "forAnother") {
		v.For = rapid.SampledFrom(universe).Draw(t, "for")
	}
	by := in(rapid.SampledFrom(universe).Draw(t, "by"), "finance")
	to := rapid.SampledFrom(append([]string{""}, universe...)).Draw(t, "to")
	e := policy.Escalation{To: selector(t, "hr", "finance"), Replace: rapid.Bool().Draw(t, "replace"), Rule: rapid.SampledFrom([]string{
		"",
		"r0", "r1",
	}).Draw(t, "rule")}
	e.To.Except = some(t, "except", universe...)
	return []operation{
		func(a *tally.Tally) string { return said(a.Apply(v, start)) },
		func(a *tally.Tally) string { return said(a.State(), a.Delegate(by, to, start)) },
		func(a *tally.Tally) string { return said(a.State(), a.Resubmit(by.ID, "d3", start)) },
		func(a *tally.Tally) string { return said(a.State(), a.Reassign(by, e, "", start)) },
		func(a *tally.Tally) string { e, ok := a.Escalate(start); return fmt.Sprint(e, ok) },
		func(a *tally.Tally) string { return string(a.Expire(start)) },
		func(a *tally.Tally) string { return said(a.State(), a.Withdraw(by.ID, start)) },
		func(a *tally.Tally) string { a.Cancel(start); return "" },
	}
}

// drive does things to a tally, most often votes.
func drive(t *rapid.T, then func(*tally.Tally, operation)) *tally.Tally {
	p, o := aPolicy(t, 2, "finance", "hr"), anOpening(t)
	p.AllowDelegation = rapid.Bool().Draw(t, "delegation")
	gate, err := tally.New(p, o)
	if err != nil {
		return nil // it cannot be fulfilled
	}
	for range rapid.IntRange(0, 40).Draw(t, "steps") {
		all := operations(t, gate.Round())
		which := rapid.IntRange(0, 6+len(all)).Draw(t, "which")
		then(gate, all[max(0, which-7)])
	}
	return gate
}

// One person never fills two places, and neither does one actor; the requester
// and who is barred fill none.
func TestOnePersonCountsOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		drive(t, func(gate *tally.Tally, do operation) {
			stage := gate.Current()
			n, needed := stageOf(gate), len(stage.Rules)
			do(gate)
			persons, actors := set{}, set{}
			for _, c := range gate.Votes() {
				if c.Stage != stageOf(gate) {
					continue
				}
				require.False(t, persons[c.Person] || actors[c.Actor.ID], "%+v", gate.Votes())
				persons[c.Person], actors[c.Actor.ID] = true, true
				for _, id := range []string{c.Person, c.Actor.ID} {
					require.NotContains(t, gate.Policy().Excluded, id)
					require.True(t, id != "a0" || gate.Policy().AllowRequester)
				}
			}
			if gate.State() == policy.StateApproved && gate.Explanation() == "" {
				require.GreaterOrEqual(t, gate.Approvals(), needed, "each rule needs one at least")
				require.GreaterOrEqual(t, gate.Approvals(), gate.Need())
				require.Equal(t, n, stageOf(gate))
			}
		})
	})
}

// What is decided stays: nothing moves a gate that is closed.
func TestClosedStaysClosed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		gate := drive(t, func(gate *tally.Tally, do operation) { do(gate) })
		if gate == nil {
			return
		}
		if rapid.Bool().Draw(t, "expire") {
			for !gate.State().IsClosed() && gate.State() == policy.StateOpen {
				gate.Expire(start)
			}
		}
		gate.Cancel(start)
		require.True(t, gate.State().IsClosed())
		closed := gate.Snapshot()
		for range 5 {
			for i, do := range operations(t, gate.Round()) {
				do(gate)
				require.Equal(t, closed, gate.Snapshot(), "operation %d", i)
			}
		}
	})
}

// A tally that is restored from JSON again and again does what one does that
// lives through.
func TestSnapshotsChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var other *tally.Tally
		drive(t, func(gate *tally.Tally, do operation) {
			if other == nil || rapid.Bool().Draw(t, "restore") {
				other = again(t, gate.Snapshot())
			}
			require.Equal(t, do(gate), do(other))
			require.Equal(t, text(t, gate.Snapshot()), text(t, other.Snapshot()))
			require.NoError(t, other.Audit().Verify())
			require.Equal(t, gate.Missing(), other.Missing())
			require.Equal(t, text(t, gate.Votes()), text(t, other.Votes()))
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
		drive(t, func(gate *tally.Tally, do operation) {
			do(gate)
			if gate.State() == policy.StateOpen {
				require.Positive(t, gate.Missing())
				require.LessOrEqual(t, gate.Missing(), gate.Need())
			}
		})
	})
}
