package approvalclient_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/mocks"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/approval"
	"github.com/temporal-patterns/temporal-patterns/approval/approvalclient"
	"github.com/temporal-patterns/temporal-patterns/approval/internal/protocol"
)

// calls are the calls of a client that name a workflow.
var calls = map[string]func(context.Context, *approvalclient.Client, approvalclient.Ref) error{
	"Decide": func(ctx context.Context, c *approvalclient.Client, ref approvalclient.Ref) error {
		_, err := c.Decide(ctx, ref, "expense", good)
		return err
	},
	"Change": func(ctx context.Context, c *approvalclient.Client, ref approvalclient.Ref) error {
		_, err := c.Change(ctx, ref, "expense", approvalclient.Change{ID: "1", Actor: good.Actor, Kind: approvalclient.ChangeWithdraw})
		return err
	},
	"Gate": func(ctx context.Context, c *approvalclient.Client, ref approvalclient.Ref) error {
		_, err := c.Gate(ctx, ref, "expense")
		return err
	},
	"Status": func(ctx context.Context, c *approvalclient.Client, ref approvalclient.Ref) error {
		_, err := c.Status(ctx, ref)
		return err
	},
	"Audit": func(ctx context.Context, c *approvalclient.Client, ref approvalclient.Ref) error {
		_, err := c.Audit(ctx, ref, "expense")
		return err
	},
}

// failing is a server that answers everything but signals with err.
func failing(err error) *mocks.Client {
	c := &mocks.Client{}
	c.On("UpdateWorkflow", mock.Anything, mock.Anything).Return(nil, err)
	c.On("QueryWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil, err)
	c.On("QueryWorkflow", mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil, err)
	c.On("ListWorkflow", mock.Anything, mock.Anything).Return(nil, err)
	return c
}

// What a server has refused is known not to have happened, and the error says so
// with its cause. It is never an unknown outcome to be sent again.
func TestServerRefusalHasReason(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want approval.Reason
	}{
		"permission denied":     {serviceerror.NewPermissionDenied("not you", "policy 7"), approvalclient.ReasonRefused},
		"unknown namespace":     {serviceerror.NewNamespaceNotFound("nowhere"), approvalclient.ReasonRefused},
		"deleted namespace":     {serviceerror.NewNamespaceInvalidState("n", enumspb.NAMESPACE_STATE_DELETED, nil), approvalclient.ReasonRefused},
		"unimplemented":         {serviceerror.NewUnimplemented("no updates here"), approvalclient.ReasonRefused},
		"refused by a worker":   {temporal.NewApplicationError("no", "other"), approvalclient.ReasonRefused},
		"an ID that no run has": {serviceerror.NewInvalidArgument("Invalid RunId."), approval.ReasonMalformed},
		"an ID that is not ASCII": {
			serviceerror.NewInternal(`header key "temporal-resource-id" contains value with non-printable ASCII characters`),
			approval.ReasonMalformed,
		},
	} {
		for call, do := range calls {
			t.Run(name+"/"+call, func(t *testing.T) {
				t.Parallel()
				err := do(t.Context(), newClient(t, failing(c.err), approvalclient.Options{}), ref)
				require.ErrorIs(t, err, c.want)
				require.ErrorIs(t, err, c.err, "the cause is kept")
				require.ErrorContains(t, err, `workflow "wf"`)
				require.NotContains(t, err.Error(), "unknown outcome")
				require.NotContains(t, err.Error(), "\n")
			})
		}
	}
	t.Run("an inbox without permission to list", func(t *testing.T) {
		t.Parallel()
		denied := serviceerror.NewPermissionDenied("not you", "")
		_, err := newClient(t, failing(denied), approvalclient.Options{}).Inbox(t.Context(), anybody)
		require.ErrorIs(t, err, approvalclient.ReasonRefused)
		require.ErrorIs(t, err, denied)
	})
	t.Run("an inbox without search attributes names SetUpInbox", func(t *testing.T) {
		t.Parallel()
		_, err := newClient(t, failing(serviceerror.NewInvalidArgument("invalid search attribute")), approvalclient.Options{}).Inbox(t.Context(),
			anybody)
		require.ErrorContains(t, err, "check that SetUpInbox was called")
	})
}

// What leaves the outcome open stays open.
func TestServerFailureHasNoReason(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{serviceerror.NewUnavailable("down"), errors.New("connection reset"), serviceerror.NewResourceExhausted(0,
		"busy")} {
		_, err := newClient(t, failing(cause), approvalclient.Options{}).Change(t.Context(), ref, "expense", approvalclient.Change{
			ID:    "1",
			Actor: good.Actor, Kind: approvalclient.ChangeWithdraw,
		})
		require.ErrorIs(t, err, cause)
		require.Empty(t, reasonOf(err))
		require.ErrorContains(t, err, "send it again with the same ID")
	}
}

// A change that the server has not taken, since the workflow is paused or its run
// has as many updates as it may, was not made; a vote goes out as a signal.
func TestUpdateLimitAndPause(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want approval.Reason
		hint string
	}{
		"paused": {
			serviceerror.NewFailedPrecondition("Workflow is paused. Cannot update the workflow."),
			approvalclient.ReasonWorkflowPaused, `an operator has paused workflow "wf"`,
		},
		"2,000 updates": {serviceerror.NewFailedPrecondition("The limit on the total number of distinct updates in this workflow has been " +
			"reached (2000)."), approval.ReasonFull, "let it continue as new"},
		"10 at a time": {
			serviceerror.NewResourceExhausted(enumspb.RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT, "limit"), approval.ReasonFull,
			"try again later",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			people := newClient(t, failing(c.err), approvalclient.Options{})
			err := calls["Change"](t.Context(), people, ref)
			require.ErrorIs(t, err, c.want)
			require.ErrorContains(t, err, c.hint)
			require.NotContains(t, err.Error(), "unknown outcome")

			server := failing(c.err)
			server.On("SignalWorkflow", mock.Anything, "wf", "", protocol.SignalVote, sent).Return(nil)
			receipt, err := newClient(t, server, approvalclient.Options{}).Decide(t.Context(), ref, "expense", good)
			require.NoError(t, err)
			require.True(t, receipt.Queued)
		})
	}
	t.Run("a paused run that is asked for a gate", func(t *testing.T) {
		t.Parallel()
		err := calls["Gate"](t.Context(), newClient(t, failing(serviceerror.NewFailedPrecondition("Workflow is paused.")),
			approvalclient.Options{}), ref)
		require.ErrorIs(t, err, approvalclient.ReasonWorkflowPaused)
		require.NotContains(t, err.Error(), "that a worker runs", "one may run")
	})
}

// An ID that no server takes is refused before any is asked.
func TestInvalidWorkflowIDIsMalformed(t *testing.T) {
	t.Parallel()
	for name, ref := range map[string]approvalclient.Ref{
		"empty":           {},
		"1,001 bytes":     {WorkflowID: strings.Repeat("w", 1001)},
		"no UTF-8":        {WorkflowID: "\xff"},
		"a run, no UTF-8": {WorkflowID: "w", RunID: "\xff"},
	} {
		for call, do := range calls {
			t.Run(name+"/"+call, func(t *testing.T) {
				t.Parallel()
				err := do(t.Context(), newClient(t, &mocks.Client{}, approvalclient.Options{}), ref)
				require.ErrorIs(t, err, approval.ReasonMalformed)
				require.ErrorContains(t, err, "set Ref.WorkflowID to 1 to 1000 bytes")
			})
		}
	}
}
