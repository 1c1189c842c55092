package signals_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// ReasonOutcomeUnknown means that the message may be sent again; a permanent refusal of
// the server has not this reason.
func TestSendErrorsTellRefusedFromUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		unknown bool
	}{
		"permission denied":                       {err: serviceerror.NewPermissionDenied("not you", "")},
		"an invalid argument":                     {err: serviceerror.NewInvalidArgument("bad")},
		"the workflow ran and must not run again": {err: serviceerror.NewWorkflowExecutionAlreadyStarted("ran", "r", "run-1")},
		"the namespace is deleted": {
			err: serviceerror.NewNamespaceInvalidState("n", enumspb.NAMESPACE_STATE_DELETED, nil),
		},
		"a call that the server does not implement": {err: serviceerror.NewUnimplemented("what?")},
		"an unauthenticated caller":                 {err: unauthenticated(t)},
		"the workflow is paused":                    {err: serviceerror.NewFailedPrecondition("Workflow is paused.")},
		"too large for gRPC": {
			err: serviceerror.NewResourceExhausted(0, "trying to send message larger than max (5 vs. 4)"),
		},
		"too large for the server": {
			err: serviceerror.NewResourceExhausted(0, "grpc: received message larger than max (5 vs. 4)"),
		},
		"the server is busy": {
			err: serviceerror.NewResourceExhausted(0, "namespace rate limit exceeded"), unknown: true,
		},
		"a broken connection":                 {err: errors.New("connection reset"), unknown: true},
		"the server is down":                  {err: serviceerror.NewUnavailable("down"), unknown: true},
		"a failed precondition of the server": {err: serviceerror.NewFailedPrecondition("limit"), unknown: true},
		"another cluster has the namespace":   {err: serviceerror.NewNamespaceNotActive("n", "here", "there"), unknown: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			message, options := payment{Amount: 7}, client.StartWorkflowOptions{ID: "order-1"}
			err := paid.Send(t.Context(), &fakeClient{err: c.err}, signals.Ref{WorkflowID: "order-1"}, message)
			require.ErrorIs(t, err, c.err)
			require.Equal(t, c.unknown, errors.Is(err, signals.ReasonOutcomeUnknown), "%v", err)
			_, err = paid.SendWithStart(t.Context(), &fakeClient{err: c.err}, options, message, "Order")
			require.Equal(t, c.unknown, errors.Is(err, signals.ReasonOutcomeUnknown), "%v", err)
		})
	}
}

// unauthenticated is what the SDK makes of gRPC's Unauthenticated, for which the
// API has no error of its own.
func unauthenticated(t *testing.T) error {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "16")
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	defer server.Close()
	c, err := client.NewLazyClient(client.Options{HostPort: server.Listener.Addr().String(), Logger: testenv.Logger()})
	require.NoError(t, err)
	defer c.Close()
	err = c.SignalWorkflow(t.Context(), "order-1", "", "paid", nil)
	require.ErrorContains(t, err, "Unauthenticated")
	return err
}

// A message too large for gRPC has ReasonTooLarge.
func TestSendTooLargeForGRPC(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"trying to send message larger than max (5 vs. 4)", "grpc: received message larger than max (5 vs. 4)"} {
		large := serviceerror.NewResourceExhausted(0, text)
		err := paid.Send(t.Context(), &fakeClient{err: large}, signals.Ref{WorkflowID: "order-1"}, payment{Amount: 7})
		require.ErrorIs(t, err, signals.ReasonTooLarge)
		require.ErrorContains(t, err, `signal "paid" to workflow "order-1" is too large for gRPC; store the data and send its key`)
		_, err = refund.Execute(t.Context(), &fakeClient{err: large}, signals.Ref{WorkflowID: "order-1"}, "", payment{Amount: 7})
		require.ErrorIs(t, err, signals.ReasonTooLarge)
	}
}

// The reason of an error is the same in the activity that got it, in its workflow
// and in what the workflow's caller sees.
func TestReasonCrossesBoundaries(t *testing.T) {
	t.Parallel()
	note := signals.New[string]("note")
	send := func(ctx context.Context) error {
		err := note.Send(ctx, &fakeClient{err: serviceerror.NewNotFound("gone")}, signals.Ref{WorkflowID: "order"}, "x")
		require.ErrorIs(t, err, signals.ReasonNoWorkflow)
		var notFound *serviceerror.NotFound
		require.ErrorAs(t, err, &notFound)
		return fmt.Errorf("telling the order: %w", err)
	}
	env := testenv.New()
	env.RegisterActivity(send)
	env.ExecuteWorkflow(func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout: time.Minute, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1},
		})
		err := workflow.ExecuteActivity(ctx, send).Get(ctx, nil)
		reason, ok := signals.ReasonOf(err)
		require.True(t, ok)
		require.Equal(t, signals.ReasonNoWorkflow, reason)
		return err
	})
	reason, ok := signals.ReasonOf(env.GetWorkflowError())
	require.True(t, ok)
	require.Equal(t, signals.ReasonNoWorkflow, reason)

	_, ok = signals.ReasonOf(errors.New("signals.NoWorkflow"))
	require.False(t, ok)
}
