package approval_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// bad are votes that must never count, whatever way they come.
func bad() map[string]struct {
	vote any
	want approval.Reason
	hint string
} {
	good := vote("x", "cid", policy.ChoiceApprove)
	actor := func(id string, groups ...string) map[string]any {
		return map[string]any{"id": id, "groups": groups, "auth": "test"}
	}
	return map[string]struct {
		vote any
		want approval.Reason
		hint string
	}{
		"a wrong JSON type":       {good.with("choice", 1), approval.ReasonMalformed, "not readable"},
		"an empty object":         {struct{}{}, approval.ReasonMalformed, `set "v": 1`},
		"null":                    {nil, approval.ReasonMalformed, "send a value"},
		"a string":                {"yes", approval.ReasonMalformed, "not a JSON object"},
		"bytes":                   {[]byte(`{"v":1}`), approval.ReasonMalformed, "send JSON"},
		"an unknown field":        {good.with("chioce", "approve"), approval.ReasonMalformed, "chioce"},
		"no gate":                 {good.with("gate", ""), approval.ReasonMalformed, `set "gate"`},
		"a gate ID of a page":     {good.with("gate", strings.Repeat("g", 5000)), approval.ReasonMalformed, "5000 bytes"},
		"no decision ID":          {good.with("id", ""), approval.ReasonMalformed, `set "id"`},
		"a decision ID of a page": {good.with("id", strings.Repeat("i", 5000)), approval.ReasonMalformed, "5000 bytes"},
		"no choice":               {good.with("choice", ""), approval.ReasonMalformed, `send "approve"`},
		"an unknown choice":       {good.with("choice", "yes"), approval.ReasonMalformed, `send "approve"`},
		"no actor":                {good.with("actor", map[string]any{}), approval.ReasonMalformed, `"actor": {"id": …}, has 0 bytes`},
		"an actor no one vouches for": {
			good.with("actor", map[string]any{"id": "cid", "groups": []string{"finance"}}),
			approval.ReasonMalformed, "auth",
		},
		"a field twice": {
			json.RawMessage(`{"v":1,"gate":"expense","id":"x","choice":"reject","choice":"approve"}`),
			approval.ReasonMalformed, "a field twice",
		},
		"a field in two spellings": {good.with("CHOICE", "approve"), approval.ReasonMalformed, `unknown field "CHOICE"`},
		"a field of the actor in upper case": {
			good.with("actor", map[string]any{"id": "cid", "GROUPS": []string{"finance"}, "auth": "test"}),
			approval.ReasonMalformed, `unknown field "GROUPS"`,
		},
		"a field with a long s": {good.with("actor", map[string]any{
			"id": "cid", "group\u017f": []string{"finance"},
			"auth": "test",
		}), approval.ReasonMalformed, "unknown field of 7 bytes"},
		"what the subject edits": {good.with("edited", "d2"), approval.ReasonMalformed, `unknown field "edited"`},
		"an empty edit":          {good.with("edited", nil), approval.ReasonMalformed, `unknown field "edited"`},
		"a decision ID of bytes": {
			json.RawMessage("{\"v\":1,\"gate\":\"expense\",\"id\":\"x\xff\"}"), approval.ReasonMalformed,
			"no UTF-8",
		},
		"half of a character in the ID": {
			json.RawMessage(`{"v":1,"gate":"expense","id":"x\ud800"}`), approval.ReasonMalformed,
			"surrogate pair",
		},
		"space around the requester": {
			good.with("actor", actor("eve ", "finance")), approval.ReasonMalformed,
			"starts or ends with space",
		},
		"a group without end": {
			good.with("actor", actor("cid", strings.Repeat("g", 300))), approval.ReasonMalformed,
			"group 1 of the actor has 300 bytes",
		},
		"groups without end": {good.with("actor", actor("cid", make([]string, 300)...)), approval.ReasonMalformed, "300 groups"},
		"a comment of 5 KB":  {good.with("comment", strings.Repeat("c", 5<<10)), approval.ReasonTooLarge, "the limit is 4096"},
		"a comment of 300 KB": {
			good.with("comment", strings.Repeat("c", 300<<10)), approval.ReasonTooLarge,
			"the limit is 262144",
		},
		"the requester": {
			good.with("actor", actor("eve", "finance")), approval.ReasonSelfApproval,
			"ask another of those who may",
		},
		"an actor outside the group":     {good.with("actor", actor("cid", "sales")), approval.ReasonNotEligible, "a member of finance"},
		"the same choice under a new ID": {vote("again", "ann", policy.ChoiceApprove), approval.ReasonAlreadyVoted, "nothing to do"},
	}
}

func TestBadVotesByUpdateAreRefused(t *testing.T) {
	t.Parallel()
	for name, c := range bad() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove))
			r.update(2*time.Minute, c.vote)
			r.RegisterDelayedCallback(func() {
				require.Equal(t, 1, r.status().Gates[0].Approvals, "nothing was counted")
			}, 3*time.Minute)
			r.update(4*time.Minute, vote("2", "bob", policy.ChoiceApprove))
			r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))

			require.Equal(t, policy.StateApproved, r.outcome().State, "a good vote afterwards counts")
			require.Equal(t, []approval.Reason{c.want}, r.refusals)
			require.ErrorContains(t, r.errs[0], c.hint)
			require.Less(t, len(r.errs[0].Error()), 400, "the message quotes no payload at length")
			var app *temporal.ApplicationError
			require.ErrorAs(t, r.errs[0], &app)
			require.True(t, app.NonRetryable())
			require.Equal(t, temporal.ApplicationErrorCategoryBenign, app.Category(), "people's mistakes are no failures")
		})
	}
}

func TestBadVotesBySignalAreDeadLetters(t *testing.T) {
	t.Parallel()
	for name, c := range bad() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.signal(time.Minute, vote("1", "ann", policy.ChoiceApprove))
			r.signal(2*time.Minute, c.vote)
			r.signal(4*time.Minute, vote("2", "bob", policy.ChoiceApprove))
			r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))

			require.Equal(t, policy.StateApproved, r.outcome().State, "a good vote afterwards counts")
			dead := r.status().DeadLetters
			require.Equal(t, 1, dead.Count)
			require.Contains(t, dead.Last[0].Reason, c.hint)
			require.Equal(t, protocol.SignalVote, dead.Last[0].Message)
		})
	}

	t.Run("and none of them moves the deadline", func(t *testing.T) {
		t.Parallel()
		r := newRun(t)
		start := r.Now()
		r.signal(time.Second, vote("1", "ann", policy.ChoiceApprove))
		for _, c := range bad() {
			r.signal(time.Minute, c.vote)
		}
		r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
		require.Equal(t, policy.StateExpired, r.outcome().State)
		require.Equal(t, time.Hour, r.outcome().Closed.Sub(start))
		require.Equal(t, len(bad()), r.status().DeadLetters.Count)
	})
}

func TestVotesAtTheWrongTime(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(0, vote("1", "ann", policy.ChoiceApprove).with("gate", "other"))
	r.update(time.Minute, vote("2", "bob", policy.ChoiceReject))
	r.update(2*time.Minute, vote("3", "ann", policy.ChoiceApprove))
	r.signal(2*time.Minute, vote("4", "ann", policy.ChoiceApprove))
	r.ExecuteWorkflow(lingering)
	require.Equal(t, policy.StateRejected, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonNotOpen, approval.ReasonClosed}, r.refusals)
	require.Regexp(t, `^approval: gate "expense": it was rejected at [^()]+ \(approval.Closed\)$`, r.status().DeadLetters.Last[0].Reason)

	var early *temporal.ApplicationError
	require.ErrorAs(t, r.errs[0], &early)
	require.False(t, early.NonRetryable(), "time alone can mend a gate that is not open yet")
	converter := temporal.GetDefaultFailureConverter()
	sent := converter.FailureToError(converter.ErrorToFailure(r.errs[0]))
	require.Regexp(t, `^[^()]+ \(type: approval.NotOpen, retryable: true\)$`, sent.Error(), "a client sees the reason once")
}

func TestVotesAfterTheDeadlineAreLate(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.update(61*time.Minute, vote("1", "ann", policy.ChoiceApprove))
	r.signal(62*time.Minute, vote("2", "ann", policy.ChoiceApprove))
	r.ExecuteWorkflow(lingering)
	require.Equal(t, policy.StateExpired, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonLate}, r.refusals)
	require.Contains(t, r.status().DeadLetters.Last[0].Reason, "its deadline was")
}
