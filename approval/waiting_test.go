package approval_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// told is what a run answers to the query of the inbox.
type told struct {
	Gates []struct {
		Gate approvalclient.GateStatus `json:"gate"`
		For  string                    `json:"for"`
	} `json:"gates"`
	More bool `json:"more"`
}

func (a told) ids() string {
	var ids []string
	for _, g := range a.Gates {
		ids = append(ids, g.Gate.ID)
	}
	return strings.Join(ids, " ")
}

// ask asks the run for the gates that wait.
func (r *run) ask(question map[string]any) told {
	r.t.Helper()
	if question["limit"] == nil {
		question["limit"] = 10
	}
	value, err := r.QueryWorkflow(protocol.QueryInbox, question)
	require.NoError(r.t, err)
	var a told
	require.NoError(r.t, value.Get(&a))
	return a
}

// several are gates a, b and c; c is of others, due later, and has a subject.
func several(subject string) []approval.Request[string] {
	var all []approval.Request[string]
	for i, id := range []string{"a", "b", "c"} {
		group := []string{"finance", "finance", "legal"}[i]
		all = append(all, approval.Request[string]{
			ID: id, Subject: subject, Requester: "eve", Policy: policy.Quorum(1, group).Within(time.Duration(i+1) * time.Hour),
		})
	}
	return all
}

func TestWhatWaitsForWhom(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	begun := r.Now()
	ann := map[string]any{"id": "ann", "groups": []string{"finance"}}
	asked := false
	r.RegisterDelayedCallback(func() {
		asked = true
		for want, question := range map[string]map[string]any{
			"a b":   {"actor": ann},
			"c":     {"actor": map[string]any{"id": "dan", "groups": []string{"legal"}}},
			"":      {"actor": map[string]any{"id": "eve", "groups": []string{"finance", "legal"}}},
			"a b c": {"all": true},
			"a":     {"actor": ann, "dueBefore": begun.Add(90 * time.Minute)},
			"b":     {"actor": ann, "after": "a"},
		} {
			require.Equal(t, want, r.ask(question).ids(), "%v", question)
		}
		require.Empty(t, r.ask(map[string]any{}).ids(), "no one has nothing")
		require.Equal(t, "a b c", r.ask(map[string]any{"all": true, "after": "of a run before"}).ids())
		first := r.ask(map[string]any{"all": true, "limit": 2})
		require.Equal(t, "a b", first.ids())
		require.True(t, first.More)
		last := r.ask(map[string]any{"all": true, "limit": 2, "after": "b"})
		require.Equal(t, "c", last.ids())
		require.False(t, last.More)
		require.Equal(t, `"report 7"`, string(last.Gates[0].Gate.Subject))
	}, time.Minute)
	r.update(2*time.Minute, vote("1", "ann", policy.ChoiceApprove).with("gate", "a"))
	r.RegisterDelayedCallback(func() { require.Equal(t, "b c", r.ask(map[string]any{"all": true}).ids(), "open ones only") }, 3*time.Minute)
	r.ExecuteWorkflow(listing(approval.Options{}, several("report 7")...))
	require.NoError(t, r.GetWorkflowError())
	require.True(t, asked)
	require.Empty(t, r.ask(map[string]any{"all": true}).ids())
}

// An answer stays far below what the server takes, whatever the subjects are.
func TestWhatWaitsIsCutInPieces(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	var many []approval.Request[string]
	for i := range 300 {
		q := several(strings.Repeat("s", 4000))[0]
		q.ID = fmt.Sprint(i)
		many = append(many, q)
	}
	n, pieces := 0, 0
	r.RegisterDelayedCallback(func() {
		for after, more := "", true; more; pieces++ {
			a := r.ask(map[string]any{"all": true, "limit": 1000, "after": after})
			require.LessOrEqual(t, len(a.Gates), 200)
			n += len(a.Gates)
			more, after = a.More, a.Gates[len(a.Gates)-1].Gate.ID
		}
	}, time.Minute)
	r.ExecuteWorkflow(listing(approval.Options{}, many...))
	require.NoError(t, r.GetWorkflowError())
	require.Equal(t, 300, n)
	require.Equal(t, 3, pieces, "300 times 4 KB are 1.2 MB")
}

// A gate that was carried is listed as it was: no event, until it is closed.
func TestCarriedGatesStayListed(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.SetStartTime(start)
	listed := func(ctx workflow.Context, in next) error {
		gates, err := approval.NewGates(ctx, approval.Options{Inbox: true, ContinueState: in.Approvals})
		if err != nil {
			return err
		}
		p, err := approval.Open(ctx, gates, request())
		if err != nil || len(in.Approvals.Gates) > 0 {
			_, err := p.Get(ctx)
			return err
		}
		if err := workflow.Sleep(ctx, time.Minute); err != nil {
			return err
		}
		carried, ok := gates.ContinueState(ctx)
		if !ok {
			return errors.New("not carried")
		}
		return workflow.NewContinueAsNewError(ctx, "listed", next{carried})
	}
	r.RegisterWorkflowWithOptions(listed, workflow.RegisterOptions{Name: "listed"})
	before := watched(r.TestWorkflowEnvironment)
	r.ExecuteWorkflow(listed, next{})
	require.Len(t, *before, 1, "opened")

	r2, in := again(t, r, policy.Policy{}, time.Minute, nil)
	after := watched(r2.TestWorkflowEnvironment)
	require.NoError(t, r2.SetTypedSearchAttributesOnStart((*before)[0]), "as the server carries them over")
	r2.ExecuteWorkflow(listed, in)
	require.NoError(t, r2.GetWorkflowError())
	require.Len(t, *after, 1, "closed")
}

// The groups that a gate names are those of all stages, escalations and managers.
// The inbox looks at no others.
func TestTheGroupsThatAGateNames(t *testing.T) {
	t.Parallel()
	r := newRun(t)
	r.RegisterDelayedCallback(func() {
		value, err := r.QueryWorkflow(protocol.QueryGate, "expense")
		require.NoError(t, err)
		var a struct{ Named []string }
		require.NoError(t, value.Get(&a))
		require.Equal(t, []string{"board", "finance", "legal", "office"}, a.Named)
		require.Equal(t, "expense", r.ask(map[string]any{"actor": inManyGroups()}).ids())
		others := inManyGroups()
		others.Groups[len(others.Groups)-1] = "sales"
		require.Empty(t, r.ask(map[string]any{"actor": others}).ids())
	}, time.Minute)
	r.ExecuteWorkflow(func(ctx workflow.Context) (outcome, error) {
		gates, err := approval.NewGates(ctx, approval.Options{})
		if err != nil {
			return outcome{}, err
		}
		q := request()
		one := stage("one", 1, "finance", time.Hour)
		one.Escalations = []policy.Escalation{{After: 30 * time.Minute, To: policy.Selector{Groups: []string{"board"}}}}
		q.Policy = policy.Stages(one, stage("two", 1, "legal", time.Hour))
		q.Managers = policy.Selector{Groups: []string{"office", "finance"}}
		return approval.Await(ctx, gates, q)
	})
	require.NoError(t, r.GetWorkflowError())
}

// inManyGroups is ann, who is in 201 groups more.
func inManyGroups() policy.Actor {
	a := policy.Actor{ID: "ann", Auth: "oidc"}
	for i := range 201 {
		a.Groups = append(a.Groups, fmt.Sprint("team-", i))
	}
	a.Groups = append(a.Groups, "finance")
	return a
}
