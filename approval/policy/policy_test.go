package policy_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestTally(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		policy policy.Policy
		votes  []policy.Vote
		want   policy.State
		count  int
	}{
		"nobody has voted":              {policy.Quorum(1, "finance"), nil, policy.StateOpen, 0},
		"fewer than needed":             {policy.Quorum(2, "finance"), []policy.Vote{yes("ann")}, policy.StateOpen, 1},
		"as many as needed":             {policy.Quorum(2, "finance"), []policy.Vote{yes("ann"), yes("bob")}, policy.StateApproved, 2},
		"one rejection ends it":         {policy.Quorum(2, "finance"), []policy.Vote{yes("ann"), no("bob")}, policy.StateRejected, 1},
		"fewer rejections than a veto":  {policy.Policy{Need: 1, Group: "finance", RejectThreshold: 2}, []policy.Vote{no("bob"), yes("ann")}, policy.StateApproved, 1},
		"as many rejections as a veto":  {policy.Policy{Need: 1, Group: "finance", RejectThreshold: 2}, []policy.Vote{no("bob"), no("ann")}, policy.StateRejected, 0},
		"a changed mind replaces":       {policy.Quorum(2, "finance"), []policy.Vote{yes("ann"), no("ann")}, policy.StateRejected, 0},
		"a rejection taken back":        {policy.Policy{Need: 2, Group: "finance", RejectThreshold: 2}, []policy.Vote{no("ann"), yes("ann"), yes("bob")}, policy.StateApproved, 2},
		"the requester, when allowed":   {policy.Policy{Need: 1, Group: "finance", AllowRequester: true}, []policy.Vote{yes("eve")}, policy.StateApproved, 1},
		"need of more than one changes": {policy.Quorum(3, "finance"), []policy.Vote{yes("ann"), yes("bob")}, policy.StateOpen, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := play(t, c.policy, cast(c.votes...))
			require.Equal(t, c.want, tally.State())
			require.Equal(t, c.count, tally.Approvals())
		})
	}
}

// What is handed out cannot change what was counted, nor can what was handed in.
func TestNothingIsShared(t *testing.T) {
	t.Parallel()
	p := policy.Policy{
		Stages: []policy.Stage{{
			Rules:       []policy.Rule{{Name: "a", Need: 2, From: policy.Selector{Users: []string{"ann", "bob"}, Groups: []string{"finance"}, Except: []string{"tom"}}}},
			Reminders:   []policy.Duration{policy.Duration(time.Hour)},
			Escalations: []policy.Escalation{{After: policy.Duration(time.Hour), To: users("zoe")}},
		}},
		Excluded: []string{"mallory"}, RequireCommentOn: []policy.Choice{policy.ChoiceReject}, RejectReasons: []string{"price"},
	}
	before, err := json.Marshal(p)
	require.NoError(t, err)
	voter := member("ann")
	tally := play(t, p, cast(policy.Vote{Actor: voter, Choice: policy.ChoiceApprove}))
	want := text(t, tally.Snapshot())
	wrong := func(p policy.Policy) {
		s := p.Stages[0]
		p.Excluded[0], p.RequireCommentOn[0], p.RejectReasons[0] = "x", "x", "x"
		s.Reminders[0], s.Escalations[0].After, s.Escalations[0].To.Users[0] = 1, 1, "x"
		s.Rules[0].From.Users[0], s.Rules[0].From.Groups[0], s.Rules[0].From.Except[0], s.Rules[0].Need = "x", "x", "x", 1
	}
	voter.Groups[0] = "x"
	wrong(tally.Policy())
	snap := tally.Snapshot()
	wrong(snap.Policy)
	snap.Votes[0].Rules[0], snap.Votes[0].Actor.Groups[0] = 7, "x"
	snap.Audit.Entries[0].Kind = "x"
	votes := tally.Votes()
	votes[0].Vote = no("mallory")
	votes[0].Rules[0] = 7
	tally.Audit().Entries[0].Kind = "x"
	stage := tally.Current()
	wrong(policy.Policy{Stages: []policy.Stage{stage}, Excluded: make([]string, 1), RequireCommentOn: make([]policy.Choice, 1), RejectReasons: make([]string, 1)})
	require.JSONEq(t, want, text(t, tally.Snapshot()))

	require.NoError(t, escalate(tally))
	after, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "an escalation changes the gate's policy, not the caller's")
	wrong(p)
	require.Equal(t, users("ann", "bob", "zoe").Users, tally.Policy().Stages[0].Rules[0].From.Users)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		vote policy.Vote
		want policy.Reason
	}{
		"no actor":                      {policy.Vote{Actor: policy.Actor{Groups: []string{"finance"}, Auth: "test"}, Choice: policy.ChoiceApprove}, policy.ReasonMalformed},
		"an actor nobody vouches for":   {policy.Vote{Actor: policy.Actor{ID: "bob", Groups: []string{"finance"}}, Choice: policy.ChoiceApprove}, policy.ReasonMalformed},
		"the empty choice":              {policy.Vote{Actor: member("bob")}, policy.ReasonMalformed},
		"an unknown choice":             {policy.Vote{Actor: member("bob"), Choice: "Approve"}, policy.ReasonMalformed},
		"the requester":                 {yes("eve"), policy.ReasonSelfApproval},
		"an actor of another group":     {yesOf("bob", "sales"), policy.ReasonNotEligible},
		"an actor of no group":          {policy.Vote{Actor: in("bob"), Choice: policy.ChoiceReject}, policy.ReasonNotEligible},
		"the same choice a second time": {yes("ann"), policy.ReasonAlreadyVoted},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			play(t, policy.Quorum(2, "finance"), cast(yes("ann")), refused(c.want, cast(c.vote)), is(policy.StateOpen))
		})
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	want := policy.Stages(policy.Stage{
		Rules: []policy.Rule{need(2, groups("finance"))}, RejectThreshold: 1, Deadline: policy.Duration(168 * time.Hour),
	})
	want.MaxRounds = 1
	require.Equal(t, want, play(t, policy.Quorum(2, "finance")).Policy())
}

// Policies that mean the same in both forms.
func TestConstructors(t *testing.T) {
	t.Parallel()
	hour := policy.Duration(time.Hour)
	require.Equal(t, policy.Policy{Need: 2, Group: "finance", Deadline: hour}, policy.Quorum(2, "finance").Within(time.Hour))
	stages := policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, users("ann"))}}, policy.Stage{Rules: []policy.Rule{need(1, users("bob"))}})
	within := stages.Within(time.Hour)
	require.Equal(t, []policy.Duration{hour, hour}, []policy.Duration{within.Stages[0].Deadline, within.Stages[1].Deadline})
	require.Zero(t, stages.Stages[0].Deadline, "the original is as it was")
	require.NoError(t, within.Validate())
	require.Equal(t, rules(need(1, users("ann", "bob"))), policy.AnyOf("ann", "bob"))
	require.Equal(t, rules(policy.Rule{All: true, From: users("ann", "bob")}), policy.AllOf("ann", "bob"))
	require.Equal(t, policy.Duration(policy.NoDeadline), policy.Quorum(1, "finance").Within(policy.NoDeadline).Deadline)
}

func TestAuto(t *testing.T) {
	t.Parallel()
	tally := play(t, policy.Policy{AutoApprove: "below 100 euros"}, is(policy.StateApproved), why("below 100 euros"), missing(0),
		refused(policy.ReasonClosed, cast(yes("ann"))), refused(policy.ReasonClosed, withdraw("eve")), expire, cancel, noStep, is(policy.StateApproved))
	require.Equal(t, []string{"opened", "approved"}, kinds(tally.Audit()))
	restored, err := policy.Restore(tally.Snapshot())
	require.NoError(t, err)
	require.Equal(t, tally.Snapshot(), restored.Snapshot())
	require.Equal(t, start, tally.UpdatedAt())
}

func kinds(a policy.Audit) []string {
	var all []string
	for _, e := range a.Entries {
		all = append(all, e.Kind)
	}
	return all
}
