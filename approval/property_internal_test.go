package approval

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/tally"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/wire"
)

var (
	someName = rapid.SampledFrom([]string{"ann", "bob", "a/b", "é", "<&>", "\"", "\\", "Ann"})
	someText = rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "ok", "a\x00b", "\u2028", "<script>", "{\"v\":1}"}))
	someJSON = rapid.SampledFrom([]string{
		`1`, `"text"`, `{"a":1,"A":2}`, `[null,{"x":[1.50,1e3]}]`, `{"euros":12345678901234567890,"s":"<&>\u2028"}`, `{ "spaced" : [ 1 , 2 ] }`,
		`true`,
	})
)

// somePolicy is a policy that can be, of most that there is in one.
func somePolicy(t *rapid.T) policy.Policy {
	s := policy.Stage{
		Name: someName.Draw(t, "stage"), Deadline: time.Duration(time.Duration(rapid.Int64Range(1, 1000).Draw(t, "deadline")) * time.Hour),
		OnTimeout: rapid.SampledFrom([]policy.TimeoutAction{policy.ExpireOnTimeout, policy.RejectOnTimeout, policy.FailOnTimeout}).Draw(t,
			"timeout"),
		Rules: []policy.Rule{{Need: rapid.IntRange(1, 3).Draw(t, "need"), From: policy.Selector{
			Groups: []string{"finance", "ops"},
			Except: []string{"zoe"},
		}}},
	}
	if rapid.Bool().Draw(t, "no deadline") {
		s.Deadline, s.OnTimeout = policy.NoDeadline, policy.ExpireOnTimeout
	}
	p := policy.Stages(s, s)
	p.AllowEdits, p.FinalVotes, p.MaxRounds = rapid.Bool().Draw(t, "edits"), rapid.Bool().Draw(t, "final"), rapid.IntRange(0, 4).Draw(t,
		"rounds")
	p.RejectReasons, p.RequireCommentOn = []string{"price"}, []policy.Choice{policy.ChoiceReject}
	p.MaxExtend, p.ValidFor = time.Duration(rapid.Int64Range(0, 1e6).Draw(t, "extend"))*time.Second, time.Hour
	return p
}

// The record of an opening says the same when it is read: the same policy, the same
// bytes of the subject, and so the same digest.
func TestOpeningsAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		req := Request[wire.RawJSON]{
			ID: "gate", Subject: wire.RawJSON(someJSON.Draw(t, "subject")), Title: someText.Draw(t, "title"), Requester: "eve",
			Policy:   somePolicy(t),
			Managers: policy.Selector{Users: []string{someName.Draw(t, "manager")}}, Roster: policy.GroupMembers{"ops": {"a", "b", "c", "d"}},
		}
		o := openingOf(req, terms{Engine: engineVersion, Proofs: rapid.Bool().Draw(t, "proofs"), Notify: someText.Draw(t, "notify")})
		require.Empty(t, o.Refused)
		text, err := json.Marshal(o)
		require.NoError(t, err)
		once, err := wire.Decode[opening](wire.FromJSON(text))
		require.NoError(t, err)
		again, err := json.Marshal(once)
		require.NoError(t, err)
		require.Equal(t, string(text), string(again))
		require.JSONEq(t, string(req.Subject), string(once.Subject.Data))
		require.Equal(t, protocol.Digest(once.Subject.Data), once.Subject.Digest())

		var k openingCache
		counter, err := tally.New(req.Policy, tally.Options{Requester: "eve", GroupMembers: req.Roster})
		require.NoError(t, err)
		require.Equal(t, counter.Policy(), tally.Reopen(k.read(once.Policy), tally.Options{Requester: "eve"}).Policy())
		require.Equal(t, counter.Policy(), k.read(once.Policy), "read once")
	})
}

// A gate that is carried is the same gate, and its state the same text, when it has
// travelled.
func TestCarriedGatesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, at := somePolicy(t), time.Date(2030, 1, 7, 9, 0, 0, 0, time.UTC)
		g := &gate{
			gateState: gateState{
				ID: "gate", Opened: at,
				question: question{
					Title: someText.Draw(t, "title"), Requester: "eve", Subject: protocol.Subject{Data: wire.RawJSON(someJSON.Draw(t, "subject"))},
					terms: terms{Engine: 1, Proofs: true, Notify: "Tell", Waits: true},
				},
				stageState: stageState{Extended: time.Duration(rapid.Int64().Draw(t, "extended"))},
				usage:      usage{Revoked: someName.Draw(t, "by"), Consumed: rapid.Bool().Draw(t, "used")},
			},
			tally: tally.Reopen(p, tally.Options{Requester: "eve", At: at}),
		}
		for i := range rapid.IntRange(0, 5).Draw(t, "votes") {
			m, err := protocol.VoteForm{
				ID: someName.Draw(t, "id"), Actor: policy.Actor{ID: string(rune('a' + i)), Groups: []string{"finance"}, Auth: "t"},
				Choice: policy.ChoiceApprove, Comment: someText.Draw(t, "comment"),
			}.Vote("gate")
			if err != nil {
				continue
			}
			if _, err := g.tally.Apply(m.Ballot(), at); err == nil {
				g.addReceipt(m.Decision(), g.receipt(m.ID), m.Content())
			}
		}
		text, err := json.Marshal(carryGate(g))
		require.NoError(t, err)
		var c carriedGate
		require.NoError(t, json.Unmarshal(text, &c))
		again, err := json.Marshal(c)
		require.NoError(t, err)
		require.JSONEq(t, string(text), string(again))
		require.Equal(t, g.terms, c.terms)
		require.Len(t, c.Receipts, len(g.Receipts))
		_, err = tally.Restore(c.Tally)
		require.NoError(t, err)
	})
}
