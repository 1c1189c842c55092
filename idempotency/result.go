package idempotency

import (
	"context"
	"errors"
	"fmt"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/temporal-patterns/temporal-patterns/idempotency/driver"
	"github.com/temporal-patterns/temporal-patterns/internal/apperr"
)

// results encodes results and failures for the store, and decodes them.
type results struct {
	converter converter.DataConverter
	plain     bool // converter is the SDK's default
	failures  converter.FailureConverter
}

// converterFor returns the data converter with what context propagators have put into ctx, as
// the SDK uses it. It is not bound to a workflow: another workflow may read the record.
func (r *results) converterFor(ctx context.Context) converter.DataConverter {
	if aware, ok := r.converter.(workflow.ContextAware); ok && !r.plain {
		return aware.WithContext(ctx)
	}
	return r.converter
}

// encode encodes a result for the store. The payload is nil when there is no result.
func (r *results) encode(ctx context.Context, value any) (payload *commonpb.Payload, kept []byte, err error) {
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
		if payload, err = r.converterFor(ctx).ToPayload(value); err != nil {
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
		return nil, nonRetryable(ReasonNoResult, "the work was done before, and its record of %d bytes cannot be read: %v; "+
			"look the result up at its origin", len(kept), err)
	}
	return payload, nil
}

// decode decodes a stored payload into out. A codec that fails may work later.
func (r *results) decode(ctx context.Context, kept *commonpb.Payload, out any) error {
	err := r.converterFor(ctx).FromPayload(kept, out)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, converter.ErrUnableToDecode), errors.Is(err, converter.ErrUnableToSetValue),
		errors.Is(err, converter.ErrEncodingIsNotSupported):
		return nonRetryable(ReasonNoResult, "the work was done before, and its result is not a %T: %v; "+
			"look the result up at its origin", out, err)
	}
	text := fmt.Sprintf("idempotency: the work was done before, and its result cannot be decoded now: %v; check the codec, "+
		"the activity is retried", err)
	return apperr.New(ReasonNoResult, text, apperr.Options{Retryable: true, Cause: err, Benign: true})
}

// typed returns an answer as a value, unless there is an error instead.
func typed[Out any](ctx context.Context, r *results, a answer, err error) (out Out, _ error) {
	if err != nil {
		return out, err
	}
	if v, ok := a.value.(Out); ok {
		return asKept(v), nil
	}
	if a.kept == nil {
		return out, nil
	}
	err = r.decode(ctx, a.kept, &out)
	return asKept(out), err
}

// asKept returns a value as a replay returns it. The SDK encodes nil and empty bytes in the
// same way, and decodes nil.
func asKept[T any](v T) T {
	if b, ok := any(&v).(*[]byte); ok && len(*b) == 0 {
		*b = nil
	}
	return v
}

// untyped returns an answer for the SDK, unless there is an error instead. A data converter of the user may bind a payload to
// the workflow that gets it, so the SDK encodes the value then.
func (r *results) untyped(ctx context.Context, a answer, err error) (any, error) {
	switch {
	case err != nil:
		return nil, err
	case a.kept == nil:
		return nil, nil
	case r.plain:
		return &commonpb.Payloads{Payloads: []*commonpb.Payload{a.kept}}, nil
	case a.value != nil:
		return a.value, nil
	}
	var raw converter.RawValue
	err = r.decode(ctx, a.kept, &raw)
	return raw, err
}

// checkSize refuses what no store keeps.
func checkSize(what string, b []byte) error {
	if len(b) <= driver.MaxResultBytes {
		return nil
	}
	return &tooLargeError{what: what, bytes: len(b)}
}

// tooLargeError reports what exceeds [driver.MaxResultBytes].
type tooLargeError struct {
	what  string
	bytes int
}

// Error implements error.
func (e *tooLargeError) Error() string {
	return fmt.Sprintf("idempotency: the %s has %d bytes, %d are allowed; keep it elsewhere and store where", e.what, e.bytes,
		driver.MaxResultBytes)
}
