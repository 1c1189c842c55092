package tally_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestTally(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		policy policy.Policy
		votes  []tally.Vote
		want   policy.State
		count  int
	}{
		"no one has voted":             {policy.Quorum(1, "finance"), nil, policy.StateOpen, 0},
		"fewer than needed":            {policy.Quorum(2, "finance"), []tally.Vote{yes("ann")}, policy.StateOpen, 1},
		"as many as needed":            {policy.Quorum(2, "finance"), []tally.Vote{yes("ann"), yes("bob")}, policy.StateApproved, 2},
		"one rejection ends it":        {policy.Quorum(2, "finance"), []tally.Vote{yes("ann"), no("bob")}, policy.StateRejected, 1},
		"fewer rejections than a veto": {quorum(policy.Policy{}, 1, "finance", 2), []tally.Vote{no("bob"), yes("ann")}, policy.StateApproved, 1},
		"as many rejections as a veto": {quorum(policy.Policy{}, 1, "finance", 2), []tally.Vote{no("bob"), no("ann")}, policy.StateRejected, 0},
		"a changed mind replaces":      {policy.Quorum(2, "finance"), []tally.Vote{yes("ann"), no("ann")}, policy.StateRejected, 0},
		"a rejection taken back": {
			quorum(policy.Policy{}, 2, "finance", 2),
			[]tally.Vote{no("ann"), yes("ann"), yes("bob")},
			policy.StateApproved, 2,
		},
		"the requester, when allowed": {
			quorum(policy.Policy{AllowRequester: true}, 1, "finance", 0),
			[]tally.Vote{yes("eve")},
			policy.StateApproved, 1,
		},
		"need of more than one changes": {policy.Quorum(3, "finance"), []tally.Vote{yes("ann"), yes("bob")}, policy.StateOpen, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gate := play(t, c.policy, cast(c.votes...))
			require.Equal(t, c.want, gate.State())
			require.Equal(t, c.count, gate.Approvals())
		})
	}
}

// What is handed out cannot change what was counted, nor can what was handed in.
func TestNothingIsShared(t *testing.T) {
	t.Parallel()
	p := policy.Policy{
		Stages: []policy.Stage{{
			Rules: []policy.Rule{{Name: "a", Need: 2, From: policy.Selector{
				Users: []string{"ann", "bob"}, Groups: []string{"finance"},
				Except: []string{"tom"},
			}}},
			Reminders:   []time.Duration{time.Hour},
			RemindAfter: []time.Duration{time.Hour},
			Escalations: []policy.Escalation{{After: time.Hour, To: users("zoe")}},
		}},
		Excluded: []string{"mallory"}, RequireCommentOn: []policy.Choice{policy.ChoiceReject}, RejectReasons: []string{"price"},
	}
	before, err := json.Marshal(p)
	require.NoError(t, err)
	voter := member("ann")
	gate := play(t, p, cast(tally.Vote{Actor: voter, Choice: policy.ChoiceApprove}))
	want := text(t, gate.Snapshot())
	wrong := func(p policy.Policy) {
		s := p.Stages[0]
		p.Excluded[0], p.RequireCommentOn[0], p.RejectReasons[0] = "x", "x", "x"
		s.RemindAfter[0] = 1
		s.Reminders[0], s.Escalations[0].After, s.Escalations[0].To.Users[0] = 1, 1, "x"
		s.Rules[0].From.Users[0], s.Rules[0].From.Groups[0], s.Rules[0].From.Except[0], s.Rules[0].Need = "x", "x", "x", 1
	}
	voter.Groups[0] = "x"
	wrong(gate.Policy())
	snap := gate.Snapshot()
	wrong(snap.Policy)
	snap.Votes[0].Rules[0], snap.Votes[0].Actor.Groups[0] = 7, "x"
	snap.Audit.Entries[0].Kind = "x"
	votes := gate.Votes()
	votes[0].Actor = member("mallory")
	votes[0].Rules[0] = 7
	gate.Audit().Entries[0].Kind = "x"
	stage := gate.Current()
	wrong(policy.Policy{
		Stages: []policy.Stage{stage}, Excluded: make([]string, 1), RequireCommentOn: make([]policy.Choice, 1),
		RejectReasons: make([]string, 1),
	})
	require.JSONEq(t, want, text(t, gate.Snapshot()))

	require.NoError(t, escalate(gate))
	after, err := json.Marshal(p)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "an escalation changes the gate's policy, not the caller's")
	wrong(p)
	require.Equal(t, users("ann", "bob", "zoe").Users, gate.Policy().Stages[0].Rules[0].From.Users)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		vote tally.Vote
		want tally.Reason
	}{
		"no actor": {tally.Vote{
			Actor:  policy.Actor{Groups: []string{"finance"}, Auth: "test"},
			Choice: policy.ChoiceApprove,
		}, tally.ReasonMalformed},
		"an actor no one vouches for": {
			tally.Vote{Actor: policy.Actor{ID: "bob", Groups: []string{"finance"}}, Choice: policy.ChoiceApprove},
			tally.ReasonMalformed,
		},
		"the empty choice":              {tally.Vote{Actor: member("bob")}, tally.ReasonMalformed},
		"an unknown choice":             {tally.Vote{Actor: member("bob"), Choice: "Approve"}, tally.ReasonMalformed},
		"the requester":                 {yes("eve"), tally.ReasonSelfApproval},
		"an actor of another group":     {yesOf("bob", "sales"), tally.ReasonNotEligible},
		"an actor of no group":          {tally.Vote{Actor: in("bob"), Choice: policy.ChoiceReject}, tally.ReasonNotEligible},
		"the same choice a second time": {yes("ann"), tally.ReasonAlreadyVoted},
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
		Rules: []policy.Rule{need(2, groups("finance"))}, RejectThreshold: 1, Deadline: 168 * time.Hour,
	})
	want.MaxRounds = 1
	require.Equal(t, want, play(t, policy.Quorum(2, "finance")).Policy())
}

// Policies that mean the same in both forms.
func TestConstructors(t *testing.T) {
	t.Parallel()
	hour := time.Hour
	require.Equal(t, quorum(policy.Policy{}, 2, "finance", 0).Within(hour), policy.Quorum(2, "finance").Within(time.Hour))
	stages := policy.Stages(policy.Stage{Rules: []policy.Rule{need(1, users("ann"))}}, policy.Stage{Rules: []policy.Rule{need(1,
		users("bob"))}})
	within := stages.Within(time.Hour)
	require.Equal(t, []time.Duration{hour, hour}, []time.Duration{within.Stages[0].Deadline, within.Stages[1].Deadline})
	require.Zero(t, stages.Stages[0].Deadline, "the original is as it was")
	require.NoError(t, within.Validate())
	require.Equal(t, rules(need(1, users("ann", "bob"))), policy.AnyOf("ann", "bob"))
	require.Equal(t, rules(policy.Rule{All: true, From: users("ann", "bob")}), policy.AllOf("ann", "bob"))
	require.Equal(t, policy.NoDeadline, policy.Quorum(1, "finance").Within(policy.NoDeadline).Stages[0].Deadline)
}

func TestAuto(t *testing.T) {
	t.Parallel()
	gate := play(t, policy.Policy{AutoApprove: "below 100 euros"}, is(policy.StateApproved), why("below 100 euros"), missing(0),
		refused(tally.ReasonClosed, cast(yes("ann"))), refused(tally.ReasonClosed,
			withdraw("eve")), expire, cancel, noStep, is(policy.StateApproved))
	require.Equal(t, []string{"opened", "approved"}, kinds(gate.Audit()))
	restored, err := tally.Restore(gate.Snapshot())
	require.NoError(t, err)
	require.Equal(t, gate.Snapshot(), restored.Snapshot())
	require.Equal(t, start, gate.UpdatedAt())
}

func kinds(a policy.Audit) []string {
	var all []string
	for _, e := range a.Entries {
		all = append(all, string(e.Kind))
	}
	return all
}
