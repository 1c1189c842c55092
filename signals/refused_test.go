package signals_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/temporal-patterns/temporal-patterns/internal/testenv"
	"github.com/temporal-patterns/temporal-patterns/signals"
)

// What the server has refused for good is not sent again by those who heed
// ReasonOutcomeUnknown; everything else may be.
func TestRefusedOrUnknown(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err     error
		unknown bool
	}{
		"not allowed":                       {serviceerror.NewPermissionDenied("not you", ""), false},
		"a bad argument":                    {serviceerror.NewInvalidArgument("bad"), false},
		"it ran, and must not run again":    {serviceerror.NewWorkflowExecutionAlreadyStarted("ran", "r", "run-1"), false},
		"the namespace is deleted":          {serviceerror.NewNamespaceInvalidState("n", enumspb.NAMESPACE_STATE_DELETED, nil), false},
		"the server has no such call":       {serviceerror.NewUnimplemented("what?"), false},
		"no one knows who calls":            {unauthenticated(t), false},
		"the workflow is paused":            {serviceerror.NewFailedPrecondition("Workflow is paused."), false},
		"too large for gRPC":                {serviceerror.NewResourceExhausted(0, "trying to send message larger than max (5 vs. 4)"), false},
		"too large for the server":          {serviceerror.NewResourceExhausted(0, "grpc: received message larger than max (5 vs. 4)"), false},
		"the server is busy":                {serviceerror.NewResourceExhausted(0, "namespace rate limit exceeded"), true},
		"the connection broke":              {errors.New("connection reset"), true},
		"the server is down":                {serviceerror.NewUnavailable("down"), true},
		"it is not so yet":                  {serviceerror.NewFailedPrecondition("limit"), true},
		"another cluster has the namespace": {serviceerror.NewNamespaceNotActive("n", "here", "there"), true},
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

// What no other attempt will get through says so.
func TestTooLargeForGRPC(t *testing.T) {
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
