package approvalclient_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	querypb "go.temporal.io/api/query/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

// inManyGroups is ann, who is in 201 groups more.
func inManyGroups() policy.Actor {
	a := policy.Actor{ID: "ann", Auth: "oidc"}
	for i := range 201 {
		a.Groups = append(a.Groups, fmt.Sprint("team-", i))
	}
	a.Groups = append(a.Groups, "finance")
	return a
}

// Of more groups than a vote may have, those go along that the gate names.
func TestDecideReducesGroups(t *testing.T) {
	t.Parallel()
	var groups [][]string
	c := &mocks.Client{}
	c.On("QueryWorkflow", mock.Anything, "wf", "", protocol.QueryGate, "expense").Return(value(map[string]any{
		"id":    "expense",
		"named": []string{"finance", "legal"},
	}), nil)
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		var m struct{ Actor policy.Actor }
		require.NoError(t, json.Unmarshal(args.Get(1).(client.UpdateWorkflowOptions).Args[0].(converter.RawValue).Payload().GetData(), &m))
		groups = append(groups, m.Actor.Groups)
	}).Return(nil, refused("approval.Closed"))
	people := newClient(t, c, approvalclient.Options{})
	v := good
	v.Actor = inManyGroups()
	_, err := people.Decide(t.Context(), ref, "expense", v)
	require.ErrorIs(t, err, approval.ReasonClosed)
	_, err = people.Change(t.Context(), ref, "expense", approvalclient.Change{
		ID: "2", Actor: inManyGroups(),
		Kind: approvalclient.ChangeWithdraw,
	})
	require.ErrorIs(t, err, approval.ReasonClosed)
	require.Equal(t, [][]string{{"finance"}, {"finance"}}, groups)

	t.Run("many groups and no worker is NotSent", func(t *testing.T) {
		t.Parallel()
		cause := errors.New("no worker")
		_, err := newClient(t, failing(cause), approvalclient.Options{}).Decide(t.Context(), ref, "expense", v)
		require.ErrorIs(t, err, approvalclient.ReasonNotSent)
		require.ErrorIs(t, err, cause)
		require.ErrorContains(t, err, "the actor has 202 groups, more than the 200 that a vote may have")
	})
	t.Run("many groups and no such gate is NotOpen", func(t *testing.T) {
		t.Parallel()
		c := &mocks.Client{}
		c.On("QueryWorkflow", mock.Anything, "wf", "", protocol.QueryGate, "expense").Return(value(nil), nil)
		_, err := newClient(t, c, approvalclient.Options{}).Decide(t.Context(), ref, "expense", v)
		require.ErrorIs(t, err, approval.ReasonNotOpen)
	})
}

func TestInboxQueryOfManyGroups(t *testing.T) {
	t.Parallel()
	require.Equal(t, "CloseTime IS NULL AND ApprovalPending IS NOT NULL", queryOf(t, approvalclient.Filter{Actor: inManyGroups()}),
		"each run looks itself")
}

// A run that an operator has paused is one that could not be read, not one that has
// ended.
func TestInboxListsPausedRunAsUnreachable(t *testing.T) {
	t.Parallel()
	v := &fakeServer{runs: 3, gates: 1, rejected: func(run int) *querypb.QueryRejected {
		if run == 1 {
			return &querypb.QueryRejected{Status: enumspb.WORKFLOW_EXECUTION_STATUS_PAUSED}
		}
		return nil
	}}
	page, err := newClient(t, v, approvalclient.Options{}).Inbox(t.Context(), anybody)
	require.NoError(t, err)
	require.Len(t, page.Items, 2)
	require.Len(t, page.Unreachable, 1)
	require.Equal(t, "1", page.Unreachable[0].WorkflowID)
	require.Equal(t, approvalclient.ReasonWorkflowPaused, reasonOf(page.Unreachable[0].Err))
	require.NotContains(t, page.Unreachable[0].Err.Error(), "worker")
}
