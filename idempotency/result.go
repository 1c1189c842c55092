package idempotency

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	commonpb "go.temporal.io/api/common/v1"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// converterFor returns the data converter with what context propagators have put into ctx, as
// the SDK uses it. It is not bound to a workflow: another workflow may read the record.
func (g *Guard) converterFor(ctx context.Context) converter.DataConverter {
	if aware, ok := g.converter.(workflow.ContextAware); ok && !g.plain {
		return aware.WithContext(ctx)
	}
	return g.converter
}

// encode encodes a result for the store. The payload is nil when there is no result.
func (g *Guard) encode(ctx context.Context, value any) (payload *commonpb.Payload, kept []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // the SDK would fail the attempt, and the effect is there
			err = fmt.Errorf("%w: it panics: %v", converter.ErrUnableToEncode, p)
		}
	}()
	switch v := value.(type) {
	case nil:
		return nil, []byte{}, nil // nil is a result that could not be kept
	case *commonpb.Payloads: // an interceptor further in has encoded it
		if len(v.GetPayloads()) == 0 {
			return nil, []byte{}, nil
		}
		payload = v.GetPayloads()[0] // activities have one result
	default:
		if payload, err = g.converterFor(ctx).ToPayload(value); err != nil {
			return nil, nil, err
		}
	}
	if kept, err = marshal(payload); err != nil {
		return nil, nil, err
	}
	return payload, kept, checkSize("result", kept)
}

// keptResult returns the payload of a record, and nil when the work has no result.
func keptResult(kept []byte) (*commonpb.Payload, error) {
	switch {
	case kept == nil:
		return nil, nonRetryable(ReasonNoResult, "the work was done before, and its result could not be stored; look it up at its origin")
	case len(kept) == 0:
		return nil, nil
	}
	payload := &commonpb.Payload{}
	if err := payload.Unmarshal(kept); err != nil {
		return nil, nonRetryable(ReasonNoResult, fmt.Sprintf("the work was done before, and its record of %d bytes cannot be read: %v; "+
			"look the result up at its origin", len(kept), err))
	}
	return payload, nil
}

// decode decodes a stored payload into out. A codec that fails may work later.
func (g *Guard) decode(ctx context.Context, kept *commonpb.Payload, out any) error {
	err := g.converterFor(ctx).FromPayload(kept, out)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, converter.ErrUnableToDecode), errors.Is(err, converter.ErrUnableToSetValue),
		errors.Is(err, converter.ErrEncodingIsNotSupported):
		return nonRetryable(ReasonNoResult, fmt.Sprintf("the work was done before, and its result is not a %T: %v; "+
			"look the result up at its origin", out, err))
	}
	return retryable(ReasonNoResult, fmt.Sprintf("the work was done before, and its result cannot be decoded now: %v; check the codec, "+
		"the activity is retried", err), 0, err)
}

// typed returns an answer as a value.
func typed[Out any](ctx context.Context, g *Guard, a answer) (out Out, err error) {
	if v, ok := a.value.(Out); ok {
		return asKept(v), nil
	}
	if a.kept == nil {
		return out, nil
	}
	err = g.decode(ctx, a.kept, &out)
	return out, err
}

// asKept returns a value as a replay returns it. The SDK encodes nil and empty bytes in the
// same way, and decodes nil.
func asKept[T any](v T) T {
	if b, ok := any(&v).(*[]byte); ok && len(*b) == 0 {
		*b = nil
	}
	return v
}

// untyped returns an answer for the SDK. A data converter of the user may bind a payload to
// the workflow that gets it, so the SDK encodes the value then.
func (g *Guard) untyped(ctx context.Context, a answer) (any, error) {
	switch {
	case a.kept == nil:
		return nil, nil
	case g.plain:
		return &commonpb.Payloads{Payloads: []*commonpb.Payload{a.kept}}, nil
	case a.value != nil:
		return a.value, nil
	}
	var raw converter.RawValue
	err := g.decode(ctx, a.kept, &raw)
	return raw, err
}

// encodeFailure encodes a failure as Temporal does, with all details.
func (g *Guard) encodeFailure(of error) (kept []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // the SDK's converter panics when it cannot encode details
			var isError bool
			if err, isError = p.(error); !isError { // else it may be a codec that fails for a moment
				err = fmt.Errorf("%w: %v", converter.ErrUnableToEncode, p)
			}
		}
	}()
	f := g.failures.ErrorToFailure(of)
	for at := f; at != nil; at = at.GetCause() {
		if app := at.GetApplicationFailureInfo(); app != nil { // protobuf refuses other texts
			app.Type = strings.ToValidUTF8(app.GetType(), string(utf8.RuneError))
		}
	}
	if kept, err = f.Marshal(); err != nil {
		return nil, fmt.Errorf("%w: %w", converter.ErrUnableToEncode, err)
	}
	return kept, checkSize("failure", kept)
}

// bareFailure replaces a final failure that cannot be stored. It has the type and not the
// text, which a codec may have to encrypt.
func bareFailure(of error) []byte {
	name := failure.TypeName(of)
	if app, ok := errors.AsType[*temporal.ApplicationError](of); ok {
		name = app.Type()
	}
	kept, _ := (&failurepb.Failure{ // all texts are UTF-8, so it can be encoded
		Message: "idempotency: the work has failed for good before, and its failure could not be stored; " +
			"look at the history of the workflow that has started it",
		FailureInfo: &failurepb.Failure_ApplicationFailureInfo{ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{
			Type: failure.Text(name), NonRetryable: true,
		}},
	}).Marshal()
	return kept
}

// failure returns a stored failure.
func (g *Guard) failure(kept []byte) error {
	f := &failurepb.Failure{}
	if err := f.Unmarshal(kept); err != nil {
		return nonRetryable(ReasonNoResult, fmt.Sprintf("the work has failed before, and its record of %d bytes cannot be read: %v; "+
			"look at the workflow's history", len(kept), err))
	}
	f.Source = failure.ReplayedSource // the work's own words, also where an activity wraps them
	return g.failures.FailureToError(f)
}

// checkSize refuses what no store keeps.
func checkSize(what string, b []byte) error {
	if len(b) <= driver.MaxResultBytes {
		return nil
	}
	return &tooLargeError{what: what, bytes: len(b)}
}

// tooLargeError is the error for what exceeds [driver.MaxResultBytes].
type tooLargeError struct {
	what  string
	bytes int
}

// Error implements error.
func (e *tooLargeError) Error() string {
	return fmt.Sprintf("idempotency: the %s has %d bytes, %d are allowed; keep it elsewhere and store where", e.what, e.bytes,
		driver.MaxResultBytes)
}
