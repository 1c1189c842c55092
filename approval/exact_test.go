package approval_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// A change is read as it was written, or refused.
func TestChangesAreExact(t *testing.T) {
	t.Parallel()
	good := change("1", "eve", approvalclient.ChangeWithdraw)
	for name, c := range map[string]struct {
		change any
		hint   string
	}{
		"a field in another case":               {good.with("Comment", "c"), `unknown field "Comment"`},
		"a field of the actor in another case":  {good.with("actor", map[string]any{"ID": "eve", "auth": "t"}), `unknown field "ID"`},
		"a field of the reassignment, likewise": {good.with("reassignment", map[string]any{"To": map[string]any{}}), "not readable"},
		"a comment that is no UTF-8": {
			json.RawMessage("{\"v\":1,\"gate\":\"expense\",\"id\":\"1\",\"comment\":\"\xff\"}"),
			"no UTF-8",
		},
		"half of a character in a name": {json.RawMessage(`{"v":1,"gate":"expense","id":"1","to":"\udfff"}`), "surrogate pair"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRun(t)
			r.manage(time.Minute, c.change)
			r.update(2*time.Minute, vote("1", "ann", policy.ChoiceApprove))
			r.update(3*time.Minute, vote("1", "bob", policy.ChoiceApprove))
			r.ExecuteWorkflow(ask(0))
			require.Equal(t, policy.StateApproved, r.outcome().State)
			require.Equal(t, []approval.Reason{approval.ReasonMalformed}, r.refusals)
			require.ErrorContains(t, r.errs[0], c.hint)
		})
	}
}

// Text that encoding/json would replace is refused where it is written.
func TestTextOfAChangeIsUTF8(t *testing.T) {
	t.Parallel()
	good := approvalclient.Change{ID: "1", Actor: policy.Actor{ID: "max", Auth: "t"}, Kind: approvalclient.ChangeReassign}
	for name, edit := range map[string]func(*approvalclient.Change){
		"the comment":       func(c *approvalclient.Change) { c.Comment = "\xff" },
		"the delegate":      func(c *approvalclient.Change) { c.To = "\xff" },
		"the rule":          func(c *approvalclient.Change) { c.Reassignment.Rule = "\xff" },
		"who decides":       func(c *approvalclient.Change) { c.Reassignment.To.Users = []string{"bob", "\xff"} },
		"who does not":      func(c *approvalclient.Change) { c.Reassignment.To.Except = []string{"\xff"} },
		"the action":        func(c *approvalclient.Change) { c.Kind = "\xff" },
		"a subject in Go":   func(c *approvalclient.Change) { c.Subject = "\xff" },
		"a subject in JSON": func(c *approvalclient.Change) { c.Subject = json.RawMessage(`"\ud800"`) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := good
			edit(&c)
			_, err := encodeChange(c)
			require.Equal(t, approval.ReasonMalformed, reasonOf(err))
			require.ErrorContains(t, err, "no UTF-8")
		})
	}
	_, err := encodeChange(good)
	require.NoError(t, err)
}

// What would be replaced on the way to people, or to a child, is refused.
func TestTextOfARequestIsUTF8(t *testing.T) {
	t.Parallel()
	for name, edit := range map[string]func(*approval.Request[string]){
		"the title":     func(r *approval.Request[string]) { r.Title = "\xff" },
		"the subject":   func(r *approval.Request[string]) { r.Subject = "\xff" },
		"the requester": func(r *approval.Request[string]) { r.Requester = "eve\xff" },
		"a manager":     func(r *approval.Request[string]) { r.Managers.Users = []string{"\xff"} },
		"a roster":      func(r *approval.Request[string]) { r.Roster = policy.GroupMembers{"finance": {"\xff"}} },
		"a policy":      func(r *approval.Request[string]) { r.Policy.RejectReasons = []string{"\xff"} },
		"the gate":      func(r *approval.Request[string]) { r.ID = "\xff" },
	} {
		for kind, program := range map[string]func(workflow.Context, approval.Request[string]) error{
			"here": func(ctx workflow.Context, req approval.Request[string]) error {
				_, err := oneGate(approval.Options{}, req)(ctx)
				return err
			},
			"in a child": func(ctx workflow.Context, req approval.Request[string]) error {
				_, err := approval.AwaitChild(ctx, "paper-7", req)
				return err
			},
		} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				req := request()
				edit(&req)
				r := newRun(t)
				r.ExecuteWorkflow(func(ctx workflow.Context) error { return program(ctx, req) })
				require.Equal(t, approval.ReasonInvalidRequest, reasonOf(r.GetWorkflowError()))
			})
		}
	}
}
