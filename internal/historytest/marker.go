package historytest

import (
	"strconv"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
)

// MutableSideEffect adds the marker of the call-th call, from 1, of
// workflow.MutableSideEffect with that ID and value.
func (h *History) MutableSideEffect(id string, call int, value any) *History {
	h.t.Helper()
	payloads := func(values ...any) event {
		encoded, err := converter.GetDefaultDataConverter().ToPayloads(values...)
		require.NoError(h.t, err)
		var all []Payload
		for _, p := range encoded.GetPayloads() {
			all = append(all, Payload{Metadata: p.GetMetadata(), Data: p.GetData()})
		}
		return event{"payloads": all}
	}
	data, err := converter.GetDefaultDataConverter().ToPayload(value)
	require.NoError(h.t, err)
	h.add("MARKER_RECORDED", "markerRecorded", event{
		"markerName": "MutableSideEffect",
		"details": event{
			"side-effect-id":                   payloads(id + "_" + strconv.Itoa(len(h.events)+1)), // as the SDK numbers them
			"data":                             payloads(id, &commonpb.Payloads{Payloads: []*commonpb.Payload{data}}),
			"mutable-side-effect-call-counter": payloads(call),
		},
		"workflowTaskCompletedEventId": h.task,
	})
	return h
}
