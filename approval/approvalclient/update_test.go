package approvalclient_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

func TestDecideSendsSignal(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		update error
		signal bool
	}{
		"no worker in time":   {client.NewWorkflowUpdateServiceTimeoutOrCanceledError(errors.New("timeout")), true},
		"workflow tasks fail": {serviceerror.NewWorkflowNotReady("Workflow Task in failed state"), true},
		"too many updates": {
			serviceerror.NewResourceExhausted(enumspb.RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT, "limit"),
			true,
		},
		"no more updates in this run":         {serviceerror.NewFailedPrecondition("limit on the total number of distinct updates"), true},
		"an unknown error":                    {errors.New("who knows"), true},
		"an argument that the server refuses": {serviceerror.NewInvalidArgument("no"), false},
		"no permission":                       {serviceerror.NewPermissionDenied("no", "policy"), false},
		"no such namespace":                   {serviceerror.NewNamespaceNotFound("no"), false},
		"no such call":                        {serviceerror.NewUnimplemented("no"), false},
		"a rejection that is not ours":        {temporal.NewApplicationError("no", "other"), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := answered(c.update)
			if c.signal {
				m.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(nil)
			}
			receipt, err := newClient(t, m, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
			require.Equal(t, c.signal, receipt.Queued)
			if !c.signal {
				require.ErrorIs(t, err, c.update)
			}
			m.AssertExpectations(t)
		})
	}
}

// The worker answered just after the client's patience, and the vote ended the
// workflow: the signal finds no one, and the answer is there.
func TestDecideAfterLateUpdate(t *testing.T) {
	t.Parallel()
	want := approvalclient.Receipt{Gate: "expense", ID: "1", Choice: policy.ChoiceApprove, State: policy.StateApproved, Approvals: 2, Need: 2}
	handle := &mocks.WorkflowUpdateHandle{}
	handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		*args.Get(1).(*approvalclient.Receipt) = want
	}).Return(nil)
	c := &mocks.Client{}
	timeout := client.NewWorkflowUpdateServiceTimeoutOrCanceledError(errors.New("timeout"))
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, timeout).Once()
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(handle, nil).Once()
	c.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(serviceerror.NewNotFound("completed"))
	got, err := newClient(t, c, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestDecideOnWorkflowWithoutGates(t *testing.T) {
	t.Parallel()
	unknown := temporal.NewApplicationError("unknown update approval.decide. KnownUpdates=[]", "")
	_, err := newClient(t, answered(unknown), approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
	require.Equal(t, approval.ReasonNotOpen, reasonOf(err))
	require.ErrorContains(t, err, "call approval.NewGates")
}

// A vote that asks for something else has another update ID, since the server answers
// one that it knows with the first result. A vote that is sent again has the same
// one, whatever the edge knows of its actor by then.
func TestUpdateIDDependsOnContent(t *testing.T) {
	t.Parallel()
	var ids []string
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		ids = append(ids, args.Get(1).(client.UpdateWorkflowOptions).UpdateID)
	}).Return(nil, refused("approval.Closed"))
	people := newClient(t, c, approvalclient.Options{})
	for _, change := range []func(*approvalclient.Vote){
		func(*approvalclient.Vote) {},
		func(v *approvalclient.Vote) { v.Actor.Groups, v.Actor.Auth = []string{"legal", "finance"}, "session" },
		func(v *approvalclient.Vote) { v.Choice = policy.ChoiceReject },
		func(v *approvalclient.Vote) { v.Comment = "only below 100" },
		func(v *approvalclient.Vote) { v.For = "bob" },
		func(v *approvalclient.Vote) { v.Digest = "d" },
		func(v *approvalclient.Vote) { v.Round = 7 },
		func(v *approvalclient.Vote) { v.Reason = "r" },
		func(v *approvalclient.Vote) { v.Subject = map[string]int{"euros": 1} },
	} {
		v := good
		change(&v)
		_, err := people.Decide(t.Context(), ref, "expense", v)
		require.ErrorIs(t, err, approval.ReasonClosed)
	}
	for _, by := range []time.Duration{time.Hour, 2 * time.Hour} {
		_, err := people.Change(t.Context(), ref, "expense", approvalclient.Change{
			ID: "1", Actor: good.Actor, Kind: approvalclient.ChangeExtend,
			By: by,
		})
		require.ErrorIs(t, err, approval.ReasonClosed)
	}
	require.Equal(t, ids[0], ids[1])
	seen := map[string]bool{}
	for _, id := range ids[1:] {
		require.False(t, seen[id])
		seen[id] = true
	}
}

// Each gate, decision and actor has an update ID of its own, whatever bytes
// stand in them, and no actor's name is in it.
func TestUpdateIDIsUnique(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
		seen[args.Get(1).(client.UpdateWorkflowOptions).UpdateID] = true
	}).Return(nil, refused("approval.NotOpen"))
	votes := []struct{ gate, id, actor string }{
		{"legal", "eu/1", "ann"}, {"legal/eu", "1", "ann"}, {"legal", "eu/1", "bob"}, {"legal", "eu/1a", "nn"}, {"legal", "eu/1", "ann"},
	}
	for _, v := range votes {
		w := good
		w.ID, w.Actor.ID = v.id, v.actor
		_, err := newClient(t, c, approvalclient.Options{}).Decide(t.Context(), approvalclient.Ref{WorkflowID: "wf"}, v.gate, w)
		require.ErrorContains(t, err, "no (type: approval.NotOpen")
		require.NotContains(t, err.Error(), "unknown outcome")
	}
	require.Len(t, seen, len(votes)-1, "only the repeated one shares its ID: %v", seen)
	for id := range seen {
		require.NotContains(t, id, "ann")
	}
}

func TestDecideRefusesInvalidVote(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*approvalclient.Vote){
		"a choice with a typo":   func(v *approvalclient.Vote) { v.Choice = "aprove" },
		"no actor":               func(v *approvalclient.Vote) { v.Actor.ID = "" },
		"space around the actor": func(v *approvalclient.Vote) { v.Actor.ID = "ann " },
		"no Auth":                func(v *approvalclient.Vote) { v.Actor.Auth = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := good
			spoil(&v)
			_, err := newClient(t, &mocks.Client{}, approvalclient.Options{}).Decide(t.Context(), ref, "expense", v)
			require.Equal(t, approval.ReasonMalformed, reasonOf(err))
		})
	}
}
