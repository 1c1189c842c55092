package idempotency

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/temporal-patterns/temporal-patterns/internal/failure"
)

// encodeFailure encodes a failure as Temporal does, with all details.
func (r *results) encodeFailure(of error) (kept []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // the SDK's converter panics when it cannot encode details
			var isError bool
			if err, isError = p.(error); !isError { // else it may be a codec that fails for a moment
				err = fmt.Errorf("%w: %v", converter.ErrUnableToEncode, p)
			}
		}
	}()
	f := r.failures.ErrorToFailure(of)
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
func (r *results) failure(kept []byte) error {
	f := &failurepb.Failure{}
	if err := f.Unmarshal(kept); err != nil {
		return nonRetryable(ReasonNoResult, "the work has failed before, and its record of %d bytes cannot be read: %v; "+
			"look at the workflow's history", len(kept), err)
	}
	f.Source = failure.ReplayedSource // the work's own words, also where an activity wraps them
	return r.failures.FailureToError(f)
}
