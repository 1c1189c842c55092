package approval_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
	"github.com/temporal-patterns/temporal-patterns/internal/historytest"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

type panicking struct{ N int }

//archtest:panic a user's mistake is what is tested
func (panicking) MarshalJSON() ([]byte, error) { panic("on a bad day") }

// opens opens a gate for a subject, lets people look at the run and carries it.
func opens[T any](subject T) func(workflow.Context) (string, error) {
	return func(ctx workflow.Context) (string, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return "", err
		}
		if _, err := approval.Open(ctx, gates, oneOf(subject)); err != nil {
			return err.Error(), nil
		}
		if err := workflow.Sleep(ctx, 2*time.Minute); err != nil {
			return "", err
		}
		if _, ok := gates.ContinueState(ctx); !ok {
			return "not carried", nil
		}
		return "", nil
	}
}

// A subject is JSON, or the gate is not opened: then it can be shown and carried.
func TestSubjects(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		program any
		shown   string // as JSON; none when the gate is refused
		refused string
	}{
		"a struct":          {opens(expense{7}), `{"Cents":7}`, ""},
		"JSON as it stands": {opens(json.RawMessage(`{ "a": 1 }`)), `{"a":1}`, ""},
		"nil":               {opens[any](nil), ``, ""},
		"a nil pointer":     {opens[*expense](nil), ``, ""},
		"protobuf":          {opens(&commonpb.WorkflowExecution{WorkflowId: "w"}), `{"workflowId":"w"}`, ""},
		"a raw payload": {opens(converter.NewRawValue(&commonpb.Payload{
			Metadata: map[string][]byte{"encoding": []byte("json/plain")},
			Data:     []byte("7"),
		})), `7`, ""},
		"bytes":        {opens([]byte("%PDF-1.7")), ``, `a []uint8, which is encoded as "binary/plain"`},
		"bytes in any": {opens[any]([]byte("x")), ``, `encoded as "binary/plain"`},
		"another encoding": {
			opens(converter.NewRawValue(&commonpb.Payload{Metadata: map[string][]byte{"encoding": []byte("binary/protobuf")}})),
			``, "binary/protobuf",
		},
		"no JSON":              {opens(make(chan int)), ``, "the subject is no JSON"},
		"JSON that is broken":  {opens(json.RawMessage(`{"a":`)), ``, "the subject is no JSON"},
		"text of bytes":        {opens("x\xff"), ``, "a string with text that is no UTF-8"},
		"bytes in a field":     {opens(map[string]any{"a": []string{"\xfe"}}), ``, "no UTF-8"},
		"bytes in raw JSON":    {opens(json.RawMessage("[\"\xff\"]")), ``, "no UTF-8"},
		"half of a character":  {opens(json.RawMessage(`["\ud800"]`)), ``, "no UTF-8"},
		"the escape of U+FFFD": {opens(json.RawMessage(`["\ufffd"]`)), `["\ufffd"]`, ""},
		"U+FFFD itself":        {opens("\ufffd"), "\"\ufffd\"", ""},
		"one that panics":      {opens(panicking{7}), ``, "correct its MarshalJSON"},
		"one that is too long": {opens(strings.Repeat("x", 256<<10)), ``, "the limit is 262144; give a reference to it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			var shown string
			r.RegisterDelayedCallback(func() {
				g, _ := r.status().Gate("expense")
				shown = string(g.Subject)
				_, err := r.QueryWorkflow(protocol.QueryInbox, map[string]any{"all": true, "limit": 1})
				require.NoError(t, err)
			}, time.Minute)
			r.ExecuteWorkflow(c.program)
			var got string
			require.NoError(t, r.GetWorkflowResult(&got))
			require.Equal(t, c.shown, shown)
			if c.refused != "" {
				require.Contains(t, got, "approval.InvalidRequest")
				require.Contains(t, got, c.refused)
				return
			}
			require.Empty(t, got)
		})
	}
}

// A roster or a policy that could not be carried is refused at once.
func TestAnOpeningThatIsTooLarge(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	q := oneOf("s")
	q.Roster = policy.GroupMembers{"finance": {"ann", "bob"}}
	for i := range 2_000 {
		q.Roster["finance"] = append(q.Roster["finance"], strings.Repeat("n", 150)+string(rune('a'+i%26))+strings.Repeat("m", i%40))
	}
	r.ExecuteWorkflow(oneGate(approval.Options{}, q))
	require.ErrorContains(t, r.GetWorkflowError(), "the limit is 262144; give a reference to the subject, or fewer people")
}

// ValidateSubject is not called for actors who may not decide, and its panic is a refusal.
func TestAcceptsThatPanics(t *testing.T) {
	t.Parallel()
	calls := 0
	q := oneOf(map[string]*int{"limit": nil})
	q.ValidateSubject = func(m map[string]*int) error {
		calls++
		if *m["limit"] > 100 {
			return errors.New("too much")
		}
		return nil
	}
	r := newRun(t)
	edit := map[string]any{"limit": nil}
	r.signal(time.Minute, vote("1", "mallory", policy.ChoiceApprove).with("actor", map[string]any{
		"id":   "mallory",
		"auth": "t",
	}).with("subject",
		edit))
	r.update(time.Minute, vote("1", "eve", policy.ChoiceApprove).with("subject", edit))
	r.RegisterDelayedCallback(func() { require.Zero(t, calls, "they may not decide") }, 90*time.Second)
	r.update(2*time.Minute, vote("1", "ann", policy.ChoiceApprove).with("subject", edit))
	r.signal(3*time.Minute, vote("2", "ann", policy.ChoiceApprove).with("subject", edit))
	r.update(4*time.Minute, vote("3", "bob", policy.ChoiceApprove))
	r.ExecuteWorkflow(oneGate(approval.Options{}, q))
	var got policy.State
	require.NoError(t, r.GetWorkflowResult(&got))
	require.Equal(t, policy.StateApproved, got)
	require.Equal(t, []approval.Reason{approval.ReasonSelfApproval, approval.ReasonMalformed}, r.refusals)
	require.ErrorContains(t, r.errs[1], "Request.ValidateSubject panicked")
	require.Equal(t, 2, r.status().DeadLetters.Count)
	require.Contains(t, r.status().DeadLetters.Last[1].Reason, "Request.ValidateSubject panicked")
}

// The same after a replay: the vote of who may not decide leaves no marker.
func TestNoMarkerForWhoMayNotDecide(t *testing.T) {
	t.Parallel()
	q := oneOf("report 7")
	q.ValidateSubject = func(string) error { panic("no one may ask") } //archtest:panic a user's mistake is what is tested
	h := historytest.New(t, "ask").SideEffect(opening(t, q.Policy, nil))
	h.TimerStarted(time.Hour)
	h.Signal(protocol.SignalVote, historytest.JSON(t, vote("1", "eve", policy.ChoiceApprove).with("subject", "report 8"))).Task()
	require.NoError(t, h.Replay(oneGate(approval.Options{}, q)))
}

// ownJSON is a company's own JSON, under an encoding of its own.
type ownJSON struct {
	*converter.JSONPayloadConverter
}

func (ownJSON) Encoding() string { return "json/own" }

func (c ownJSON) ToPayload(v any) (*commonpb.Payload, error) {
	p, err := c.JSONPayloadConverter.ToPayload(v)
	p.GetMetadata()["encoding"] = []byte("json/own")
	return p, err
}

// Votes and changes pass a data converter whose JSON has another name.
func TestADataConverterOfOnesOwn(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.SetDataConverter(converter.NewCompositeDataConverter(converter.NewNilPayloadConverter(), ownJSON{converter.NewJSONPayloadConverter()}))
	for _, who := range []string{"ann", "bob"} {
		arg, err := encodeVote(approvalclient.Vote{
			ID: "1", Actor: policy.Actor{ID: who, Groups: []string{"finance"}, Auth: "t"},
			Choice: policy.ChoiceApprove,
		})
		require.NoError(t, err)
		r.update(2*time.Minute, arg)
	}
	arg, err := encodeChange(approvalclient.Change{
		ID: "1", Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "t"},
		Kind: approvalclient.ChangeExtend, By: time.Hour,
	})
	require.NoError(t, err)
	r.manage(time.Minute, arg)
	r.ExecuteWorkflow(ask(signals.DeadlineAcceptLate))
	require.Equal(t, policy.StateApproved, r.outcome().State)
	require.Equal(t, []approval.Reason{approval.ReasonNotEligible}, r.refusals, "the change was read")
}
