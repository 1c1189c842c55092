package clienterrors

import (
	"context"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"
)

// failing is a service whose answer is the status of that number.
type failing struct {
	grpc_health_v1.UnimplementedHealthServer
}

func (failing) Check(_ context.Context, r *grpc_health_v1.HealthCheckRequest) (*grpc_health_v1.HealthCheckResponse, error) {
	code, err := strconv.Atoi(strings.TrimSpace(r.GetService()))
	if err != nil {
		return &grpc_health_v1.HealthCheckResponse{}, nil
	}
	s := status.New(codes.Code(code), "no") //nolint:gosec // below 17
	if strings.HasSuffix(r.GetService(), " ") {
		if s, err = s.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)}); err != nil {
			return nil, err
		}
	}
	return nil, s.Err()
}

func rpc(t *testing.T) (rows []row) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	grpc_health_v1.RegisterHealthServer(server, failing{})
	go func() { _ = server.Serve(l) }()
	t.Cleanup(server.Stop)
	call := func(address, service string, options ...grpc.CallOption) error {
		conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
		require.NoError(t, err)
		defer conn.Close()
		_, err = grpc_health_v1.NewHealthClient(conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{Service: service}, options...)
		return err
	}
	for code := codes.Canceled; code <= codes.Unauthenticated; code++ {
		rows = append(rows, row{"gRPC: " + code.String(), call(l.Addr().String(), strconv.Itoa(int(code)))})
	}
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	_, timeout := grpc_health_v1.NewHealthClient(conn).Check(late, nil)
	none := conn.Invoke(t.Context(), "/none/None", &grpc_health_v1.HealthCheckRequest{}, &grpc_health_v1.HealthCheckResponse{})
	return append(rows,
		row{"gRPC: Unavailable, RetryInfo of 7 s", call(l.Addr().String(), "14 ")},
		row{"gRPC: a request that is too large", call(l.Addr().String(), strings.Repeat("x", 100), grpc.MaxCallSendMsgSize(10))},
		row{"gRPC: a request that the server finds too large", call(l.Addr().String(), strings.Repeat("x", 5<<20))},
		row{"gRPC: connection refused", call(refused(t), "x")},
		row{"gRPC: no answer in time", timeout},
		row{"gRPC: a method that is not there", none},
	)
}

func ofTemporal(t *testing.T) []row {
	_, none := client.Dial(client.Options{HostPort: refused(t), Logger: log.Logger(silent{}), ConnectionOptions: client.ConnectionOptions{
		GetSystemInfoTimeout: 200 * time.Millisecond,
	}})
	return []row{
		{"Temporal: no server", none},
		{"Temporal: a workflow that is not ready", serviceerror.NewWorkflowNotReady("workflow task in failed state")},
		{"Temporal: a namespace that is active elsewhere", serviceerror.NewNamespaceNotActive("n", "a", "b")},
		{"Temporal: a namespace in another state", serviceerror.NewNamespaceInvalidState("n", 2, nil)},
		{"Temporal: a namespace that is not there", serviceerror.NewNamespaceNotFound("n")},
		{"Temporal: a workflow that is not there", serviceerror.NewNotFound("no")},
		{"Temporal: a workflow that runs already", serviceerror.NewWorkflowExecutionAlreadyStarted("no", "", "")},
		{"Temporal: a query that fails", serviceerror.NewQueryFailed("no")},
		{"Temporal: too many requests", serviceerror.NewResourceExhausted(1, "no")},
		{"Temporal: a server that is not there", serviceerror.NewUnavailable("no")},
		{"Temporal: permission denied", serviceerror.NewPermissionDenied("no", "")},
	}
}
