package failure

import (
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
)

// maxDetails bounds the size of the details that are handed on: a server takes a
// failure of two megabytes at most.
const maxDetails = 1 << 20

// Details returns those of an application error, ready to be given to another.
// The SDK hands them out by their types only. Its failure converter, however,
// gives all of them to its data converter, so a shelf in that place has them.
// Details that arrived as a message stay as they came.
//
//workflowcheck:ignore the converter makes a message of the error, and nothing else
func Details(app *temporal.ApplicationError) (all []any) {
	if !app.HasDetails() {
		return nil
	}
	s := newValueKeeper()
	converters := temporal.NewDefaultFailureConverter(temporal.DefaultFailureConverterOptions{DataConverter: s})
	payloads := converters.ErrorToFailure(app).GetApplicationFailureInfo().GetDetails()
	for _, p := range payloads.GetPayloads() {
		value, ok := s.values[p]
		if !ok {
			return []any{client.NewValues(payloads)}
		}
		all = append(all, value)
	}
	return all
}

// A shelf is a data converter that keeps the values and encodes nothing.
type valueKeeper struct {
	converter.DataConverter

	values map[*commonpb.Payload]any
}

func newValueKeeper() *valueKeeper {
	return &valueKeeper{DataConverter: converter.GetDefaultDataConverter(), values: map[*commonpb.Payload]any{}}
}

func (s *valueKeeper) ToPayload(value any) (*commonpb.Payload, error) {
	p := &commonpb.Payload{}
	s.values[p] = value
	return p, nil
}

func (s *valueKeeper) ToPayloads(values ...any) (*commonpb.Payloads, error) {
	all := &commonpb.Payloads{}
	for _, value := range values {
		p, err := s.ToPayload(value)
		if err != nil {
			return nil, err
		}
		all.Payloads = append(all.Payloads, p)
	}
	return all, nil
}

// sizeOf returns how many bytes details take, and 0 when only the worker's own
// data converter can tell.
func sizeOf(details []any) int {
	if len(details) == 1 {
		if came, ok := details[0].(interface{ Payloads() *commonpb.Payloads }); ok {
			return came.Payloads().Size()
		}
	}
	encoded, err := converter.GetDefaultDataConverter().ToPayloads(details...)
	if err != nil {
		return 0
	}
	return encoded.Size()
}
