package classify

import (
	"context"
	"encoding/binary"
	"math"
	"strings"
	"time"

	"go.temporal.io/api/serviceerror"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// GRPC classifies errors with a gRPC status, including those of Temporal clients.
//
//   - A Temporal workflow that is not ready, or a namespace that is not active in
//     this cluster: retryable. A namespace in an invalid state: unknown.
//   - A message that exceeds the size limit: non-retryable, "MessageTooLarge".
//   - Unavailable, ResourceExhausted, Aborted, DeadlineExceeded, Internal,
//     Unknown: retryable, after the delay of a RetryInfo detail. Aborted is
//     retryable because an activity is the whole transaction.
//   - InvalidArgument, NotFound, AlreadyExists, PermissionDenied,
//     Unauthenticated, FailedPrecondition, OutOfRange, Unimplemented, DataLoss:
//     non-retryable.
//
// The type is the name of the code. See https://grpc.io/docs/guides/status-codes/.
func GRPC(_ context.Context, err error) Classification {
	if !hasStatus(serviceerror.ToStatus, err) {
		return Classification{}
	}
	if v, ok := ofTemporal(err); ok {
		return v
	}
	status := serviceerror.ToStatus(err)
	v := Classification{Type: status.Code().String()}
	if v.Type == "ResourceExhausted" && strings.Contains(status.Message(), "larger than max") {
		return Classification{Retryability: NonRetryable, Type: "MessageTooLarge"}
	}
	if v.Retryability = ofGRPCCode(v.Type); v.Retryability == Unknown {
		return Classification{}
	}
	for _, detail := range status.Proto().GetDetails() {
		if v.Retryability == Retryable && strings.HasSuffix(detail.GetTypeUrl(), "/google.rpc.RetryInfo") {
			v.RetryAfter = retryInfo(detail.GetValue())
		}
	}
	return v
}

// ofTemporal classifies errors of a Temporal service that are temporary, whatever their
// code.
func ofTemporal(err error) (v Classification, known bool) {
	known = failure.Walk(err, func(err error) bool {
		switch err.(type) { //nolint:errorlint // Walk takes the tree apart
		case *serviceerror.WorkflowNotReady:
			v = Classification{Retryability: Retryable, Type: "WorkflowNotReady"}
		case *serviceerror.NamespaceNotActive:
			v = Classification{Retryability: Retryable, Type: "NamespaceNotActive"}
		case *serviceerror.NamespaceInvalidState: // a handover passes, a deletion does not
		default:
			return false
		}
		return true
	})
	return v, known
}

// ofGRPCCode classifies a code by its name.
func ofGRPCCode(code string) Retryability {
	switch code {
	case "Unavailable", "ResourceExhausted", "Aborted", "DeadlineExceeded", "Internal", "Unknown":
		return Retryable
	case "InvalidArgument", "NotFound", "AlreadyExists", "PermissionDenied", "Unauthenticated",
		"FailedPrecondition", "OutOfRange", "Unimplemented", "DataLoss":
		return NonRetryable
	}
	return Unknown
}

// hasStatus reports whether err's tree contains a service error, or an error with the
// method GRPCStatus of the gRPC library. S is inferred from a function, so this
// module does not require the library.
func hasStatus[S any](_ func(error) S, err error) bool {
	return failure.Walk(err, func(err error) bool {
		switch err.(type) { //nolint:errorlint // Walk takes the tree apart
		case serviceerror.ServiceError, interface{ GRPCStatus() S }:
			return true
		}
		return false
	})
}

// retryInfo reads the retry_delay of an encoded google.rpc.RetryInfo: field 1,
// a message with seconds in field 1 and nanoseconds in field 2. It returns 0
// for a negative delay and for data that is not such a message.
func retryInfo(data []byte) time.Duration {
	_, delay := protoField(data, 1)
	seconds, _ := protoField(delay, 1)
	nanos, _ := protoField(delay, 2)
	switch {
	case int64(seconds) < 0 || int64(nanos) < 0 || nanos >= uint64(time.Second):
		return 0
	case seconds >= math.MaxInt64/uint64(time.Second):
		return math.MaxInt64
	}
	return time.Duration(seconds)*time.Second + time.Duration(nanos)
}

// protoField returns the last field of that number in an encoded protocol buffer
// message: a number, or bytes. It returns neither if data is not such a message.
func protoField(data []byte, number uint64) (n uint64, text []byte) {
	for len(data) > 0 {
		tag, size := binary.Uvarint(data)
		if size <= 0 {
			return 0, nil
		}
		data = data[size:]
		value, size := binary.Uvarint(data)
		var field []byte
		switch tag & 7 {
		case 0:
		case 1:
			size = 8
		case 2:
			if size <= 0 || value > uint64(len(data)-size) {
				return 0, nil
			}
			field = data[size : size+int(value)]
			size += int(value)
		case 5:
			size = 4
		default:
			return 0, nil
		}
		if size <= 0 || size > len(data) {
			return 0, nil
		}
		if data = data[size:]; tag>>3 == number {
			n, text = value, field
		}
	}
	return n, text
}
