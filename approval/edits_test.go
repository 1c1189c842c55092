package approval_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

type bill struct {
	ID    string            `json:"id"`
	Euros int               `json:"euros"`
	Note  string            `json:"note,omitempty"`
	To    *address          `json:"to,omitempty"`
	Lines []line            `json:"lines"`
	Tags  map[string]string `json:"tags,omitempty"`
}

type address struct {
	City   string `json:"city"`
	Street string `json:"street"`
}

type line struct {
	Cents int    `json:"cents"`
	What  string `json:"what"`
}

func (b bill) Validate() error {
	if b.Euros < 0 {
		return errors.New("euros are negative")
	}
	return nil
}

func aBill() bill {
	return bill{ID: "r", Euros: 100, To: &address{"Ulm", "Am Markt"}, Lines: []line{{7, "tea"}}, Tags: map[string]string{"mW": "1", "MW": "2"}}
}

// An edit is the whole of the subject, changed, or it is refused: by update at once,
// by signal as a dead letter. Nothing is approved that no one has sent.
func TestAnEditIsTheWholeSubject(t *testing.T) {
	t.Parallel()
	const rest = `"to":{"city":"Ulm","street":"Am Markt"},"lines":[{"cents":7,"what":"tea"}],"tags":{"mW":"1","MW":"2"}}`
	for name, c := range map[string]struct {
		edit string
		want string // empty: it is approved
	}{
		"as it was":                 {`{"id":"r","euros":100,` + rest, ""},
		"a number changed":          {`{"id":"r","euros":90,` + rest, ""},
		"a field that was left out": {`{"id":"r","euros":90,"note":"less",` + rest, ""},
		"an empty one of these":     {`{"id":"r","euros":90,"note":"",` + rest, ""},
		"keys that differ in case": {
			`{"id":"r","euros":90,"to":{"city":"Ulm","street":""},"lines":[],"tags":{"mW":"9","MW":"8","Mw":"7"}}`,
			"",
		},
		"a typo":             {`{"id":"r","euro":90,` + rest, `unknown field "euro"`},
		"a part":             {`{"euros":90}`, "is missing"},
		"nothing":            {`{}`, "is missing"},
		"one field left out": {`{"euros":90,` + rest, `field "id" is missing`},
		"a field left out inside": {
			`{"id":"r","euros":90,"to":{"city":"Ulm"},"lines":[],"tags":{"mW":"1","MW":"2"}}`,
			`field "street" is missing`,
		},
		"a key left out": {
			`{"id":"r","euros":90,"to":{"city":"Ulm","street":""},"lines":[],"tags":{"mW":"1"}}`,
			`field "MW" is missing`,
		},
		"a field left out in a list": {
			`{"id":"r","euros":90,"to":{"city":"Ulm","street":""},"lines":[{"cents":1}],"tags":{"mW":"1","MW":"2"}}`,
			`field "what" is missing`,
		},
		"null for a number": {`{"id":"r","euros":null,` + rest, `field "euros" is null`},
		"null in a list": {
			`{"id":"r","euros":90,"to":{"city":"Ulm","street":""},"lines":[null],"tags":{"mW":"1","MW":"2"}}`,
			"item 1 of a list is null",
		},
		"another spelling":         {`{"id":"r","Euros":90,` + rest, `unknown field "Euros"`},
		"a field in two spellings": {`{"id":"r","euros":90,"Euros":1000000,` + rest, `unknown field "Euros"`},
		"another letter s":         {`{"id":"r","euros":90,"euro\u017f":1000000,` + rest, "unknown field of 6 bytes"},
		"a field twice":            {`{"id":"r","euros":90,"euros":1000000,` + rest, "twice"},
		"text":                     {`"oops"`, "not a approval_test.bill"},
		"what Validate refuses":    {`{"id":"r","euros":-1,` + rest, "euros are negative"},
	} {
		for _, bySignal := range []bool{false, true} {
			t.Run(name+map[bool]string{false: ", by update", true: ", by signal"}[bySignal], func(t *testing.T) {
				t.Parallel()
				r := newRun(t)
				v := vote("1", "ann", policy.ChoiceApprove).with("subject", rawJSON(c.edit))
				if bySignal {
					r.signal(time.Minute, v)
				} else {
					r.update(time.Minute, v)
				}
				r.ExecuteWorkflow(oneGate(approval.Options{}, oneOf(aBill())))
				var got policy.State
				require.NoError(t, r.GetWorkflowResult(&got))
				switch {
				case c.want == "":
					require.Equal(t, policy.StateApproved, got, "%v", r.errs)
					return
				case bySignal:
					require.Contains(t, r.status().DeadLetters.Last[0].Reason, c.want)
				default:
					require.Equal(t, []approval.Reason{approval.ReasonMalformed}, r.refusals)
					require.ErrorContains(t, r.errs[0], c.want)
				}
				require.Equal(t, policy.StateExpired, got)
			})
		}
	}
}

// A request that is made again is as strict.
func TestARequestMadeAgainIsWhole(t *testing.T) {
	t.Parallel()
	q := oneOf(aBill())
	q.Policy.MaxRounds = 3
	r := newRun(t)
	r.update(time.Minute, vote("1", "ann", policy.ChoiceRequestChanges))
	r.manage(2*time.Minute, change("1", "eve", approvalclient.ChangeResubmit).with("subject", map[string]int{"euros": 90}))
	r.manage(3*time.Minute, change("2", "mallory", approvalclient.ChangeResubmit).with("subject", map[string]int{"euros": 90}))
	better := aBill()
	better.Euros = 90
	r.manage(4*time.Minute, change("3", "eve", approvalclient.ChangeResubmit).with("subject", better))
	r.update(5*time.Minute, vote("2", "ann", policy.ChoiceApprove).with("round", 2))
	r.ExecuteWorkflow(oneGate(approval.Options{}, q))
	var got policy.State
	require.NoError(t, r.GetWorkflowResult(&got))
	require.Equal(t, policy.StateApproved, got, "%v", r.errs)
	require.Equal(t, []approval.Reason{approval.ReasonMalformed, approval.ReasonNotEligible}, r.refusals,
		"power is looked at before the subject")
}

// A message of protobuf is a subject like another, and its edits are in its JSON.
func TestASubjectOfProtobuf(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		edit any
		want string // the workflow ID that is approved; empty: refused
	}{
		"the message":        {rawJSON(`{"workflowId":"w2","runId":"r"}`), "w2"},
		"a field left out":   {rawJSON(`{"workflowId":"w2"}`), ""},
		"an unknown field":   {rawJSON(`{"workflowId":"w2","runId":"r","x":1}`), ""},
		"names of Go":        {rawJSON(`{"workflow_id":"w2","run_id":"r"}`), ""},
		"nothing":            {rawJSON(`{}`), ""},
		"null for the field": {rawJSON(`{"workflowId":null,"runId":"r"}`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.update(time.Minute, vote("1", "ann", policy.ChoiceApprove).with("subject", c.edit))
			r.ExecuteWorkflow(func(ctx workflow.Context) (string, error) {
				gates, err := approval.NewGates(ctx, approval.Options{})
				if err != nil {
					return "", err
				}
				out, err := approval.Await(ctx, gates, oneOf(&commonpb.WorkflowExecution{WorkflowId: "w1", RunId: "r"}))
				if out.State != policy.StateApproved {
					return "", err
				}
				return out.Subject.GetWorkflowId(), err
			})
			var got string
			require.NoError(t, r.GetWorkflowResult(&got))
			require.Equal(t, c.want, got, "%v", r.errs)
		})
	}
}
