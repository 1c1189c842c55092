package historytest

import "strconv"

// Update adds an update that was accepted in the last workflow task and completed with
// that result.
func (h *History) Update(name string, arg, result Payload) *History {
	id := "update-" + strconv.Itoa(len(h.events)+1)
	meta := event{"updateId": id, "identity": "test"}
	accepted := h.add("WORKFLOW_EXECUTION_UPDATE_ACCEPTED", "workflowExecutionUpdateAccepted", event{
		"protocolInstanceId": id, "acceptedRequestMessageId": id + "/request",
		"acceptedRequest": event{"meta": meta, "input": event{"name": name, "args": event{"payloads": []Payload{arg}}}},
	})
	h.add("WORKFLOW_EXECUTION_UPDATE_COMPLETED", "workflowExecutionUpdateCompleted", event{
		"meta": meta, "acceptedEventId": accepted, "outcome": event{"success": event{"payloads": []Payload{result}}},
	})
	return h
}
