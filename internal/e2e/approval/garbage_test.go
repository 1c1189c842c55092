package approval_test

import (
	"strings"
	"testing"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
)

// mark is the metadata that makes a batch of a payload.
const mark = "temporal-patterns.batch"

// A bad message, and the reason that its dead letter gives.
type bad struct {
	what   string
	input  *commonpb.Payload // none means that the signal has no argument
	reason string            // empty when the message is kept for a later version
	header *commonpb.Payload // the message has a header
	more   *commonpb.Payload // the message has a second argument
	value  any               // what the client is given, if not a payload
}

// garbage is what a workflow that expects a Payment may be sent.
var garbage = []bad{
	{what: "a wrong JSON type", input: payload("json/plain", `{"amount":"ten"}`), reason: `field "amount"`},
	{what: "cut short", input: payload("json/plain", `{"amount":1`), reason: "no valid JSON"},
	{what: "an unknown encoding", input: payload("binary/foo", `{"amount":1}`), reason: `encoded as "binary/foo"`},
	{what: "no encoding", input: &commonpb.Payload{Data: []byte(`{"amount":1}`)}, reason: `encoded as ""`},
	{what: "a depth bomb", input: payload("json/plain", strings.Repeat("[", 100_000)), reason: "not readable"},
	{what: "nil", value: nilValue{}, reason: "is empty"},
	{what: "null", input: payload("json/plain", "null"), reason: "is empty"},
	{what: "no argument", reason: "is empty"},
	{what: "an empty object", input: payload("json/plain", `{}`), reason: "amount is not positive"},
	{what: "unknown fields only", input: payload("json/plain", `{"sum":1,"to":"eve"}`), reason: "amount is not positive"},
	{what: "an array", input: payload("json/plain", `[{"amount":1}]`), reason: "not readable"},
	{what: "a batch without a number", input: payload("json/plain", `[{"amount":1}]`, mark, "one"), reason: "no valid version"},
	{what: "a batch that is no array", input: payload("json/plain", `{"amount":1}`, mark, "1"), reason: "not readable"},
	{what: "a batch of a later version", input: payload("json/plain", `[{"amount":1}]`, mark, "7")},
	{what: "300 KB", input: payload("json/plain", `{"amount":1,"note":"`+strings.Repeat("x", 300<<10)+`"}`), reason: "the limit is 262144"},
	{
		what: "a header of garbage", input: payload("json/plain", `{"amount":"ten"}`), header: payload("json/plain", "\xff{"),
		reason: `field "amount"`,
	},
}

type nilValue struct{}

func payload(encoding, data string, metadata ...string) *commonpb.Payload {
	p := &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encoding)}, Data: []byte(data)}
	for i := 0; i < len(metadata); i += 2 {
		p.Metadata[metadata[i]] = []byte(metadata[i+1])
	}
	return p
}

// send sends the message by the client where it can, and past it where not.
func (b bad) send(t *testing.T, run client.WorkflowRun) error {
	t.Helper()
	switch {
	case b.value != nil:
		return temporal.SignalWorkflow(t.Context(), run.GetID(), run.GetRunID(), Paid.Name(), nil)
	case b.input != nil && b.header == nil && b.more == nil:
		return temporal.SignalWorkflow(t.Context(), run.GetID(), run.GetRunID(), Paid.Name(), converter.NewRawValue(b.input))
	}
	request := &workflowservice.SignalWorkflowExecutionRequest{
		Namespace:         client.DefaultNamespace,
		WorkflowExecution: &commonpb.WorkflowExecution{WorkflowId: run.GetID(), RunId: run.GetRunID()},
		SignalName:        Paid.Name(),
	}
	for _, p := range []*commonpb.Payload{b.input, b.more} {
		if p != nil {
			request.Input = &commonpb.Payloads{Payloads: append(request.GetInput().GetPayloads(), p)}
		}
	}
	if b.header != nil {
		request.Header = &commonpb.Header{Fields: map[string]*commonpb.Payload{"trace": b.header}}
	}
	_, err := temporal.WorkflowService().SignalWorkflowExecution(t.Context(), request)
	return err
}
