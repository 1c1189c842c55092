package classify

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
)

// rpcError is an error as the gRPC library makes it.
type rpcError[S any] struct{ status S }

func (rpcError[S]) Error() string   { return "rpc error" }
func (e rpcError[S]) GRPCStatus() S { return e.status }

func rpc[S any](status S) error { return rpcError[S]{status} }

func TestGRPC(t *testing.T) {
	t.Parallel()
	for typ, c := range map[string]struct {
		err   error
		class Retryability
	}{
		"Unavailable":        {err: serviceerror.NewUnavailable("x"), class: Retryable},
		"ResourceExhausted":  {err: serviceerror.NewResourceExhausted(0, "x"), class: Retryable},
		"Aborted":            {err: serviceerror.NewAborted("x"), class: Retryable},
		"DeadlineExceeded":   {err: serviceerror.NewDeadlineExceeded("x"), class: Retryable},
		"Internal":           {err: serviceerror.NewInternal("x"), class: Retryable},
		"InvalidArgument":    {err: serviceerror.NewInvalidArgument("x"), class: NonRetryable},
		"NotFound":           {err: serviceerror.NewNotFound("x"), class: NonRetryable},
		"AlreadyExists":      {err: serviceerror.NewAlreadyExists("x"), class: NonRetryable},
		"PermissionDenied":   {err: serviceerror.NewPermissionDenied("x", ""), class: NonRetryable},
		"FailedPrecondition": {err: serviceerror.NewFailedPrecondition("x"), class: NonRetryable},
		"Unimplemented":      {err: serviceerror.NewUnimplemented("x"), class: NonRetryable},
		"DataLoss":           {err: serviceerror.NewDataLoss("x"), class: NonRetryable},
		"Canceled":           {err: serviceerror.NewCanceled("x"), class: Unknown},
	} {
		plain := rpc(serviceerror.ToStatus(c.err)) // as from any other service
		for _, err := range []error{c.err, plain, fmt.Errorf("while: %w", c.err), fmt.Errorf("while: %w", plain)} {
			v := GRPC(t.Context(), err)
			require.Equal(t, c.class, v.Retryability, typ)
			if c.class != Unknown {
				require.Equal(t, typ, v.Type)
			}
		}
	}
	require.Equal(t, NonRetryable, ofGRPCCode("Unauthenticated"))
	require.Equal(t, NonRetryable, ofGRPCCode("OutOfRange"))
	require.Equal(t, Retryable, ofGRPCCode("Unknown"))
	require.Equal(t, Unknown, ofGRPCCode("OK"))
	require.Equal(t, Unknown, GRPC(t.Context(), errors.New("no status")).Retryability)
}

func TestRetryInfo(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		want time.Duration
	}{
		"1.5 s":            {data: []byte{10, 8, 8, 1, 16, 128, 202, 181, 238, 1}, want: 1500 * time.Millisecond},
		"nanoseconds only": {data: []byte{10, 2, 16, 5}, want: 5},
		"an unknown field before": {
			data: []byte{0x7d, 1, 2, 3, 4, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 10, 2, 8, 3}, want: 3 * time.Second,
		},
		"no bytes":                              {},
		"a message cut short":                   {data: []byte{10, 7, 8, 1}},
		"a number cut short":                    {data: []byte{0x79, 1, 2}},
		"a length beyond the end":               {data: []byte{10, 255, 255, 255, 255, 15}},
		"a negative duration":                   {data: []byte{10, 11, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1}},
		"more than a duration":                  {data: []byte{10, 10, 8, 255, 255, 255, 255, 255, 255, 255, 255, 127}, want: math.MaxInt64},
		"a group, which protobuf no longer has": {data: []byte{11, 12}},
	} {
		require.Equal(t, c.want, retryInfo(c.data), name)
	}
}

func FuzzRetryInfo(f *testing.F) {
	f.Add([]byte{10, 4, 8, 1, 16, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		if d := retryInfo(data); d < 0 {
			t.Fatalf("%v from % x", d, data)
		}
	})
}

func FuzzRetryAfter(f *testing.F) {
	for _, header := range []string{"120", "-1", "0", "1e9", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999", " 5"} {
		f.Add(header)
	}
	now := time.Date(2026, 10, 21, 7, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, header string) {
		if d := retryAfter(header, now); d < 0 {
			t.Fatalf("%v from %q", d, header)
		}
	})
}
