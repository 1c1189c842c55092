package approval_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// askingManaged is a gate for two of finance with all that a policy can offer.
func askingManaged() approval.Request[string] {
	q := oneOf("report 7")
	q.Policy = policy.Stages(stage("one", 2, "finance", 5*time.Hour))
	q.Policy.MaxRounds, q.Policy.AllowEdits, q.Policy.AllowDelegation, q.Policy.MaxExtend = 5, true, true, 10*time.Hour
	q.Managers = policy.Selector{Users: []string{"max"}}
	return q
}

// One ID is one decision: the same again gets the first receipt, another one under
// that ID is refused, whatever it differs in and by whatever way it comes.
func TestAnIDIsForOneDecision(t *testing.T) {
	t.Parallel()
	ann := vote("1", "ann", policy.ChoiceApprove)
	extend := change("1", "max", approvalclient.ChangeExtend).with("by", "1h")
	for name, c := range map[string]struct {
		first, then wire
		same        bool
	}{
		"the same": {ann, ann, true},
		"other groups": {
			ann, ann.with("actor", map[string]any{"id": "ann", "groups": []string{"finance", "staff"}, "auth": "test"}),
			true,
		},
		"another session":          {ann, ann.with("actor", map[string]any{"id": "ann", "groups": []string{"finance"}, "auth": "mtls"}), true},
		"another choice":           {ann, ann.with("choice", "reject"), false},
		"a comment":                {ann, ann.with("comment", "only below 100"), false},
		"a reason":                 {ann, ann.with("reason", "price"), false},
		"another round":            {ann, ann.with("round", 1), false},
		"a digest":                 {ann, ann.with("digest", digestOf(`"report 7"`)), false},
		"an edit":                  {ann, ann.with("subject", "report 8"), false},
		"for another":              {ann, ann.with("for", "bob"), false},
		"the same change":          {extend, extend, true},
		"another action":           {extend, change("1", "max", approvalclient.ChangeWithdraw), false},
		"by more":                  {extend, extend.with("by", "2h"), false},
		"a comment of a change":    {extend, extend.with("comment", "x"), false},
		"a vote and a change":      {ann, change("1", "ann", approvalclient.ChangeDelegate).with("to", "zoe"), false},
		"other people":             {reassign("a"), reassign("b"), false},
		"the same people":          {reassign("a"), reassign("a"), true},
		"an edit, and its spaces":  {ann.with("subject", rawJSON(`"report 8"`)), ann.with("subject", rawJSON(` "report 8" `)), true},
		"an edit, and another one": {ann.with("subject", "report 8"), ann.with("subject", "report 9"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			send := func(after time.Duration, w wire) {
				if w["kind"] != nil {
					r.manage(after, w)
				} else {
					r.update(after, w)
				}
			}
			send(time.Minute, c.first)
			send(2*time.Minute, c.then)
			if c.then["kind"] == nil {
				r.signal(3*time.Minute, c.then)
			}
			r.ExecuteWorkflow(oneGate(approval.Options{}, askingManaged()))
			require.NoError(t, r.GetWorkflowError())
			want, letters := approval.Reason("Duplicate"), 0
			if !c.same {
				want = approval.ReasonKeyReused
				if c.then["kind"] == nil {
					letters = 1
				}
			}
			require.Equal(t, []approval.Reason{want}, r.refusals, "%v", r.errs)
			require.Equal(t, letters, r.status().DeadLetters.Count)
		})
	}
}

func reassign(to string) wire {
	return change("1", "max", approvalclient.ChangeReassign).with("reassignment", map[string]any{
		"after": "0s",
		"to":    map[string]any{"users": []string{to}},
	})
}

// Votes that wait for their gate are known by what they say too.
func TestAnIDIsForOneEarlyVote(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	ann := vote("1", "ann", policy.ChoiceApprove)
	r.signal(time.Minute, ann)
	r.signal(2*time.Minute, ann)
	r.signal(3*time.Minute, ann.with("choice", "reject"))
	r.ExecuteWorkflow(func(ctx workflow.Context) (policy.State, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return "", err
		}
		if err := workflow.Sleep(ctx, time.Hour); err != nil {
			return "", err
		}
		out, err := approval.Await(ctx, gates, oneOf("report 7"))
		return out.State, err
	})
	var got policy.State
	require.NoError(t, r.GetWorkflowResult(&got))
	require.Equal(t, policy.StateApproved, got)
	require.Equal(t, 1, r.status().DeadLetters.Count)
	require.Contains(t, r.status().DeadLetters.Last[0].Reason, "approval.KeyReused")
}

// The query for a receipt tells a hash of what was sent.
func TestTheReceiptTellsWhatWasSent(t *testing.T) {
	t.Parallel()
	content := func(v wire) string {
		r := newRun(t)
		r.update(time.Minute, v)
		var kept struct {
			ID      string
			State   policy.State
			Content string
		}
		r.RegisterDelayedCallback(func() {
			value, err := r.QueryWorkflow(protocol.QueryReceipt, "expense", "ann", "1")
			require.NoError(t, err)
			require.NoError(t, value.Get(&kept))
		}, 2*time.Minute)
		r.ExecuteWorkflow(oneGate(approval.Options{}, askingManaged()))
		require.Equal(t, "1", kept.ID)
		require.Len(t, kept.Content, 16)
		return kept.Content
	}
	ann := vote("1", "ann", policy.ChoiceApprove)
	first, second := content(ann), content(ann)
	require.Equal(t, first, second)
	require.NotEqual(t, content(ann), content(ann.with("comment", "x")))
}
