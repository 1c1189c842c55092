package approval_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalkey"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
)

// oneGate is a workflow that is one gate.
func oneGate[T any](o approval.Options, r approval.Request[T]) func(workflow.Context) (policy.State, error) {
	return func(ctx workflow.Context) (policy.State, error) {
		gates, err := approval.NewGates(ctx, o)
		if err != nil {
			return "", err
		}
		out, err := approval.Await(ctx, gates, r)
		return out.State, err
	}
}

// oneOf asks for one of finance.
func oneOf[T any](subject T) approval.Request[T] {
	p := policy.Quorum(1, "finance").Within(time.Hour)
	p.AllowEdits = true
	return approval.Request[T]{ID: "expense", Subject: subject, Requester: "eve", Policy: p}
}

// decided is the history of a gate that was opened with that record, and that a
// vote by signal has decided.
func votedOn(t *testing.T, p policy.Policy, record wire, v wire, verdict ...wire) *historytest.History {
	t.Helper()
	h := historytest.New(t, "ask").SideEffect(opening(t, p, record))
	timer := h.TimerStarted(time.Hour)
	h.Pass(time.Minute).Signal(protocol.SignalVote, historytest.JSON(t, v)).Task()
	for _, said := range verdict {
		h.SideEffect(historytest.JSON(t, said))
	}
	return h.TimerCanceled(timer)
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

type expense struct{ Cents int }

type expenseLater struct {
	Cents    int
	Currency string
}

// What an open gate was opened with holds, whatever the program says when it is
// replayed.
func TestAnOpenGateKeepsItsRecord(t *testing.T) {
	t.Parallel()
	mac, _, _ := keys(t)
	ann := vote("1", "ann", policy.ChoiceApprove)
	plain := func(policy.Policy) *historytest.History { return votedOn(t, oneOf("").Policy, nil, ann) }
	shown := `{"Cents":4200}`
	told := ann.with("round", 1).with("digest", digestOf(shown))
	typed := wire{"subject": map[string]any{"data": map[string]int{"Cents": 4200}}}
	stricter, laxer := oneOf("report 7"), oneOf("report 7")
	stricter.Policy, laxer.Policy = policy.Quorum(3, "board").Within(time.Minute), policy.Policy{AutoApprove: "small"}
	broken := oneOf("report 7")
	broken.Policy = policy.Quorum(-1, "")
	refusing := oneOf("report 7")
	refusing.ValidateSubject = func(string) error { return errors.New("no more") }
	other := oneOf("report 7")
	other.Requester, other.Title, other.Roster = "ann", "another", policy.GroupMembers{"finance": {"zoe"}}
	proven := wire{"proofs": true}
	edited := ann.with("subject", "report 8")
	for name, c := range map[string]struct {
		history *historytest.History
		program any
	}{
		"keys that have come":           {plain(policy.Policy{}), oneGate(approval.Options{Keys: []approvalkey.Key{mac}}, oneOf("report 7"))},
		"keys that are gone":            {votedOn(t, oneOf("").Policy, proven, ann, wire{}), oneGate(approval.Options{}, oneOf("report 7"))},
		"a stricter policy":             {plain(policy.Policy{}), oneGate(approval.Options{}, stricter)},
		"a laxer policy":                {plain(policy.Policy{}), oneGate(approval.Options{}, laxer)},
		"a policy that cannot be":       {plain(policy.Policy{}), oneGate(approval.Options{}, broken)},
		"another requester and roster":  {plain(policy.Policy{}), oneGate(approval.Options{}, other)},
		"notices that have come":        {plain(policy.Policy{}), oneGate(approval.Options{Notify: "Tell"}, oneOf("report 7"))},
		"another subject":               {plain(policy.Policy{}), oneGate(approval.Options{}, oneOf("report 9"))},
		"a subject that is refused now": {plain(policy.Policy{}), oneGate(approval.Options{}, oneOf([]byte("x")))},
		"the type of the subject":       {votedOn(t, oneOf("").Policy, typed, told), oneGate(approval.Options{}, oneOf(expense{4200}))},
		"a field more in that type": {votedOn(t, oneOf("").Policy, typed, told), oneGate(approval.Options{},
			oneOf(expenseLater{Cents: 4200}))},
		"another type":                {votedOn(t, oneOf("").Policy, typed, told), oneGate(approval.Options{}, oneOf(7))},
		"an edit that is refused now": {votedOn(t, oneOf("").Policy, nil, edited, wire{}), oneGate(approval.Options{}, refusing)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got policy.State
			c.history.Result(&got, c.program)
			require.Equal(t, policy.StateApproved, got)
		})
	}
}

// An edit that was refused stays refused, though the program takes it by now.
func TestARefusedEditStaysRefused(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "ask").SideEffect(opening(t, oneOf("").Policy, nil))
	timer := h.TimerStarted(time.Hour)
	h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "ann", policy.ChoiceApprove).with("subject", "report 8"))).Task()
	h.SideEffect(historytest.JSON(t, wire{"reason": "Malformed", "text": "too long"}))
	h.Pass(time.Hour).TimerFired(timer).Task()
	var got policy.State
	h.Result(&got, oneGate(approval.Options{}, oneOf("report 7")))
	require.Equal(t, policy.StateExpired, got)
}

// What a validator has let in, a handler never judges again: neither the proof, nor
// the subject, nor what ValidateSubject says by now.
func TestAnUpdateIsJudgedOnce(t *testing.T) {
	t.Parallel()
	refusing := oneOf("report 7")
	refusing.ValidateSubject = func(string) error { return errors.New("no more") }
	edited := vote("1", "ann", policy.ChoiceApprove).with("subject", "report 8")
	for name, program := range map[string]any{
		"as it was":    oneGate(approval.Options{}, oneOf("report 7")),
		"refused now":  oneGate(approval.Options{}, refusing),
		"another type": oneGate(approval.Options{}, oneOf(expense{7})),
	} {
		h := historytest.New(t, "ask").SideEffect(opening(t, oneOf("").Policy, wire{"proofs": true}))
		timer := h.TimerStarted(time.Hour)
		h.Signal("unrelated", historytest.JSON(t, 1)).Task().Update(protocol.UpdateDecide, historytest.JSON(t, edited), historytest.JSON(t,
			wire{}))
		h.TimerCanceled(timer)
		require.NoError(t, h.Replay(program), name)
	}
}

// protojson writes spaces, or none, by a hash of the program. The digest is of what
// history has.
func TestTheDigestOfProtobufIsThatOfTheRecord(t *testing.T) {
	t.Parallel()
	shown := `{"workflowId":"w","runId":"r"}`
	record := wire{"subject": map[string]any{"encoding": "json/protobuf", "data": map[string]string{"workflowId": "w"}}}
	v := vote("1", "ann", policy.ChoiceApprove).with("round", 1).with("digest", digestOf(`{"workflowId":"w"}`))
	for _, id := range []string{"w", shown} { // another value too
		var got policy.State
		votedOn(t, oneOf("").Policy, record, v).Result(&got, oneGate(approval.Options{}, oneOf(&commonpb.WorkflowExecution{WorkflowId: id})))
		require.Equal(t, policy.StateApproved, got)
	}
}

// Notices are of the activity that was recorded.
func TestNoticesOfTheRecord(t *testing.T) {
	t.Parallel()
	for _, now := range []string{"", "Tell", "Other"} {
		h := historytest.New(t, "ask").SideEffect(opening(t, request().Policy, wire{"notify": "Tell"}))
		h.TimerStarted(time.Hour)
		h.ActivityScheduled("Tell").Signal("unrelated", historytest.JSON(t, 1)).Task()
		require.NoError(t, h.Replay(oneGate(approval.Options{Notify: now}, request())), "Notify is %q now", now)
	}
}

// A request that was refused stays refused, though the program is mended.
func TestARefusedRequestStaysRefused(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "ask").SideEffect(historytest.JSON(t, wire{"v": 1, "refused": "the policy cannot work"}))
	var got string
	h.Result(&got, func(ctx workflow.Context) (string, error) {
		_, err := oneGate(approval.Options{}, request())(ctx)
		return string(reasonOf(err)) + ": " + err.Error(), nil
	})
	require.Contains(t, got, "InvalidRequest")
	require.Contains(t, got, "the policy cannot work")
}

// A record of a later version fails the workflow task, until the worker is
// upgraded.
func TestARecordOfALaterVersion(t *testing.T) {
	t.Parallel()
	h := historytest.New(t, "ask").SideEffect(opening(t, request().Policy, wire{"v": 2}))
	h.TimerStarted(time.Hour)
	h.Signal("unrelated", historytest.JSON(t, 1)).Task()
	require.ErrorContains(t, h.Replay(oneGate(approval.Options{}, request())), "the version that wrote it")
}
