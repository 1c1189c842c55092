package policy_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func member(id string) policy.Actor {
	return policy.Actor{ID: id, Groups: []string{"staff", "finance"}, Auth: "test"}
}

func yes(id string) policy.Vote { return policy.Vote{Actor: member(id), Choice: policy.Approve} }
func no(id string) policy.Vote  { return policy.Vote{Actor: member(id), Choice: policy.Reject} }

func TestTally(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		policy policy.Policy
		votes  []policy.Vote
		want   policy.State
		count  int
	}{
		"nobody has voted":              {policy.Quorum(1, "finance"), nil, policy.Open, 0},
		"fewer than needed":             {policy.Quorum(2, "finance"), []policy.Vote{yes("ann")}, policy.Open, 1},
		"as many as needed":             {policy.Quorum(2, "finance"), []policy.Vote{yes("ann"), yes("bob")}, policy.Approved, 2},
		"one rejection ends it":         {policy.Quorum(2, "finance"), []policy.Vote{yes("ann"), no("bob")}, policy.Rejected, 1},
		"fewer rejections than a veto":  {policy.Policy{Need: 1, Group: "finance", Veto: 2}, []policy.Vote{no("bob"), yes("ann")}, policy.Approved, 1},
		"as many rejections as a veto":  {policy.Policy{Need: 1, Group: "finance", Veto: 2}, []policy.Vote{no("bob"), no("ann")}, policy.Rejected, 0},
		"a changed mind replaces":       {policy.Quorum(2, "finance"), []policy.Vote{yes("ann"), no("ann")}, policy.Rejected, 0},
		"a rejection taken back":        {policy.Policy{Need: 2, Group: "finance", Veto: 2}, []policy.Vote{no("ann"), yes("ann"), yes("bob")}, policy.Approved, 2},
		"the requester, when allowed":   {policy.Policy{Need: 1, Group: "finance", AllowRequester: true}, []policy.Vote{yes("eve")}, policy.Approved, 1},
		"need of more than one changes": {policy.Quorum(3, "finance"), []policy.Vote{yes("ann"), yes("bob")}, policy.Open, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally, err := policy.NewTally(c.policy, "eve")
			require.NoError(t, err)
			for _, v := range c.votes {
				_, err := tally.Apply(v)
				require.NoError(t, err)
			}
			require.Equal(t, c.want, tally.State())
			require.Equal(t, c.count, tally.Approvals())
		})
	}
}

func TestVotesAreACopy(t *testing.T) {
	t.Parallel()
	tally, err := policy.NewTally(policy.Quorum(2, "finance"), "eve")
	require.NoError(t, err)
	_, err = tally.Apply(yes("ann"))
	require.NoError(t, err)
	tally.Votes()[0] = no("mallory")
	require.Equal(t, []policy.Vote{yes("ann")}, tally.Votes())
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		vote policy.Vote
		want policy.Reason
	}{
		"no actor":                      {policy.Vote{Actor: policy.Actor{Groups: []string{"finance"}, Auth: "test"}, Choice: policy.Approve}, policy.Malformed},
		"an actor nobody vouches for":   {policy.Vote{Actor: policy.Actor{ID: "bob", Groups: []string{"finance"}}, Choice: policy.Approve}, policy.Malformed},
		"the empty choice":              {policy.Vote{Actor: member("bob")}, policy.Malformed},
		"an unknown choice":             {policy.Vote{Actor: member("bob"), Choice: "Approve"}, policy.Malformed},
		"the requester":                 {yes("eve"), policy.SelfApproval},
		"an actor of another group":     {policy.Vote{Actor: policy.Actor{ID: "bob", Groups: []string{"sales"}, Auth: "test"}, Choice: policy.Approve}, policy.NotEligible},
		"an actor of no group":          {policy.Vote{Actor: policy.Actor{ID: "bob", Auth: "test"}, Choice: policy.Reject}, policy.NotEligible},
		"the same choice a second time": {yes("ann"), policy.AlreadyVoted},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally, err := policy.NewTally(policy.Quorum(2, "finance"), "eve")
			require.NoError(t, err)
			_, err = tally.Apply(yes("ann"))
			require.NoError(t, err)

			state, err := tally.Apply(c.vote)
			var refusal *policy.Refusal
			require.ErrorAs(t, err, &refusal)
			require.Equal(t, c.want, refusal.Reason)
			require.Regexp(t, `; `, refusal.Error(), "says what to do")
			require.Equal(t, policy.Open, state)
			require.Equal(t, []policy.Vote{yes("ann")}, tally.Votes(), "a refused vote leaves no trace")
		})
	}
}

func TestValidate(t *testing.T) {
	t.Parallel()
	bad := map[string]policy.Policy{
		"need is 0":              policy.Quorum(0, "finance"),
		"group is empty":         policy.Quorum(1, ""),
		"veto is -1":             {Need: 1, Group: "finance", Veto: -1},
		"deadline is -1h0m0s":    policy.Quorum(1, "finance").Within(-time.Hour),
		"need is -3; at least 1": policy.Quorum(-3, "finance"),
	}
	for problem, p := range bad {
		t.Run(problem, func(t *testing.T) {
			t.Parallel()
			_, err := policy.NewTally(p, "eve")
			require.ErrorContains(t, err, problem)
		})
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	tally, err := policy.NewTally(policy.Quorum(2, "finance"), "eve")
	require.NoError(t, err)
	require.Equal(t, policy.Policy{Need: 2, Group: "finance", Veto: 1, Deadline: 168 * time.Hour}, tally.Policy())

	data, err := json.Marshal(policy.Quorum(2, "finance").Within(time.Hour))
	require.NoError(t, err)
	var back policy.Policy
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, policy.Quorum(2, "finance").Within(time.Hour), back)
}
