package tally_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A snapshot may come from anywhere. One that is restored works, and can be
// carried again, whatever is done to it.
func FuzzRestore(f *testing.F) {
	for _, gate := range []*tally.Tally{
		busy(f), play(f, policy.Policy{AutoApprove: "small"}), play(f, two(policy.ApproveOnTimeout, policy.ExpireOnTimeout), cast(yes("ann"))),
		play(f, quorum(policy.Policy{MaxRounds: 2}, 2, "finance", 0), cast(ask("ann"))),
		play(f, policy.AllOf("ann", "bob"), cast(yes("ann"))),
	} {
		f.Add(text(f, gate.Snapshot()))
	}
	f.Add(`{"v":1,"policy":{"autoApprove":"x"},"state":"open","round":1,"stage":9,"votes":[{"rules":[7]}],"audit":{"entries":[{}]}}`)
	f.Add(`{"v":1,"policy":{"stages":[{"rules":[{"need":1,"from":{"users":["a"]}}]}]},"state":"open","round":1,"audit":{"entries":null}}`)
	f.Fuzz(func(t *testing.T, data string) {
		var s tally.Snapshot
		if json.Unmarshal([]byte(data), &s) != nil {
			return
		}
		gate, err := tally.Restore(s)
		if err != nil {
			require.Nil(t, gate)
			return
		}
		useAll(t, gate)
	})
}

// useAll does everything to a tally, and carries it each time.
func useAll(t *testing.T, gate *tally.Tally) {
	hr := policy.Escalation{To: groups("hr")}
	for _, step := range []step{
		cast(yes("ann")), delegate("zoe", "dan"), cast(yesFor("zoe", "dan")), cast(no("ann")), escalate, reassign(hr),
		cast(ask("ann")), cast(round(gate.Round(), yes("bob"))), resubmit("eve", "d2"), cast(round(gate.Round()+1, yes("ann"))), expire, expire,
		withdraw("eve"), cancel,
	} {
		closed := gate.State().IsClosed()
		state := gate.State()
		_ = step(gate) // may be refused
		require.True(t, !closed || gate.State() == state, "what is decided stays")
		require.GreaterOrEqual(t, gate.Missing(), 0)
		_, _, _, _, _ = gate.Votes(), gate.Explanation(), gate.UpdatedAt(), gate.Need(), gate.Approvals()
		gate = again(t, gate.Snapshot())
	}
	require.True(t, gate.State().IsClosed())
}
