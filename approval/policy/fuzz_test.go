package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// Whatever stands in a configuration file, nothing panics, and a policy that is
// valid is the same after it was written and read.
func FuzzPolicy(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"need":2,"group":"finance","deadline":"72h"}`, `{"auto":"small"}`, `{"need":1,"group":"f","deadline":"none","veto":3}`,
		`{"stages":[{"rules":[{"name":"x","all":true,"from":{"users":["ann","eve"]}}],"ladder":[{"after":"1h","to":{"users":["bob"]},"replace":true}],"remind":["2h"]}]}`,
		`{"stages":[{"rules":[{"need":1,"from":{"groups":["fin","hr"],"except":["tom"]}}],"onTimeout":"approve"}],"maxRounds":3,"allowEdits":true,"commentOn":["reject"]}`,
		`{"need":1,"group":"f","rejectFor":["price"],"barred":["x"],"finalVotes":true,"allowDelegation":true,"maxExtend":"1h","useBy":3600000000000}`,
	} {
		f.Add(seed)
	}
	o := policy.TallyOptions{Requester: "eve", GroupMembers: policy.GroupMembers{"hr": {"joe", "zoe"}}, At: start}
	f.Fuzz(func(t *testing.T, data string) {
		var p policy.Policy
		if json.Unmarshal([]byte(data), &p) != nil {
			return
		}
		invalid, linted := p.Validate(), policy.Lint(p, o)
		tally, err := policy.NewTally(p, o)
		require.Equal(t, linted, err)
		if invalid != nil {
			require.Equal(t, invalid, err)
			return
		}
		written := text(t, p)
		var back policy.Policy
		require.NoError(t, json.Unmarshal([]byte(written), &back))
		require.Equal(t, written, text(t, back))
		require.NoError(t, back.Validate())
		if err == nil {
			useAll(t, tally)
		}
	})
}

// A snapshot may come from anywhere. One that is restored works, and can be
// carried again, whatever is done to it.
func FuzzRestore(f *testing.F) {
	for _, tally := range []*policy.Tally{
		busy(f), play(f, policy.Policy{AutoApprove: "small"}), play(f, two(policy.ApproveOnTimeout, policy.ExpireOnTimeout), cast(yes("ann"))),
		play(f, policy.Policy{Need: 2, Group: "finance", MaxRounds: 2}, cast(ask("ann"))),
		play(f, policy.AllOf("ann", "bob"), cast(yes("ann"))),
	} {
		f.Add(text(f, tally.Snapshot()))
	}
	f.Add(`{"v":1,"policy":{"auto":"x"},"state":"open","round":1,"stage":9,"votes":[{"rules":[7]}],"audit":{"entries":[{}]}}`)
	f.Add(`{"v":1,"policy":{"stages":[{"rules":[{"need":1,"from":{"users":["a"]}}]}]},"state":"open","round":1,"audit":{"entries":null}}`)
	f.Fuzz(func(t *testing.T, data string) {
		var s policy.Snapshot
		if json.Unmarshal([]byte(data), &s) != nil {
			return
		}
		tally, err := policy.Restore(s)
		if err != nil {
			require.Nil(t, tally)
			return
		}
		useAll(t, tally)
	})
}

// useAll does everything to a tally, and carries it each time.
func useAll(t *testing.T, tally *policy.Tally) {
	hr := policy.Escalation{To: groups("hr")}
	for _, step := range []step{
		cast(yes("ann")), delegate("zoe", "dan"), cast(yesFor("zoe", "dan")), cast(no("ann")), escalate, reassign(hr),
		cast(ask("ann")), cast(round(tally.Round(), yes("bob"))), resubmit("eve", "d2"), cast(round(tally.Round()+1, yes("ann"))), expire, expire, withdraw("eve"), cancel,
	} {
		closed := tally.State().IsClosed()
		state := tally.State()
		_ = step(tally) // may be refused
		require.True(t, !closed || tally.State() == state, "what is decided stays")
		require.GreaterOrEqual(t, tally.Missing(), 0)
		_, _, _, _, _ = tally.Votes(), tally.Explanation(), tally.UpdatedAt(), tally.Need(), tally.Approvals()
		tally = again(t, tally.Snapshot())
	}
	require.True(t, tally.State().IsClosed())
}

func FuzzDuration(f *testing.F) {
	for _, seed := range []string{`"72h"`, `"none"`, `3600`, `-1`, `""`, `null`, `"1.5h"`, `"none "`, `1e9`, `9223372036854775807`, `"\u0031h"`, `"-2562047h47m16.854775808s"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data string) {
		var d policy.Duration
		if err := json.Unmarshal([]byte(data), &d); err != nil {
			require.Zero(t, d)
			return
		}
		var back policy.Duration
		require.NoError(t, json.Unmarshal([]byte(text(t, d)), &back))
		require.Equal(t, d, back)
	})
}

func TestDuration(t *testing.T) {
	t.Parallel()
	type all struct {
		One  policy.Duration   `json:"one"`
		Many []policy.Duration `json:"many,omitempty"`
		None policy.Duration   `json:"none,omitempty"`
	}
	v := all{One: policy.NoDeadline, Many: []policy.Duration{hour, policy.NoDeadline, 0, -hour}}
	want := `{"one":"none","many":["1h0m0s","none","0s","-1h0m0s"]}`
	require.JSONEq(t, want, text(t, v))
	var back all
	require.NoError(t, json.Unmarshal([]byte(want), &back))
	require.Equal(t, v, back)
	require.NoError(t, json.Unmarshal([]byte(`{"one":90000000000,"many":[1]}`), &back))
	require.Equal(t, all{One: hour / 40, Many: []policy.Duration{1}}, back)
	require.NoError(t, back.One.UnmarshalText([]byte("none"))) // as YAML has it
	require.Equal(t, policy.Duration(policy.NoDeadline), back.One)
	for bad, want := range map[string]string{
		`{"one":"3 days"}`: `policy: "3 days" is no duration; write one like "72h", or "none"`,
		`{"one":1.5}`:      `policy: "1.5" is no duration; write one like "72h", or "none"`,
		`{"many":[""]}`:    `policy: "" is no duration; write one like "72h", or "none"`,
		`{"one":[1]}`:      `policy: "[1]" is no duration; write one like "72h", or "none"`,
	} {
		require.EqualError(t, json.Unmarshal([]byte(bad), &back), want)
	}
}
