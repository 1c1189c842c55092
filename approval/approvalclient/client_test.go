package approvalclient_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
	"github.com/temporal-patterns/temporal-patterns/approval/policy"
)

var (
	ref  = approvalclient.Ref{WorkflowID: "wf"}
	good = approvalclient.Vote{
		ID: "1", Actor: policy.Actor{ID: "ann", Groups: []string{"finance"}, Auth: "test"},
		Choice: policy.ChoiceApprove,
	}
)

// sent is a matcher for the vote as it must look on the wire.
var sent = mock.MatchedBy(func(v any) bool {
	raw, ok := v.(converter.RawValue) // which no data converter changes
	return ok && string(raw.Payload().GetData()) ==
		`{"v":1,"gate":"expense","id":"1","actor":{"id":"ann","groups":["finance"],"auth":"test"},"choice":"approve"}`
})

// newClient is a client of the package, as in every test that needs no error of it.
func newClient(t testing.TB, c client.Client, o approvalclient.Options) *approvalclient.Client {
	t.Helper()
	made, err := approvalclient.New(c, o)
	require.NoError(t, err)
	return made
}

// answered is a client whose update ends with err.
func answered(err error) *mocks.Client {
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.MatchedBy(func(o client.UpdateWorkflowOptions) bool {
		return o.UpdateName == protocol.UpdateDecide && len(o.UpdateID) == len("approval.decide/")+32 &&
			o.WaitForStage == client.WorkflowUpdateStageCompleted
	})).Return(nil, err)
	return c
}

func refused(errType string, details ...any) error {
	return temporal.NewNonRetryableApplicationError("no", errType, nil, details...)
}

func TestDecide(t *testing.T) {
	t.Parallel()
	nobody := client.NewWorkflowUpdateServiceTimeoutOrCanceledError(context.DeadlineExceeded)
	options := approvalclient.Options{UpdateTimeout: time.Minute}

	t.Run("returns the worker's receipt", func(t *testing.T) {
		t.Parallel()
		want := approvalclient.Receipt{Gate: "expense", ID: "1", State: policy.StateOpen, Approvals: 1, Need: 2}
		handle := &mocks.WorkflowUpdateHandle{}
		handle.On("Get", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
			*args.Get(1).(*approvalclient.Receipt) = want
		}).Return(nil)
		c := &mocks.Client{}
		c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(handle, nil)
		got, err := newClient(t, c, options).Decide(t.Context(), ref, "expense", good)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})

	t.Run("queues the same decision when no worker answers", func(t *testing.T) {
		t.Parallel()
		c := answered(nobody)
		c.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(nil)
		got, err := newClient(t, c, options).Decide(t.Context(), ref, "expense", good)
		require.NoError(t, err)
		require.Equal(t, approvalclient.Receipt{Gate: "expense", ID: "1", Choice: policy.ChoiceApprove, Queued: true}, got)
		c.AssertExpectations(t)
	})

	t.Run("gives up the update after UpdateTimeout, not at the caller's deadline", func(t *testing.T) {
		t.Parallel()
		c := &mocks.Client{}
		c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
			<-args.Get(0).(context.Context).Done()
		}).Return(nil, nobody)
		c.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(nil)
		got, err := newClient(t, c, approvalclient.Options{UpdateTimeout: time.Millisecond}).Decide(t.Context(), ref, "expense", good)
		require.NoError(t, err)
		require.True(t, got.Queued)
	})

	t.Run("keeps half of the caller's time for the signal", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		c := &mocks.Client{}
		c.On("UpdateWorkflow", mock.Anything, mock.Anything).Run(func(args mock.Arguments) {
			<-args.Get(0).(context.Context).Done()
		}).Return(nil, nobody)
		c.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(nil)
		got, err := newClient(t, c, approvalclient.Options{UpdateTimeout: time.Hour}).Decide(ctx, ref, "expense", good)
		require.NoError(t, err)
		require.True(t, got.Queued)
	})

	t.Run("turns a repeated decision into its first receipt", func(t *testing.T) {
		t.Parallel()
		first := approvalclient.Receipt{Gate: "expense", ID: "1", State: policy.StateApproved, Approvals: 2, Need: 2}
		got, err := newClient(t, answered(refused("approval.Duplicate", protocol.Receipt(first))), options).Decide(t.Context(), ref, "expense",
			good)
		require.NoError(t, err)
		require.Equal(t, first, got)
	})

	t.Run("passes a refusal on, and sends no signal", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, answered(refused("approval.NotEligible")), options).Decide(t.Context(), ref, "expense", good)
		require.Equal(t, approval.ReasonNotEligible, reasonOf(err))
	})

	t.Run("says that the outcome is unknown when the caller's context ends", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newClient(t, answered(nobody), options).Decide(ctx, ref, "expense", good)
		require.ErrorContains(t, err, "send it again with the same ID")
		require.ErrorIs(t, err, context.DeadlineExceeded)
	})

	t.Run("says that the outcome is unknown when the signal fails too", func(t *testing.T) {
		t.Parallel()
		c := answered(nobody)
		down := serviceerror.NewUnavailable("down")
		c.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(down)
		_, err := newClient(t, c, options).Decide(t.Context(), ref, "expense", good)
		require.ErrorIs(t, err, error(down))
		c.AssertNumberOfCalls(t, "UpdateWorkflow", 1)
	})

	t.Run("refuses 300 KB before anything is sent", func(t *testing.T) {
		t.Parallel()
		v := good
		v.Comment = strings.Repeat("c", 300<<10)
		_, err := newClient(t, &mocks.Client{}, options).Decide(t.Context(), ref, "expense", v)
		require.Equal(t, approval.ReasonTooLarge, reasonOf(err))
	})

	t.Run("refuses IDs that cannot be sent", func(t *testing.T) {
		t.Parallel()
		for _, id := range []string{strings.Repeat("i", 201), "\xff"} {
			v := good
			v.ID = id
			_, err := newClient(t, &mocks.Client{}, options).Decide(t.Context(), ref, "expense", v)
			require.Equal(t, approval.ReasonMalformed, reasonOf(err))
			_, err = newClient(t, &mocks.Client{}, options).Decide(t.Context(), approvalclient.Ref{WorkflowID: "wf"}, id, good)
			require.Equal(t, approval.ReasonMalformed, reasonOf(err))
		}
	})

	t.Run("gives a decision without an ID one of its own", func(t *testing.T) {
		t.Parallel()
		v := good
		v.ID = ""
		c := &mocks.Client{}
		c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, nobody)
		c.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, mock.Anything).Return(nil)
		got, err := newClient(t, c, approvalclient.Options{UpdateTimeout: -1}).Decide(t.Context(), ref, "expense", v)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(got.ID), 20)
	})
}
